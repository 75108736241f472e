import { existsSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { openStore } from '../../../src/store/open.ts'
import { certificate, version } from '../samples.ts'
import { host } from './host.ts'

// Waits at the line for the other process, then makes and opens the same store, and adds five versions.
const [directory = '', ready = '', start = ''] = process.argv.slice(2)
await import('../../../src/store/sqlite.ts')
writeFileSync(ready, '')
while (!existsSync(start)) await sleep(1)

const store = await openStore({ directory, sealing: { by: 'file' }, host })
await store.saveCertificate(certificate())
for (let i = 0; i < 5; i++) {
  const { number } = await store.addVersion(version())
  process.stdout.write(`${number}\n`)
}
await store.close()
