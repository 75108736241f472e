import { CertwrightError } from '../../../runtime/error.ts'
import { describe, type DescribedChain } from '../../../x509/certificate.ts'
import type { Discovered, Installed } from '../../target.ts'

/** What a product's API calls the certificate. */
export interface Label {
  readonly reference?: string | number | undefined
  readonly name?: string | undefined
}

/** What a target has, where its API gives the certificate itself; as much as can be read of it. */
export function installedFrom(pem: string, { reference, name }: Label = {}): Installed {
  const leaf = leafOf(pem)
  return {
    ...(leaf && {
      fingerprint: leaf.fingerprint,
      serial: leaf.serial.replace(/^0+/, ''),
      notAfter: leaf.notAfter,
    }),
    ...(reference && { reference: String(reference) }),
    ...(name && { name }),
  }
}

/** What `Discovered` says of a certificate that the API gives. */
export function presented(
  pem: string | undefined,
): Pick<Discovered, 'names' | 'issuer' | 'keyType'> {
  const leaf = leafOf(pem ?? '')
  return leaf ? { names: leaf.names, issuer: leaf.issuer, keyType: leaf.keyType } : {}
}

/** `undefined` where the API gave something that is no certificate: that must not hide the rest of what it said. */
function leafOf(pem: string): DescribedChain | undefined {
  try {
    return describe(pem)
  } catch (error) {
    if (error instanceof CertwrightError) return undefined
    throw error
  }
}
