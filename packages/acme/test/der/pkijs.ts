/** A certificate request as pkijs reads it. */
export interface PkijsRequest {
  readonly version: number
  readonly subject: {
    readonly typesAndValues: ReadonlyArray<{
      readonly type: string
      readonly value: { readonly valueBlock: { readonly value: string } }
    }>
  }
  readonly attributes?: ReadonlyArray<{
    readonly type: string
    readonly values: readonly unknown[]
  }>
  readonly signatureAlgorithm: { readonly algorithmId: string }
  readonly subjectPublicKeyInfo: { toSchema(): { toBER(): ArrayBuffer } }
  readonly signatureValue: { readonly valueBlock: { readonly valueHexView: Uint8Array } }
  readonly tbsView: Uint8Array
  verify(): Promise<boolean>
}

/** A GeneralName: text for DNS names, an OCTET STRING for addresses. */
export interface PkijsGeneralName {
  readonly type: number
  readonly value: string | { readonly valueBlock: { readonly valueHexView: Uint8Array } }
}

interface PkijsExtension {
  readonly extnID: string
  readonly critical: boolean
  readonly extnValue: { readonly valueBlock: { readonly valueHexView: Uint8Array } }
}

/** A CRL as pkijs reads it. */
export interface PkijsRevocationList {
  readonly revokedCertificates?: ReadonlyArray<{
    readonly userCertificate: { readonly valueBlock: { readonly valueHexView: Uint8Array } }
    readonly revocationDate: { readonly value: Date }
  }>
}

interface Pkijs {
  readonly CertificateRevocationList: { fromBER(der: Uint8Array): PkijsRevocationList }
  readonly CertificationRequest: { fromBER(der: Uint8Array): PkijsRequest }
  readonly Extensions: new (from: { schema: unknown }) => {
    readonly extensions: readonly PkijsExtension[]
  }
  readonly GeneralNames: {
    fromBER(der: Uint8Array): { readonly names: readonly PkijsGeneralName[] }
  }
}

// The name is not a literal, so that the compiler leaves pkijs's own types aside: they need a browser's.
const specifier: string = 'pkijs'

/** The parts of pkijs that judge our requests. */
export const { CertificateRevocationList, CertificationRequest, Extensions, GeneralNames } =
  (await import(specifier)) as Pkijs
