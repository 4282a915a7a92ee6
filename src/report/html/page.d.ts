/** The page's own code, bundled by the build: see rolldown.page.config.ts. */
declare module 'virtual:report-page' {
  /** Runs in the head, before anything is painted. */
  export const boot: string
  export const script: string
  export const style: string
}
