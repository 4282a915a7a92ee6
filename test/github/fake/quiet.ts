import { afterAll, beforeAll } from 'vitest'

/** The artifact client tells the log about every request; what a test has to say comes by another way. */
export function quiet(): void {
  const write = process.stdout.write
  beforeAll(() => {
    process.stdout.write = () => true
  })
  afterAll(() => {
    process.stdout.write = write
  })
}
