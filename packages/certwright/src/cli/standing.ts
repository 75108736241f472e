import { identifierFrom, sameIdentifiers } from '@certwright/acme'
import type { IssuanceContext } from '../issuance/issuance.ts'
import { withdrawAnswers } from '../issuance/journal.ts'
import { currentOf, type Current } from '../manager/current.ts'
import { syncFiles } from '../store/files.ts'
import type { Certificate, Version } from '../store/store.ts'
import { certificatesIn, describe } from '../x509/certificate.ts'
import { publicKeyDigest } from '../x509/public-key.ts'
import { needsIssuance } from './certificate-report.ts'

/** How a certificate stands. */
export interface Standing extends Current {
  /** Whether it is to be issued: not yet, no longer good enough, or for other names than the definition's. */
  readonly due: boolean
}

export async function standingOf(
  certificate: Certificate,
  { store, host }: Pick<IssuanceContext, 'store' | 'host'>,
): Promise<Standing> {
  const { version, renewal } = await currentOf(certificate, store)
  const isGood = version !== undefined && !needsIssuance(version, host.now(), renewal)
  return { version, renewal, due: !(isGood && isFor(version, certificate)) }
}

/** A run that died can have changed the definition and not got its certificate. */
function isFor(version: Version, { identifiers, keySource, profile }: Certificate): boolean {
  const { chainPem } = version
  if (profile !== undefined && version.profile !== profile) return false
  if (keySource && keySource.from !== 'reuse') {
    const [{ x509 }] = certificatesIn(chainPem)
    if (publicKeyDigest(x509.publicKey) !== keySource.publicKey) return false
  }
  return sameIdentifiers(describe(chainPem).names.map(identifierFrom), identifiers)
}

/** Sets right what a run that died may have left: answers at the solvers, files behind the store. */
export async function heal(certificate: Certificate, context: IssuanceContext): Promise<void> {
  await withdrawAnswers(certificate.id, context)
  await syncFiles(certificate, context.store, context.fs)
}
