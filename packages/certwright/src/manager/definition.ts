import { createHash } from 'node:crypto'
import { sameIdentifiers } from '@certwright/acme'
import type { Certificate } from '../store/store.ts'
import type { DesiredCertificate, DesiredIssuer } from './desired.ts'
import type { ManagerContext } from './manager-context.ts'

/** A certificate as the store is to keep it. */
export async function definitionOf(
  desired: DesiredCertificate,
  issuers: readonly DesiredIssuer[],
  context: Pick<ManagerContext, 'store' | 'host' | 'secrets' | 'outOf'>,
): Promise<Certificate> {
  const { id, identifiers, keyType, profile, preferredChain } = desired
  const kept = await context.store.certificate(id)
  return {
    id,
    // The same names in another order are no change.
    identifiers:
      kept && sameIdentifiers(kept.identifiers, identifiers) ? kept.identifiers : identifiers,
    directoryUrl: directoryOf(kept, issuers),
    keyType,
    ...(desired.reuseKey && { keySource: { from: 'reuse' } as const }),
    ...(profile !== undefined && { profile }),
    ...(preferredChain !== undefined && { preferredChain }),
    challenge: await context.secrets.challenge(desired.challenge),
    out: desired.out ?? kept?.out ?? context.outOf(id),
    ...(kept?.current !== undefined && { current: kept.current }),
    createdAt: kept?.createdAt ?? context.host.now(),
  }
}

/** Where it stands as long as the file still names that issuer. */
function directoryOf(kept: Certificate | undefined, issuers: readonly DesiredIssuer[]): string {
  const urls = issuers.map(({ directoryUrl }) => directoryUrl)
  const [first] = urls
  if (first === undefined) throw new TypeError('a certificate names no issuer')
  return kept && urls.includes(kept.directoryUrl) ? kept.directoryUrl : first
}

/** Of all that the file says of a certificate. No secret is in it: those are named, not held. */
export function digestOf(desired: DesiredCertificate): string {
  return createHash('sha256').update(JSON.stringify(desired)).digest('hex')
}
