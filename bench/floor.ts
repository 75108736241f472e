import { generateKeyPairSync, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { connect } from 'node:http2'
import { compete } from './contestant.ts'

/** What cannot be saved: seven bare exchanges on one kept connection, one key and eight signatures a certificate. */
await compete(async ({ directoryUrl, caFile }) => {
  const { origin, pathname } = new URL(directoryUrl)
  const session = connect(origin, { ca: readFileSync(caFile) })
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const data = Buffer.alloc(800, 1)
  const exchange = async (): Promise<void> =>
    new Promise((resolve, reject) => {
      session
        .request({ ':path': pathname, 'user-agent': 'floor' })
        .once('error', reject)
        .once('end', resolve)
        .resume()
    })
  return async () => {
    generateKeyPairSync('ec', { namedCurve: 'P-256' })
    for (let i = 0; i < 8; i += 1) {
      sign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' })
      if (i < 7) await exchange()
    }
  }
})
process.exit(0)
