import {
  AcmeError,
  certificateId,
  identifierFrom,
  identifierSet,
  readChain,
  type Identifier,
} from '@certwright/acme'
import type { Certificate, Version } from '../store/store.ts'
import { describe } from '../x509/certificate.ts'
import type { IssuanceContext, OpenAccount } from './issuance.ts'

/** A version that an order can name as the one it replaces. */
export interface Replaced {
  readonly number: number
  /** How the CA names its certificate (RFC 9773 §4.1). */
  readonly certificateId: string
}

/**
 * The version that the next one replaces, where the CA may be told so (RFC 9773 §5): the current one, if the same
 * account ordered it from the same CA and it shares a name with the next.
 */
export async function replacedVersion(
  { id, current, directoryUrl, identifiers }: Certificate,
  { account }: Pick<OpenAccount, 'account'>,
  { store }: Pick<IssuanceContext, 'store'>,
): Promise<Replaced | undefined> {
  const version = current === undefined ? undefined : await store.version(id, current)
  if (version?.directoryUrl !== directoryUrl || version.accountUrl !== account.url) return undefined
  const name = sharesName(version, identifiers) ? nameOf(version) : undefined
  return name === undefined ? undefined : { number: version.number, certificateId: name }
}

function sharesName({ chainPem }: Version, identifiers: readonly Identifier[]): boolean {
  const wanted = new Set(identifiers.map((identifier) => identifierSet([identifier])))
  return describe(chainPem).names.some((name) => wanted.has(identifierSet([identifierFrom(name)])))
}

/** A certificate that does not name the key it was signed by has no such name. */
function nameOf({ chainPem }: Version): string | undefined {
  const [leaf = new Uint8Array()] = readChain(chainPem)
  try {
    return certificateId(leaf)
  } catch (error) {
    if (error instanceof AcmeError) return undefined
    throw error
  }
}
