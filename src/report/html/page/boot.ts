// Runs in the head, before anything is painted: the remembered theme, and that scripts do run.
const root = document.documentElement
root.classList.add('scripted')
try {
  const theme = localStorage.getItem('leakgate-theme')
  if (theme === 'dark' || theme === 'light') root.dataset['theme'] = theme
} catch {
  // A page opened from a file may have no storage; the system's theme it is.
}
