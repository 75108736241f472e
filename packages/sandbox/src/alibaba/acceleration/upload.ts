import { belongsTo, readCertificate, readPrivateKey } from '../certificate.ts'
import type { World } from '../world.ts'
import type { CertificateChange } from './domain.ts'
import { refuse } from './errors.ts'

type NewCertificate = Omit<CertificateChange, 'at'>

/** The certificate that a call names or brings. */
export interface CertificateInput {
  readonly type: string
  readonly name: string
  readonly certPem: string
  readonly keyPem: string
  readonly certId?: number | undefined
  readonly region?: string
  /** Lets a new certificate take the name of an old one. */
  readonly force?: boolean
}

/** Reads or looks up the certificate, or throws what is wrong with it. */
export function chosen(given: CertificateInput, world: World): NewCertificate {
  const { type, name } = given
  if (name.length > 128) throw refuse('InvalidCertName.TooLong')
  if (type === 'upload') return uploaded(given, world)
  if (type === 'cas') return stored(given, world)
  throw refuse('InvalidCertType')
}

type Upload = Pick<CertificateInput, 'name' | 'certPem' | 'keyPem' | 'force'>

/** What is uploaded here is kept in the account's store as well, where it piles up. */
export function uploaded(
  { name, certPem, keyPem, force = false }: Upload,
  world: World,
): NewCertificate {
  if (certPem === '') throw refuse('SSLPub.MissingParameter')
  if (keyPem === '') throw refuse('SSLPri.MissingParameter')
  const certificate = readCertificate(certPem)
  if (!certificate) throw refuse('InvalidSSLPub')
  const key = readPrivateKey(keyPem)
  if (!key) throw refuse('InvalidSSLPri')
  if (!belongsTo(key, certificate)) throw refuse('Certificate.MissMatch')
  if (certificate.notAfter < world.clock.now()) throw refuse('Certificate.Expired')
  const { store } = world
  const same = name === '' ? undefined : store.named(name)
  if (same && !force) throw refuse('CertNameAlreadyExists')
  const isSame = same?.certificate.sha256 === certificate.sha256
  if (same && !isSame) store.remove(same.id)
  const kept =
    same && isSame
      ? same
      : store.add({ name: name === '' ? `cert-${world.nextNumber()}` : name, certificate, keyPem })
  return {
    served: { certificate, keyPem, certId: kept.id },
    certName: kept.name,
    certType: 'upload',
    certRegion: store.region,
  }
}

function stored(given: CertificateInput, world: World): NewCertificate {
  const { certId, name, region = '' } = given
  if (name === '') throw refuse('CertName.MissingParameter')
  const wanted = region === '' ? 'cn-hangzhou' : region
  if (wanted !== 'cn-hangzhou' && wanted !== 'ap-southeast-1') {
    throw refuse('Abs.CertRegion.ValueNotSupported')
  }
  const found = certId === undefined ? undefined : world.store.get(certId)
  if (!found || wanted !== world.store.region) throw refuse('Certificate.NotFind')
  const { certificate, keyPem, id } = found
  return {
    served: { certificate, keyPem, certId: id },
    certName: name,
    certType: 'cas',
    certRegion: wanted,
  }
}
