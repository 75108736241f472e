// What the example uses of pkcs11js, so that it can be checked where that is not installed: it is compiled on
// installation. Where it is, delete this file and have all of its own types.
declare module 'pkcs11js' {
  interface Attribute {
    readonly type: number
    readonly value?: Buffer | number | string
  }

  interface Pkcs11 {
    load(path: string): void
    C_Initialize(): void
    C_Finalize(): void
    C_GetSlotList(withToken: boolean): Buffer[]
    C_GetTokenInfo(slot: Buffer): { readonly label: string }
    C_OpenSession(slot: Buffer, flags: number): Buffer
    C_Login(session: Buffer, user: number, pin: string): void
    C_FindObjectsInit(session: Buffer, template: readonly Attribute[]): void
    C_FindObjects(session: Buffer): Buffer | null
    C_FindObjectsFinal(session: Buffer): void
    C_GetAttributeValue(
      session: Buffer,
      object: Buffer,
      template: readonly Attribute[],
    ): readonly { readonly value: Buffer }[]
    C_SignInit(session: Buffer, mechanism: { readonly mechanism: number }, key: Buffer): void
    C_Sign(session: Buffer, data: Buffer, signature: Buffer): Buffer
  }

  const pkcs11js: {
    readonly PKCS11: new () => Pkcs11
    readonly CKF_SERIAL_SESSION: number
    readonly CKU_USER: number
    readonly CKA_CLASS: number
    readonly CKA_LABEL: number
    readonly CKA_KEY_TYPE: number
    readonly CKA_EC_POINT: number
    readonly CKA_MODULUS: number
    readonly CKA_PUBLIC_EXPONENT: number
    readonly CKO_PUBLIC_KEY: number
    readonly CKO_PRIVATE_KEY: number
    readonly CKK_EC: number
    readonly CKM_ECDSA: number
    readonly CKM_SHA256_RSA_PKCS: number
  }
  export default pkcs11js
}
