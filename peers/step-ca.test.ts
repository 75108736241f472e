import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startPebble } from './pebble.ts'
import { certwright, describeWith, temporaryFolder } from './peer.ts'
import { startStepCa } from './step-ca.ts'

describeWith(
  ['step-ca', 'pebble', 'pebble-challtestsrv', 'openssl'],
  'our command against step-ca',
  () => {
    it.each(['http-01', 'tls-alpn-01'])('issues, renews and revokes by %s', async (challenge) => {
      const { dns } = await startPebble()
      const ca = await startStepCa(dns)
      const [state, out] = [join(temporaryFolder(), 'state'), join(temporaryFolder(), 'out')]
      const port =
        challenge === 'http-01' ? ['--http-port', ca.httpPort] : ['--tls-port', ca.tlsPort]
      await certwright([
        'issue',
        'step.test',
        '--issuer',
        ca.directoryUrl,
        '--ca-file',
        ca.caFile,
        '--agree-tos',
        '--challenge',
        challenge,
        ...port.map(String),
        '--state',
        state,
        '--out',
        out,
      ])
      const leaf = (): X509Certificate =>
        new X509Certificate(readFileSync(join(out, 'current', 'cert.pem')))
      const first = leaf()
      expect(first.checkHost('step.test')).toBe('step.test')
      await certwright(['renew', 'step.test', '--force', '--state', state])
      expect(leaf().serialNumber).not.toBe(first.serialNumber)
      await certwright(['revoke', 'step.test', '--state', state])
    })
  },
)
