/** Steps from a box that did not change to one that is all change. */
const STEPS = 17

export interface Fill {
  readonly box: string
  readonly text: string
}

/** The colours of the canvas, read from the style sheet so that there is one place for them. */
export interface Palette {
  readonly grew: readonly Fill[]
  readonly shrank: readonly Fill[]
  readonly background: string
  readonly text: string
  readonly muted: string
  readonly faded: string
  readonly hit: string
  readonly font: string
  readonly boldFont: string
}

type Rgb = readonly [number, number, number]

export function readPalette(probe: HTMLElement): Palette {
  const color = (name: string): Rgb => {
    probe.style.color = `var(${name})`
    const [r = 0, g = 0, b = 0] = (getComputedStyle(probe).color.match(/[\d.]+/g) ?? []).map(Number)
    return [r, g, b]
  }
  const neutral = color('--neutral')
  const family = getComputedStyle(probe).fontFamily
  return {
    grew: ramp(neutral, color('--grew-fill')),
    shrank: ramp(neutral, color('--shrank-fill')),
    background: css(color('--bg')),
    text: css(color('--fg')),
    muted: css(color('--muted')),
    faded: css(color('--panel')),
    hit: css(color('--hit')),
    font: `12px ${family}`,
    boldFont: `600 12px ${family}`,
  }
}

/** The fill for a change of `part` (0 to 1) of the frame's larger side. */
export function fillOf(ramp: readonly Fill[], part: number): Fill {
  return ramp[Math.round(Math.max(0, Math.min(1, part)) * (STEPS - 1))]!
}

function ramp(from: Rgb, to: Rgb): Fill[] {
  return Array.from({ length: STEPS }, (_, step) => {
    const mixed = from.map((value, i) => Math.round(value + ((to[i]! - value) * step) / (STEPS - 1))) as unknown as Rgb
    const light = luminance(mixed)
    // Whichever of the two the eye tells apart better, by the contrast ratio of WCAG.
    const dark = (light + 0.05) / (luminance([18, 22, 27]) + 0.05) >= 1.05 / (light + 0.05)
    return { box: css(mixed), text: dark ? '#12161b' : '#ffffff' }
  })
}

function css([r, g, b]: Rgb): string {
  return `rgb(${r} ${g} ${b})`
}

function luminance(color: Rgb): number {
  const [r, g, b] = color.map((value) => {
    const part = value / 255
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
