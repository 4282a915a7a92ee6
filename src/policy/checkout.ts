import type { Frame } from '../profile/stacks.ts'
import { isStandard, packageOf } from '../profile/symbol.ts'

/** The code under test, as far as it can be seen. An edge provides it; the core only asks. */
export interface Checkout {
  /** Paths of the modules that are the user's own; empty when no go.mod was found. */
  readonly modules: readonly string[]
  /** Path inside the checkout of a file as profiles name it (build path or -trimpath), if it is there. */
  locate(file: string): string | undefined
  /** Text of a line (from 1) of a located file. */
  line(path: string, line: number): string | undefined
  /** Whether the change under test touched the line; undefined when there is no telling. */
  changed(path: string, line: number): boolean | undefined
}

/** For when there is no checkout: nothing is located. */
export const NO_CHECKOUT: Checkout = {
  modules: [],
  locate: () => undefined,
  line: () => undefined,
  changed: () => undefined,
}

export type Party = 'first' | 'third' | 'standard'

/** Whose code a frame is: the user's, a dependency's, or Go's. */
export function partyOf(frame: Frame, checkout: Checkout): Party {
  const path = packageOf(frame.function)
  if (path === '' || frame.function.startsWith('<') || frame.function.startsWith('[')) return 'standard'
  if (/\/vendor\/|\/pkg\/mod\/|@v\d/.test(frame.file)) return 'third'
  if (path === 'main') return 'first'
  if (checkout.modules.length > 0) {
    if (checkout.modules.some((module) => path === module || path.startsWith(`${module}/`))) return 'first'
    return isStandard(frame.function) ? 'standard' : 'third'
  }
  return isStandard(frame.function) ? 'standard' : 'first'
}
