import type { IssuedChain } from './certificate.ts'
import { readCertificate } from './der/certificate-reader.ts'
import { commonNameOf } from './der/name.ts'
import { AcmeError } from './error.ts'

/**
 * The first of the chains that ends where `preference` says: at an issuer of this common name, or at a certificate that
 * has this SHA-256 fingerprint, of itself or of its SubjectPublicKeyInfo, in hex. Only the topmost certificate counts
 * (RFC 8555 §7.4.2): the same intermediate can occur in several chains. `undefined` where none does.
 */
export async function chooseChain(
  chains: readonly IssuedChain[],
  preference: string,
): Promise<IssuedChain | undefined> {
  for (const chain of chains) if (await endsAt(chain, preference)) return chain
  return undefined
}

async function endsAt({ certificates }: IssuedChain, preference: string): Promise<boolean> {
  const topmost = certificates.at(-1)
  if (topmost === undefined) return false
  const { issuerName, key } = ending(topmost)
  if (issuerName === preference) return true
  const fingerprint = preference.replaceAll(':', '').toLowerCase()
  for (const octets of [topmost, key]) if ((await sha256Hex(octets)) === fingerprint) return true
  return false
}

/** Where a chain ends: what `chooseChain` can be asked for. */
export interface ChainEnding {
  /** The common name of who issued the topmost certificate, where it has one. */
  readonly issuerName?: string
  /** SHA-256 of the topmost certificate, hex in lower case. */
  readonly fingerprint: string
}

/** Where a chain ends. */
export async function chainEnding({
  certificates,
}: Pick<IssuedChain, 'certificates'>): Promise<ChainEnding> {
  const topmost = certificates.at(-1) ?? new Uint8Array()
  const { issuerName } = ending(topmost)
  return {
    ...(issuerName !== undefined && { issuerName }),
    fingerprint: await sha256Hex(topmost),
  }
}

/** What cannot be read has no name: whether the chain can be used at all is another question. */
function ending(topmost: Uint8Array): {
  readonly issuerName?: string | undefined
  readonly key: Uint8Array
} {
  try {
    const { issuer, subjectPublicKeyInfo: key } = readCertificate(topmost)
    return { issuerName: commonNameOf(issuer), key }
  } catch (error) {
    if (!(error instanceof AcmeError)) throw error
    return { key: new Uint8Array() }
  }
}

async function sha256Hex(octets: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new Uint8Array(octets))
  return [...new Uint8Array(digest)].map((octet) => octet.toString(16).padStart(2, '0')).join('')
}
