import { instantOf } from '../../clock.ts'
import { ownUid } from '../accounts.ts'
import type { Served } from '../installations.ts'
import type { Reply } from '../product.ts'
import type { World } from '../world.ts'

/** A certificate in the store of CLB: each region has a store of its own, apart from the account's. */
export interface ServerCertificate {
  readonly id: string
  readonly name: string
  readonly regionId: string
  readonly resourceGroupId: string
  readonly createdAt: number
  readonly served: Served
  /** The certificate of the account's store that it is a reference to. */
  readonly source?: { readonly id: number; readonly name: string } | undefined
}

export type ServerCertificates = Map<string, ServerCertificate>

const stores = new WeakMap<World, ServerCertificates>()

/** The server certificates of an account, which listeners of other products point to as well. */
export function serverCertificatesOf(world: World): ServerCertificates {
  const known = stores.get(world) ?? new Map<string, ServerCertificate>()
  stores.set(world, known)
  return known
}

export function addServerCertificate(
  given: Omit<ServerCertificate, 'id' | 'createdAt'>,
  world: World,
): ServerCertificate {
  const createdAt = Math.floor(world.clock.now())
  const id = `${ownUid}_${createdAt.toString(16)}_${world.nextNumber()}_${world.nextNumber()}`
  const certificate = { ...given, id, createdAt }
  serverCertificatesOf(world).set(id, certificate)
  return certificate
}

/** Whether a listener of whatever product serves it, or is to. */
export function isServerCertificateInUse(
  { served }: ServerCertificate,
  { installations }: World,
): boolean {
  return installations.all.some((one) => one.served === served || one.wanted === served)
}

export function serverCertificateReply(one: ServerCertificate): Reply {
  const { certificate } = one.served
  return {
    ServerCertificateId: one.id,
    ServerCertificateName: one.name,
    RegionId: one.regionId,
    ResourceGroupId: one.resourceGroupId,
    Fingerprint: certificate.x509.fingerprint.toLowerCase(),
    CommonName: certificate.commonName,
    SubjectAlternativeNames: { SubjectAlternativeName: certificate.names },
    CreateTime: instantOf(one.createdAt),
    CreateTimeStamp: one.createdAt,
    ExpireTime: instantOf(certificate.notAfter),
    ExpireTimeStamp: certificate.notAfter,
    IsAliCloudCertificate: one.source ? 1 : 0,
    ...(one.source
      ? { AliCloudCertificateId: String(one.source.id), AliCloudCertificateName: one.source.name }
      : {}),
  }
}
