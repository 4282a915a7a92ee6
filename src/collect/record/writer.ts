import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { UserError } from '../../errors.ts'
import type { RecordedDoubt } from '../../profile/recorded-doubt.ts'
import type { Phase } from '../../profile/recording.ts'
import { VERSION } from '../../version.ts'
import { MANIFEST, MANIFEST_SCHEMA } from '../manifest.ts'
import type { Piece } from './snapshot.ts'

/** What is known of a recording before its first snapshot. */
export interface Heading {
  readonly service: string
  readonly target: string
  readonly commit: string | undefined
  readonly settings: Readonly<Record<string, string>>
  /** Snapshots at rest that are to come. */
  readonly planned: number
}

interface WrittenFile {
  readonly kind: string
  readonly path: string
}

interface WrittenSnapshot {
  readonly round: number | undefined
  readonly phase: Phase
  readonly time: string
  readonly operations: number | undefined
  readonly files: readonly WrittenFile[]
}

/**
 * Writes the recording of one service. recording.json is replaced whole after each snapshot, and only names files that
 * are complete: whenever the recorder is killed, what it had taken is there and readable.
 */
export class RecordingWriter {
  readonly folder: string
  readonly #heading: Heading
  readonly #snapshots: WrittenSnapshot[] = []
  readonly #doubts: RecordedDoubt[] = []
  readonly #evidence: WrittenFile[] = []
  #go: string | undefined
  #settings: Readonly<Record<string, string>>
  #absent: string[] = []
  #state: 'recording' | 'complete' = 'recording'

  constructor(folder: string, heading: Heading) {
    this.folder = folder
    this.#heading = heading
    this.#settings = heading.settings
    clear(folder)
    mkdirSync(folder, { recursive: true })
    this.#save()
  }

  get snapshots(): number {
    return this.#snapshots.length
  }

  get doubts(): readonly RecordedDoubt[] {
    return this.#doubts
  }

  /** Kinds of profile in the recording. */
  get kinds(): ReadonlySet<string> {
    return new Set(this.#snapshots.flatMap(({ files }) => files.map(({ kind }) => kind)))
  }

  addSnapshot(
    directory: string,
    snapshot: Omit<WrittenSnapshot, 'files' | 'time'> & { readonly time: Date },
    pieces: readonly Piece[],
  ): void {
    const files = pieces.map(({ kind, name, body }) => {
      const path = `${directory}/${name}`
      writeWhole(join(this.folder, path), body)
      return { kind, path }
    })
    const { round, phase, operations } = snapshot
    this.#snapshots.push({ round, phase, time: snapshot.time.toISOString(), operations, files })
    this.#save()
  }

  /** Profiles for people to look at; not judged, hence not among the snapshots. */
  addEvidence(kind: string, name: string, body: Buffer): void {
    const path = `evidence/${name}`
    writeWhole(join(this.folder, path), body)
    this.#evidence.push({ kind, path })
    this.#save()
  }

  /** Each kind of doubt (and profile) once: the first says enough. */
  addDoubt(doubt: RecordedDoubt): boolean {
    const same = (other: RecordedDoubt): boolean =>
      other.kind === doubt.kind && ('profile' in other ? 'profile' in doubt && other.profile === doubt.profile : true)
    if (this.#doubts.some(same)) return false
    this.#doubts.push(doubt)
    this.#save()
    return true
  }

  /** What the running process says of itself. */
  describe(go: string | undefined, settings: Readonly<Record<string, string>>): void {
    this.#go = go
    this.#settings = { ...this.#settings, ...settings }
    this.#save()
  }

  /** A profile the service does not have. */
  setAbsent(profile: string): void {
    if (!this.#absent.includes(profile)) this.#absent.push(profile)
  }

  finish(): void {
    this.#state = 'complete'
    this.#save()
  }

  #save(): void {
    const { service, target, commit, planned } = this.#heading
    const atRest = this.#snapshots.filter(({ phase }) => phase === 'rest')
    const judged = atRest.length > 0 ? atRest : this.#snapshots.filter(({ phase }) => phase !== 'load')
    const recording = {
      schema: MANIFEST_SCHEMA,
      service,
      go: this.#go,
      commit,
      settings: this.#settings,
      recorder: `leakgate ${VERSION}`,
      target,
      state: this.#state,
      planned,
      load: { rounds: judged.length, operations: judged.at(-1)?.operations },
      absent: this.#absent,
      doubts: this.#doubts,
      evidence: this.#evidence,
      snapshots: this.#snapshots,
    }
    writeWhole(join(this.folder, MANIFEST), `${JSON.stringify(recording, null, 2)}\n`)
  }
}

/** Writes beside the place and renames: at no moment is there half a file under the name. */
export function writeWhole(path: string, body: Buffer | string): void {
  mkdirSync(dirname(path), { recursive: true })
  const beside = `${path}.${process.pid}.part`
  writeFileSync(beside, body)
  for (let tries = 1; ; tries++) {
    try {
      renameSync(beside, path)
      return
    } catch (error) {
      // Windows does not replace a file while another process reads it; nobody reads these for long.
      const busy = ['EPERM', 'EACCES', 'EBUSY'].includes((error as NodeJS.ErrnoException).code ?? '')
      if (process.platform !== 'win32' || !busy || tries === 20) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 25)
    }
  }
}

/** Makes room for a new recording; only one that a recorder wrote is taken away. */
function clear(folder: string): void {
  if (!existsSync(folder)) return
  if (existsSync(join(folder, MANIFEST))) rmSync(folder, { recursive: true })
  else if (readdirSync(folder).length > 0) {
    throw new UserError('the folder holds something that is no recording', {
      where: folder,
      hint: 'Give an empty or new folder for the recording.',
    })
  }
}
