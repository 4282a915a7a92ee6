const KEY = 'leakgate-theme'

/** The button that changes between light and dark; `changed` is told whenever the colours are others. */
export function setUpTheme(button: HTMLButtonElement, changed: () => void): void {
  const system = matchMedia('(prefers-color-scheme: dark)')
  const root = document.documentElement
  const isDark = (): boolean => (root.dataset['theme'] ?? (system.matches ? 'dark' : 'light')) === 'dark'
  const label = (): void => {
    button.textContent = isDark() ? 'Light theme' : 'Dark theme'
  }
  button.hidden = false
  button.addEventListener('click', () => {
    const theme = isDark() ? 'light' : 'dark'
    root.dataset['theme'] = theme
    try {
      localStorage.setItem(KEY, theme)
    } catch {
      // Then it holds for this visit only.
    }
    label()
    changed()
  })
  system.addEventListener('change', () => {
    label()
    changed()
  })
  label()
}
