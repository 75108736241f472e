import { belongsTo, hasBlankLine, readCertificate, readPrivateKey } from './certificate.ts'
import type { PrivateKey } from './certificate.ts'
import type { StoredCertificate } from './certificate-store.ts'
import type { Served } from './installations.ts'
import type { World } from './world.ts'

/** A certificate that is in the account's store before the first call. */
export interface SeededCertificate {
  readonly certPem: string
  readonly keyPem: string
  readonly name?: string
}

/** The same certificate in the store, where it is put unless it is there already. */
export function seededInStore(
  { certPem, keyPem, name }: SeededCertificate,
  { store, nextNumber }: World,
): StoredCertificate {
  const { certificate } = readPair(certPem, keyPem, (fault) => new TypeError(`wrong ${fault}`))
  const known = store.all.find((stored) => stored.certificate.sha256 === certificate.sha256)
  return known ?? store.add({ name: name ?? `seeded_${nextNumber()}`, certificate, keyPem })
}

const servings = new WeakMap<StoredCertificate, Served>()

/** How a listener or a domain serves a certificate of the store. The same certificate gives the same object. */
export function servedOf(stored: StoredCertificate): Served {
  const { certificate, keyPem, id } = stored
  const served = servings.get(stored) ?? { certificate, keyPem, certId: id }
  servings.set(stored, served)
  return served
}

/** What is wrong with PEM text: `form` where the key is of a form that is not taken, or a blank line stands in it. */
export type PairFault = 'certificate' | 'key' | 'match' | 'form'

interface PairRules {
  /** Takes `BEGIN RSA PRIVATE KEY` and `BEGIN EC PRIVATE KEY` alone, not PKCS#8. */
  readonly traditional?: boolean
  /** Refuses PEM text in which a blank line stands. */
  readonly dense?: boolean
}

/** A certificate and its key out of PEM text. Throws what `reject` makes of the fault. */
export function readPair(
  certPem: string,
  keyPem: string,
  reject: (fault: PairFault) => Error,
  { traditional = false, dense = false }: PairRules = {},
): Served {
  const certificate = readCertificate(certPem)
  if (!certificate) throw reject('certificate')
  const key = readPrivateKey(keyPem)
  if (!key) throw reject('key')
  if (traditional && isPkcs8(key)) throw reject('form')
  if (dense && [certPem, keyPem].some(hasBlankLine)) throw reject('form')
  if (!belongsTo(key, certificate)) throw reject('match')
  return { certificate, keyPem }
}

function isPkcs8({ form }: PrivateKey): boolean {
  return form === 'pkcs8'
}
