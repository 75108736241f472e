import { randomUUID } from 'node:crypto'
import { sameIdentifiers, thumbprint } from '@certwright/acme'
import { keyObjectSigner, readKeyObject } from '@certwright/acme/node'
import { CertwrightError } from '../../runtime/error.ts'
import type { Issuer, Store } from '../../store/store.ts'
import { syncFiles } from '../../store/files.ts'
import { definitionOf } from '../definition.ts'
import type { Desired, DesiredCertificate } from '../desired.ts'
import type { ManagerContext } from '../manager-context.ts'
import type { Adopted } from './certificates.ts'
import type { KeptAccount, Takeover } from './takeover.ts'

/** What became of one certificate in the store. */
export type Keeping =
  /** Its key and chain are the current version now. */
  | 'kept'
  /** They were a version already. */
  | 'there-already'
  /** A later version is current here, and stays so. */
  | 'newer-kept'
  /** Another certificate has its id here; nothing was changed. */
  | 'id-taken'
  /** Only what it should be is kept: what there is cannot be used. */
  | 'defined'

type KeepContext = Pick<ManagerContext, 'store' | 'host' | 'secrets' | 'outOf' | 'lock' | 'fs'>

/** Puts an account into the store. False where there is one at that directory, which stays. */
export async function keepAccount(
  { directoryUrl, key, accountUrl, contact }: KeptAccount,
  {
    store,
    host,
    caFile,
  }: Pick<KeepContext, 'store' | 'host'> & { readonly caFile?: string | undefined },
): Promise<boolean> {
  if (await store.issuer(directoryUrl)) return false
  const issuer: Issuer = {
    id: randomUUID(),
    directoryUrl,
    accountKey: { held: 'here', pem: key },
    thumbprint: await thumbprint(keyObjectSigner(readKeyObject(key.reveal())).jwk),
    ...(accountUrl !== undefined && { accountUrl }),
    contact,
    ...(caFile !== undefined && { caFile }),
    status: 'valid',
    createdAt: host.now(),
  }
  await store.saveIssuer(issuer)
  return true
}

/**
 * Puts a certificate into the store as the file wants it, with what it has now as its current version, so that nothing
 * is issued because of the move. Doing it twice is the same as once.
 */
export async function keepCertificate(
  { id, version }: Adopted,
  { desired, file }: { readonly desired: Desired; readonly file: string },
  context: KeepContext,
): Promise<Keeping> {
  const wanted = desired.certificates.find((one) => one.id === id)
  if (!wanted) throw new TypeError('a certificate that is not in the file')
  return context.lock(id, async () => {
    const { store, host } = context
    const there = await store.certificate(id)
    if (there && !sameIdentifiers(there.identifiers, wanted.identifiers)) return 'id-taken'
    await store.saveCertificate(await definition(wanted, desired, context))
    await store.saveSchedule({ certificateId: id, managedBy: file, nextCheckAt: host.now() })
    const keeping = version ? await keepVersion(id, version, context) : 'defined'
    await syncFiles({ id }, store, context.fs)
    return keeping
  })
}

async function definition(
  wanted: DesiredCertificate,
  { issuers }: Desired,
  context: KeepContext,
): Promise<Parameters<Store['saveCertificate']>[0]> {
  const named = issuers.filter(({ name }) => wanted.issuers.includes(name))
  try {
    return await definitionOf(wanted, named, context)
  } catch (error) {
    if (!(error instanceof CertwrightError) || error.code !== 'SECRET_NOT_FOUND') throw error
    // The next run fetches it, and says so where it still cannot.
    const { dnsOptions: _, ...challenge } = wanted.challenge
    return definitionOf({ ...wanted, challenge }, named, context)
  }
}

async function keepVersion(
  certificateId: string,
  version: NonNullable<Adopted['version']>,
  { store, host }: Pick<KeepContext, 'store' | 'host'>,
): Promise<Keeping> {
  const versions = await store.versions(certificateId)
  if (versions.some(({ fingerprint }) => fingerprint === version.fingerprint))
    return 'there-already'
  const { current } = (await store.certificate(certificateId)) ?? {}
  const newest = versions.find(({ number }) => number === current)
  if (newest && newest.notBefore > version.notBefore) return 'newer-kept'
  await store.addVersion({ ...version, certificateId, createdAt: host.now() })
  return 'kept'
}

/** What keeping would meet in the store: accounts and ids that are there. */
export async function standingInStore(
  { accounts, certificates }: Takeover,
  store: Pick<Store, 'issuer' | 'certificate'>,
): Promise<{ readonly accounts: ReadonlySet<string>; readonly ids: ReadonlySet<string> }> {
  const kept = new Set<string>()
  for (const { directoryUrl } of accounts) {
    if (await store.issuer(directoryUrl)) kept.add(directoryUrl)
  }
  const ids = new Set<string>()
  for (const { id, identifiers } of certificates) {
    const there = await store.certificate(id)
    if (there && !sameIdentifiers(there.identifiers, identifiers)) ids.add(id)
  }
  return { accounts: kept, ids }
}
