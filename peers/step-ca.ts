import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { serverCertificate } from './pebble.ts'
import { freePort, start, temporaryFolder } from './process.ts'

export interface StepCa {
  readonly directoryUrl: string
  readonly caFile: string
  readonly httpPort: number
  readonly tlsPort: number
}

/** step-ca with one ACME provisioner, whose DNS is pebble-challtestsrv: every name is at 127.0.0.1. */
export async function startStepCa(
  dns: string,
  { externalAccountRequired = false }: { readonly externalAccountRequired?: boolean } = {},
): Promise<StepCa> {
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
      authority: {
        provisioners: [{ type: 'ACME', name: 'acme', requireEAB: externalAccountRequired }],
      },
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
