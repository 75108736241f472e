import { X509Certificate } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { serverCertificate, startPebble } from './pebble.ts'
import { certwright, describeWith, freePort, start, temporaryFolder } from './peer.ts'

interface StepCa {
  readonly directoryUrl: string
  readonly caFile: string
  readonly httpPort: number
  readonly tlsPort: number
}

/** step-ca with one ACME provisioner, whose DNS is pebble-challtestsrv: every name is at 127.0.0.1. */
async function startStepCa(dns: string): Promise<StepCa> {
  const folder = temporaryFolder()
  const { caFile } = await serverCertificate(folder)
  const [port, httpPort, tlsPort] = [await freePort(), await freePort(), await freePort()]
  mkdirSync(join(folder, 'db'))
  const config = join(folder, 'ca.json')
  writeFileSync(
    config,
    JSON.stringify({
      root: caFile,
      crt: caFile,
      key: join(folder, 'ca.key'),
      address: `127.0.0.1:${port}`,
      dnsNames: ['localhost', '127.0.0.1'],
      db: { type: 'badgerv2', dataSource: join(folder, 'db') },
      authority: { provisioners: [{ type: 'ACME', name: 'acme' }] },
      logger: { format: 'text' },
    }),
  )
  await start(
    'step-ca',
    [
      config,
      // What its port flags are behind: they are for tests only.
      '--insecure',
      '--resolver',
      dns,
      '--acme-http-port',
      String(httpPort),
      '--acme-tls-port',
      String(tlsPort),
    ],
    { port },
  )
  return {
    directoryUrl: `https://localhost:${port}/acme/acme/directory`,
    caFile,
    httpPort,
    tlsPort,
  }
}

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
