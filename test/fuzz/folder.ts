import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readRecordings } from '../../src/collect/folder.ts'
import { Stacks } from '../../src/profile/stacks.ts'
import * as seeds from './seeds.ts'

/** A folder of sound profiles and one that is damaged: once listed in a manifest, once loose. */
export function readFolder(bytes: Uint8Array): void {
  const folder = mkdtempSync(join(tmpdir(), 'leakgate-fuzz-'))
  try {
    writeFileSync(join(folder, 'heap.pb'), seeds.PROTOBUF[0]!)
    writeFileSync(join(folder, 'other'), bytes)
    const read = (): unknown => readRecordings(folder, new Stacks())
    try {
      read()
    } finally {
      const entry = { phase: 'rest', time: '2026-11-23T21:11:55Z', files: [{ path: 'heap.pb' }, { path: 'other' }] }
      const manifest = { schema: 'leakgate/recording@1', service: 'fuzz', snapshots: [entry, entry] }
      // Now and then the damage is in the manifest.
      writeFileSync(join(folder, 'recording.json'), bytes[0] === 0x7b ? bytes : JSON.stringify(manifest))
      read()
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
