import type { SqliteHandle } from '../../../src/store/sqlite-database.ts'
import { Secret } from '../../../src/runtime/secret.ts'
import { openStore } from '../../../src/store/open.ts'
import { lentDatabase } from '../lent-database.ts'
import { certificate, journaledChallenge, pendingOrder, version } from '../samples.ts'
import { host } from './host.ts'

// Works in a store and is killed before its n-th statement. Says what was acknowledged before that.
const [directory = '', deathAt = ''] = process.argv.slice(2)
let statements = 0

const openDatabase = (path: string): SqliteHandle =>
  lentDatabase(path, () => {
    if (++statements === Number(deathAt)) process.kill(process.pid, 'SIGKILL')
  })

const store = await openStore({ directory, sealing: { by: 'file' }, host, openDatabase })
await store.saveCertificate(certificate())
for (;;) {
  await store.savePendingOrder(pendingOrder())
  await store.savePendingOrder(pendingOrder({ stagedKey: new Secret('staged') }))
  await store.journalChallenge(journaledChallenge({ id: 'the one' }))
  const { number } = await store.addVersion(version())
  process.stdout.write(`${number}\n`)
  await store.forgetChallenge('the one')
}
