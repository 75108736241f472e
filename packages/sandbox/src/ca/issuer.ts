import 'reflect-metadata'
import { randomBytes } from 'node:crypto'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  Extension,
  Name,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { dateOf } from '../clock.ts'

export const dayMs = 86_400_000
const subtle = globalThis.crypto.subtle
export type KeyPair = Awaited<ReturnType<typeof generateKeys>>

/** A name and the key that signs under it. */
export interface SigningName {
  readonly subject: Name
  readonly keys: KeyPair
}

/** A CA certificate and what signs below it. */
export interface Issuer extends SigningName {
  readonly pem: string
}

/** RFC 5280 §4.2.1.3, as the octets of the BIT STRING: unused bits, then the bits. */
const USAGE_OF_CA = [1, 0b0000_0110] as const
export const USAGE_OF_LEAF = { ecdsa: [7, 0b1000_0000], rsa: [5, 0b1010_0000] } as const

/** Certifies a CA, by itself or by another, for ten years. */
export async function caCertificate(
  ca: SigningName,
  by: SigningName,
  now: number,
): Promise<string> {
  const selfSigned = ca.subject === by.subject
  const certificate = await X509CertificateGenerator.create({
    serialNumber: newSerial(),
    subject: ca.subject,
    issuer: by.subject,
    notBefore: dateOf(wholeSeconds(now - dayMs)),
    notAfter: dateOf(wholeSeconds(now + 3650 * dayMs)),
    publicKey: ca.keys.publicKey,
    signingKey: by.keys.privateKey,
    signingAlgorithm: { name: by.keys.privateKey.algorithm.name, hash: 'SHA-256' },
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      keyUsage(USAGE_OF_CA),
      await SubjectKeyIdentifierExtension.create(ca.keys.publicKey),
      forTestsOnly(),
      ...(selfSigned ? [] : [await AuthorityKeyIdentifierExtension.create(by.keys.publicKey)]),
    ],
  })
  return pemOf(new Uint8Array(certificate.rawData))
}

export async function generateKeys(algorithm: 'ecdsa' | 'rsa') {
  const usages = ['sign', 'verify'] as const
  if (algorithm === 'ecdsa') {
    return subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, usages)
  }
  const publicExponent = new Uint8Array([1, 0, 1])
  const rsa = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 2048, publicExponent }
  return subtle.generateKey(rsa, true, usages)
}

/**
 * RFC 5280 §4.1.2.2: positive, at most 20 octets. Half of them need a leading `00`, which whoever
 * reads a serial through a library easily loses.
 */
export function newSerial(): string {
  const bytes = randomBytes(16)
  bytes[0] = (bytes[0] ?? 0) || 1
  const hex = bytes.toString('hex')
  return bytes.readUInt8(0) >= 0x80 ? `00${hex}` : hex
}

/** Critical, as CAs must have it (RFC 5280 §4.2.1.3). */
export function keyUsage([unused, bits]: readonly [number, number]): Extension {
  return new Extension('2.5.29.15', true, Uint8Array.of(3, 2, unused, bits))
}

/**
 * A certificate policy that says what this is, for whoever looks: under 2.999, the arc that is kept for
 * examples (ITU-T X.660), with a notice in words (RFC 5280 §4.2.1.4).
 */
export function forTestsOnly(): Extension {
  const notice = Buffer.from('For tests only. Nobody trusts this certificate, and nobody should.')
  const text = Buffer.concat([Buffer.of(0x0c, notice.length), notice])
  // id-qt-unotice, 1.3.6.1.5.5.7.2.2
  const qualifier = Buffer.from('06082b06010505070202', 'hex')
  const userNotice = sequence(qualifier, sequence(text))
  // 2.999.1
  const policy = sequence(Buffer.from('0603883701', 'hex'), sequence(userNotice))
  return new Extension('2.5.29.32', false, sequence(policy))
}

/** For contents of fewer than 128 octets. */
function sequence(...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  return Buffer.concat([Buffer.of(0x30, body.length), body])
}

/** The certificate in a PEM block. */
export function derOf(pem: string): Uint8Array {
  return new Uint8Array(Buffer.from(pem.replaceAll(/-----[^-]+-----/g, ''), 'base64'))
}

/** X.509 times have no fractions. */
export function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000
}

export function pemOf(der: Uint8Array, label = 'CERTIFICATE'): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}
