import { readChain } from '@certwright/acme'
import { createAuthority, systemClock, type Authority } from '@certwright/sandbox'

const dayMs = 86_400_000

export interface IssuedLeaf {
  readonly authority: Authority
  /** In DER. */
  readonly certificate: Uint8Array
  readonly notAfter: number
  /** The default chain and the alternates, in PEM. */
  readonly chains: readonly string[]
}

/** A certificate by an authority that writes X.509 with another library. */
export async function issuedLeaf({
  notBefore = Date.UTC(2026, 0, 1),
  alternateRoots = 0,
  chainLength = 1,
}: {
  readonly notBefore?: number
  readonly alternateRoots?: number
  readonly chainLength?: number
} = {}): Promise<IssuedLeaf> {
  const name = 'Test'
  const authority = await createAuthority({ clock: systemClock, name, alternateRoots, chainLength })
  const ecdsa = { name: 'ECDSA', namedCurve: 'P-256' }
  const { publicKey } = await crypto.subtle.generateKey(ecdsa, true, ['sign', 'verify'])
  const leaf = await authority.issue({
    publicKey: new Uint8Array(await crypto.subtle.exportKey('spki', publicKey)),
    identifiers: [{ type: 'dns', value: 'example.org' }],
    notBefore,
    notAfter: notBefore + 90 * dayMs,
  })
  const { chainPem, alternates, notAfter } = leaf
  const [certificate] = readChain(chainPem)
  if (certificate === undefined) throw new Error('the chain is empty')
  return { authority, certificate, notAfter, chains: [chainPem, ...alternates] }
}
