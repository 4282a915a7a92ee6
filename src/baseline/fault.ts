import type { RestFault } from './rest.ts'

/** Why a stored recording cannot be the baseline. */
export type Fault =
  | { readonly kind: 'expired' | 'fork' | 'no-digest' | 'digest' | 'no-run' | 'unfinished' | 'missing' }
  | { readonly kind: 'branch' | 'event' | 'workflow' | 'commit'; readonly found: string }
  | { readonly kind: 'size'; readonly bytes: number }
  | { readonly kind: 'content'; readonly message: string }
  | { readonly kind: 'request'; readonly fault: RestFault; readonly message: string }

/** In words that continue "passed over: ". */
export function faultWords(fault: Fault): string {
  switch (fault.kind) {
    case 'expired':
      return 'its artifact has expired'
    case 'fork':
      return 'it was made by a fork'
    case 'no-digest':
      return 'its artifact has no digest to check'
    case 'digest':
      return 'its artifact is not what was uploaded (digest differs)'
    case 'no-run':
      return 'nothing says which run made it'
    case 'unfinished':
      return 'the recording was interrupted'
    case 'missing':
      return 'it was deleted meanwhile'
    case 'branch':
      return `it was made on ${quoted(fault.found)}`
    case 'event':
      return `it was made by event ${quoted(fault.found)}`
    case 'workflow':
      return `it was made by workflow ${quoted(fault.found)}`
    case 'commit':
      return `it says that it holds commit ${quoted(fault.found)}`
    case 'size':
      return `it is too large (${Math.ceil(fault.bytes / 1024 / 1024)} MiB)`
    case 'content':
      return `it cannot be read: ${fault.message}`
    case 'request':
      return fault.message
  }
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 100))
}
