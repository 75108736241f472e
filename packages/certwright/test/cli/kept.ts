import { join } from 'node:path'
import { Secret } from '../../src/runtime/secret.ts'
import { systemHost } from '../../src/runtime/host.ts'
import { openStore } from '../../src/store/open.ts'
import type { Certificate, Store, Version } from '../../src/store/store.ts'
import { temporaryDirectory } from './terminal.ts'

/** A definition as `issue` keeps it. */
export function definition(id: string, changes: Partial<Certificate> = {}): Certificate {
  return {
    id,
    identifiers: [{ type: 'dns', value: id }],
    directoryUrl: 'https://acme-v02.api.letsencrypt.org/directory',
    keyType: 'ec256',
    challenge: { type: 'http-01' },
    out: `/srv/live/${id}`,
    createdAt: 0,
    ...changes,
  }
}

/** A version that commands which only look can show; its chain and key are not real. */
export function version(
  certificateId: string,
  changes: Partial<Omit<Version, 'number'>> = {},
): Omit<Version, 'number'> {
  return {
    certificateId,
    privateKey: new Secret('not a key'),
    chainPem: '-----BEGIN CERTIFICATE-----\nnot one\n-----END CERTIFICATE-----\n',
    serial: '0123456789abcdef',
    fingerprint: 'ab'.repeat(32),
    notBefore: Date.UTC(2026, 9, 1),
    notAfter: Date.UTC(2026, 11, 30),
    directoryUrl: 'https://acme-v02.api.letsencrypt.org/directory',
    orderUrl: 'https://ca.example/order/1',
    certificateUrl: 'https://ca.example/certificate/1',
    createdAt: Date.UTC(2026, 9, 1),
    ...changes,
  }
}

/** A state directory filled by `fill`. */
export async function keptState(fill: (store: Store) => Promise<void>): Promise<string> {
  const directory = join(await temporaryDirectory(), 'kept')
  const store = await openStore({ directory, sealing: { by: 'file' }, host: systemHost })
  try {
    await fill(store)
  } finally {
    await store.close()
  }
  return directory
}

/** A state directory with definitions of these IDs. */
export async function keptCertificates(ids: readonly string[]): Promise<string> {
  return keptState(async (store) => {
    for (const id of ids) await store.saveCertificate(definition(id))
  })
}
