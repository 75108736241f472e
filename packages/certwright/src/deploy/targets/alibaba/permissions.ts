import type { Permission } from '../../target.ts'

/** What a target needs that puts its certificates into the store (CAS). RAM knows no single certificates there. */
export const storePermissions = [
  'UploadUserCertificate',
  'ListUserCertificateOrder',
  'ListCertificates',
  'GetUserCertificateDetail',
  'DeleteUserCertificate',
].map((action): Permission => ({ action: `yundun-cert:${action}`, resource: '*' }))

/** The actions of one product, where it is not known how its resources are named in a policy. */
export function permissions(product: string, actions: readonly string[]): readonly Permission[] {
  return actions.map((action) => ({ action: `${product}:${action}`, resource: '*' }))
}
