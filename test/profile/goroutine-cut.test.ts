import { describe, expect, it } from 'vitest'
import type { GoroutineDump } from '../../src/profile/goroutine/dump.ts'
import { parseGoroutineText } from '../../src/profile/goroutine/text.ts'
import { MAIN, outlines, parse, read, WORKER } from './goroutine-samples.ts'
import { formatError } from './mutations.ts'

describe('a cut text', () => {
  const whole = [MAIN, WORKER, WORKER.replace('work.go:12', 'work.go:13'), WORKER].join('\n')

  it('is refused unless cut between goroutines', () => {
    const accepted = []
    for (let length = 0; length < whole.length; length++) {
      try {
        accepted.push([length, parse(whole.slice(0, length)).total])
      } catch {
        formatError(() => parse(whole.slice(0, length)))
      }
    }
    const ends = [MAIN, `${MAIN}\n${WORKER}`, `${MAIN}\n${WORKER}\n${WORKER.replace('work.go:12', 'work.go:13')}`]
    // Once at the end of the goroutine and once behind the empty line.
    const expected = ends.flatMap((end, i) => [
      [end.length, i + 1],
      [end.length + 1, i + 1],
    ])
    expect(accepted).toEqual(expected)
  })

  it('of real dumps never yields a goroutine that is not there', () => {
    for (const name of ['goroutine-debug2-go1.27.txt', 'goroutine-debug2-go1.26-ancestors.txt']) {
      const text = read(name)
      let accepted = 0
      for (let length = 1; length < text.length; length += 7) {
        const cut = text.slice(0, length)
        let dump: GoroutineDump
        try {
          dump = parse(cut)
        } catch {
          continue
        }
        accepted++
        const blocks = text.split('\n\n').slice(0, dump.total).join('\n\n')
        expect(outlines(dump)).toEqual(outlines(parse(`${blocks}\n`)))
      }
      expect(accepted).toBeLessThan(text.split('\n\n').length * 4)
    }
  })

  it('is refused within the ancestors of a goroutine known already', () => {
    formatError(() => parse(`${MAIN}\n${WORKER}\n${WORKER}[originating from goroutine 5]:\n`))
    formatError(() => parse(`${MAIN}\n${WORKER}\n${WORKER}[originating from goroutine 5]:\nmain.f(`))
  })

  it('says where', () => {
    expect(formatError(() => parse(`${MAIN}\n${WORKER.slice(0, 60)}`))).toMatchObject({
      where: 'dump.txt: line 8',
      message: 'expected a line feed at the end of the last line; the text is cut short',
    })
    const atLineEnd = WORKER.slice(0, WORKER.indexOf('created'))
    expect(formatError(() => parse(`${MAIN}\n${atLineEnd}`))).toMatchObject({
      where: 'dump.txt: line 10',
      message: 'expected the rest of the last goroutine; the text is cut short',
    })
  })

  it('of 64 MiB is what Go does to large dumps: the cut goroutine is left out', { timeout: 60_000 }, () => {
    const blocks = Array.from({ length: 200_000 }, (_, i) => {
      const id = (i + 100).toString(16)
      const frames = `main.(*handler).serve(0x${id}?, 0x0?, {0x4e43${id}, 0x0?}, 0x0?)\n\texample.com/big/main.go:18 +0x66\nmain.work(0x${id}, 0x0?, 0x0?)\n\texample.com/big/main.go:32 +0x2b\nmain.main.func1(0x${id})\n\texample.com/big/main.go:42 +0x145\n`
      return `goroutine ${i + 2} [chan receive]:\n${frames}created by main.main in goroutine 1\n\texample.com/big/main.go:${i % 50} +0x65\n`
    })
    const text = blocks.join('\n')
    expect(text.length).toBeLessThan(64 * 1024 * 1024)
    const started = performance.now()
    const dump = parse(text)
    // About half a second; the bound only catches a change of order.
    expect(performance.now() - started).toBeLessThan(20_000)
    expect(dump.total).toBe(200_000)
    expect(dump.groups.map((group) => group.count)).toEqual(Array(50).fill(4000))

    const full = `${text}\n${text}`.slice(0, 64 * 1024 * 1024)
    const whole = full.split('\n\n').length - 1
    expect(full.endsWith('\n')).toBe(false)
    expect(parse(full).total).toBe(whole)
    expect(parseGoroutineText('dump.txt', Buffer.from(full)).total).toBe(whole)
    formatError(() => parse(full.slice(0, -1)))
    const half = full.length / 2
    formatError(() => parse(full.slice(0, half) + full.slice(half).replace('main.work(', 'main.work[')))
  })
})
