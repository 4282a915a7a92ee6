// Records a service in a process of its own, to be killed: recorder.ts URL FOLDER ROUNDS

import { SILENT } from '../../../src/collect/record/progress.ts'
import { record } from '../../../src/collect/record/record.ts'
import { plan } from './planned.ts'

const [url, folder, rounds] = process.argv.slice(2) as [string, string, string]
const load = {
  script: `exec 3<>/dev/tcp/127.0.0.1/${new URL(url).port}; printf 'GET /load HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3`,
}
await record(plan([`api=${url}`], load, { rounds, folder }), {
  progress: { ...SILENT, sampled: () => process.stdout.write('taken\n') },
  stop: new AbortController().signal,
})
