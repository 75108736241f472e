import { X509Certificate } from 'node:crypto'
import { describe } from '../x509/certificate.ts'
import type { Installed, Wanted } from './target.ts'

/** Whether what a target has is this certificate; `undefined` where it says nothing to tell it by. */
export function isCertificate(installed: Installed, { chainPem }: Wanted): boolean | undefined {
  const { fingerprint, serial } = describe(chainPem)
  const sha1 = new X509Certificate(chainPem).fingerprint.replaceAll(':', '').toLowerCase()
  return isAny(installed, { fingerprint, sha1, serial })
}

/** Whether two readings are of one certificate; `undefined` where they say nothing to tell it by. */
export function isSameCertificate(one: Installed, other: Installed): boolean | undefined {
  const known = isAny(one, other)
  if (known !== undefined) return known
  if (one.reference === undefined || other.reference === undefined) return undefined
  return one.reference === other.reference
}

type Digests = { readonly [Name in 'fingerprint' | 'sha1' | 'serial']?: string | undefined }

function isAny(installed: Installed, { fingerprint, sha1, serial }: Digests): boolean | undefined {
  if (installed.fingerprint && fingerprint) return installed.fingerprint === fingerprint
  if (installed.sha1 && sha1) return installed.sha1 === sha1
  if (installed.serial && serial) return withoutZeros(installed.serial) === withoutZeros(serial)
  if (!installed.parts || installed.parts.length === 0) return undefined
  const each = installed.parts.map(
    (part) => part.installed !== undefined && isAny(part.installed, { fingerprint, sha1, serial }),
  )
  const verdicts = new Set(each)
  if (verdicts.has(false)) return false
  return verdicts.has(undefined) ? undefined : true
}

function withoutZeros(serial: string): string {
  return serial.replace(/^0+/, '')
}

/**
 * What a chain that was read says is installed. Intermediates other than the wanted one's, and whatever is `amiss`
 * beside it, are parts that are not there.
 */
export function installedChain(
  chainPem: string,
  wanted: Wanted | undefined,
  amiss: readonly string[] = [],
): Installed {
  const { fingerprint, notAfter, chain } = describe(chainPem)
  const ours = wanted && describe(wanted.chainPem)
  const fingerprints = (of: typeof chain): string => of.map((one) => one.fingerprint).join()
  const hasOtherChain =
    ours?.fingerprint === fingerprint && fingerprints(ours.chain) !== fingerprints(chain)
  const installed = { fingerprint, notAfter }
  const absent = [...(hasOtherChain ? ['chain'] : []), ...amiss]
  if (absent.length === 0) return installed
  return {
    parts: [{ resource: 'certificate', installed }, ...absent.map((resource) => ({ resource }))],
  }
}
