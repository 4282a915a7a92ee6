import { workerData } from 'node:worker_threads'
import { decode } from '../../profile/parse.ts'
import { buffersOf, type Decoded } from '../../profile/protobuf/decoded.ts'
import { readBounded } from '../file.ts'
import type { DecoderResult, DecoderTask } from './ahead.ts'
import { Claims } from './claims.ts'

// The thread beside the one that reads. Of three files it takes two: the other thread also interns all stacks.
const { files, claims: shared, port } = workerData as DecoderTask
const claims = new Claims(shared)
for (const [file, path] of files.entries()) {
  if (file % 3 === 0 || !claims.claimForDecoder(file)) continue
  send({ file, decoded: decodeFile(path) })
  claims.done(file)
}

/** What is wrong with a file, the reader finds out by itself and tells. */
function decodeFile(path: string): Decoded | undefined {
  try {
    return decode(path, readBounded(path))
  } catch {
    return undefined
  }
}

function send(result: DecoderResult): void {
  try {
    port.postMessage(result, result.decoded === undefined ? [] : buffersOf(result.decoded))
  } catch {
    // Little bytes lie in a buffer that Node.js gives to many, and cannot be handed over: they are copied.
    port.postMessage(result)
  }
}
