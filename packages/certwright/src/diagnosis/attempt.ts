import { getDirectory } from '@certwright/acme'
import { isLoopback } from '../dns/server-address.ts'
import type { TrustAnchor } from '../dns/trust-anchor.ts'
import type { OpenAccount } from '../issuance/issuance.ts'
import { knownIssuer } from '../issuance/known-issuers.ts'
import type { SolverContext } from '../solvers/registry.ts'
import type { Certificate, Issuer } from '../store/store.ts'
import { lookupOf } from './lookup.ts'
import type { NamesContext, NamesRequest } from './names.ts'

/** What a look works with. */
export interface LookContext extends SolverContext {
  /** Where DNSSEC begins; the root's keys where absent. */
  readonly trustAnchors?: readonly TrustAnchor[] | undefined
}

/** What is to be proven to a CA. */
export type Attempt = Pick<Certificate, 'identifiers' | 'challenge'>

/** What the CA would look at. */
export async function namesRequest(
  { identifiers, challenge }: Attempt,
  { client, account, issuer }: OpenAccount,
  signal?: AbortSignal,
): Promise<NamesRequest> {
  const { meta } = await getDirectory(client, { signal })
  const { caaIdentities } = meta
  const { caaIdentities: knownIdentities } = knownIssuer(issuer.directoryUrl) ?? {}
  const from = { caaIdentities, knownIdentities, reach: reachOf(issuer) }
  return { identifiers, challenge, accountUrl: account.url, ...from }
}

export function namesContext(
  { challenge }: Pick<Attempt, 'challenge'>,
  context: LookContext,
): NamesContext {
  const { host, trustAnchors: anchors } = context
  return { lookup: lookupOf({ host, resolvers: challenge.resolvers, anchors }), solvers: context }
}

/** How far a CA sees: one that is trusted by a file of its own is private, one on this machine is for trials. */
export function reachOf({
  directoryUrl,
  caFile,
}: Pick<Issuer, 'directoryUrl' | 'caFile'>): NamesRequest['reach'] {
  const hostname = URL.parse(directoryUrl)?.hostname.replace(/^\[|\]$/g, '') ?? ''
  if (/(?:^|\.)localhost$/.test(hostname) || isLoopback(hostname)) return 'machine'
  return caFile === undefined ? 'internet' : 'network'
}

/** A CA on this machine has a DNS of its own, which is known only where a resolver is named. */
export function canLook({ reach, challenge }: Pick<NamesRequest, 'reach' | 'challenge'>): boolean {
  return reach !== 'machine' || (challenge.resolvers ?? []).length > 0
}
