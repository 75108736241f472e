import 'reflect-metadata'
import { createHash, createPrivateKey, webcrypto } from 'node:crypto'
import { SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509'

/** A certificate and its key, in each form that a key can have. */
export interface Bundle {
  readonly certPem: string
  /** PKCS#8. */
  readonly keyPem: string
  /** `BEGIN RSA PRIVATE KEY` or `BEGIN EC PRIVATE KEY`. */
  readonly traditionalKeyPem: string
  readonly names: readonly string[]
  /** SHA-256, lower-case hex. */
  readonly fingerprint: string
}

const day = 86_400_000

/** A certificate that signed itself, good for a day from now. */
export async function bundleFor(
  names: readonly string[],
  { algorithm = 'EC', days = 1 }: { algorithm?: 'EC' | 'RSA'; days?: number } = {},
): Promise<Bundle> {
  const parameters =
    algorithm === 'EC'
      ? { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
      : {
          name: 'RSASSA-PKCS1-v1_5',
          modulusLength: 2048,
          publicExponent: new Uint8Array([1, 0, 1]),
          hash: 'SHA-256',
        }
  const keys = await webcrypto.subtle.generateKey(parameters, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${names[0]}`,
    keys,
    signingAlgorithm: parameters,
    notBefore: new Date(Date.now() - day),
    notAfter: new Date(Date.now() + days * day),
    extensions: [
      new SubjectAlternativeNameExtension(names.map((value) => ({ type: 'dns' as const, value }))),
    ],
  })
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey))
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  const form = algorithm === 'EC' ? 'sec1' : 'pkcs1'
  return {
    certPem: `${certificate.toString('pem')}\n`,
    keyPem: key.export({ format: 'pem', type: 'pkcs8' }).toString(),
    traditionalKeyPem: key.export({ format: 'pem', type: form }).toString(),
    names,
    fingerprint: createHash('sha256').update(Buffer.from(certificate.rawData)).digest('hex'),
  }
}
