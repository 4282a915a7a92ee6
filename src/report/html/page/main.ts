import { byId } from './dom.ts'
import { Explorer } from './explorer.ts'
import { readPageData } from './load.ts'
import { setUpTheme } from './theme.ts'

const page = readPageData()
let explorer: Explorer | undefined

setUpTheme(byId<HTMLButtonElement>('theme'), () => explorer?.flame.recolor())
if (page.graphs.length > 0) {
  byId('explore').hidden = false
  explorer = new Explorer(page)
  explorer.open(firstGraph(), 0)
  for (const button of document.querySelectorAll<HTMLElement>('button[data-suspect]')) {
    const [finding, graph] = [Number(button.dataset['suspect']), Number(button.dataset['graph'])]
    button.addEventListener('click', () => explorer?.goToFinding(finding, graph))
  }
  // For measurements and tests; nothing in the page reads it.
  Object.assign(window, { leakgate: { explorer, readyAt: performance.now() } })
}
for (const button of document.querySelectorAll<HTMLElement>('button[data-copy]')) {
  button.hidden = false
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(byId(button.dataset['copy']!).textContent)
      button.textContent = 'Copied'
    } catch {
      button.textContent = 'Copying is blocked here'
    }
  })
}

/** The graph of the worst finding, which is the first suspect that is in one. */
function firstGraph(): number {
  const button = document.querySelector<HTMLElement>('button[data-suspect]')
  return Number(button?.dataset['graph'] ?? 0)
}
