/** What the terminal can show, decided as https://no-color.org and most tools do. */
export interface TerminalStyle {
  readonly color: boolean
  readonly width: number
  readonly ascii: boolean
}

export type ColorChoice = 'auto' | 'always' | 'never'

const MAX_WIDTH = 100

/** --color beats NO_COLOR beats FORCE_COLOR beats what the stream is. */
export function styleOf(
  stream: { isTTY?: boolean; columns?: number },
  env: Readonly<Record<string, string | undefined>>,
  choice: ColorChoice,
): TerminalStyle {
  const set = (name: string): boolean => (env[name] ?? '') !== ''
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || 'C.UTF-8'
  return {
    color: choice === 'always' || (choice === 'auto' && colorByDefault()),
    width: Math.max(60, Math.min(stream.columns ?? (Number(env['COLUMNS']) || 80), MAX_WIDTH)),
    ascii: set('LEAKGATE_ASCII') || !/utf-?8/i.test(locale),
  }

  function colorByDefault(): boolean {
    if (set('NO_COLOR')) return false
    if (set('FORCE_COLOR')) return env['FORCE_COLOR'] !== '0'
    if (env['TERM'] === 'dumb') return false
    return set('GITHUB_ACTIONS') || stream.isTTY === true
  }
}
