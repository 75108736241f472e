import { X509Certificate } from 'node:crypto'
import { rootCertificates } from 'node:tls'

import { describe, expect, it } from 'vitest'

import { readChain, writeChain } from '../../src/der/chain.ts'
import { pemEncode } from '../../src/der/pem.ts'
import { rfc9773Certificate } from './rfc9773-certificate.ts'
import { failure } from '../failure.ts'

const [first = '', second = ''] = rootCertificates
const key = pemEncode('PRIVATE KEY', new Uint8Array([0x30, 0]))

describe('readChain', () => {
  it.each([
    ['nothing', '', 'ACME_PEM_NOT_CONFORM'],
    ['text without blocks', 'no chain', 'ACME_PEM_NOT_CONFORM'],
    ['a private key among the certificates', `${first}\n${key}${second}`, 'ACME_PEM_NOT_CONFORM'],
    ['a private key behind other text on its line', `${first}\n# ${key}`, 'ACME_PEM_NOT_CONFORM'],
    [
      'a certificate of the older label',
      pemEncode('X509 CERTIFICATE', new Uint8Array([0x30, 0])),
      'ACME_PEM_NOT_CONFORM',
    ],
    ['a certificate cut off', first.slice(0, 400), 'ACME_PEM_NOT_CONFORM'],
    [
      'a block without contents',
      pemEncode('CERTIFICATE', new Uint8Array()),
      'ACME_DER_NOT_CONFORM',
    ],
    [
      'octets behind a certificate',
      pemEncode('CERTIFICATE', new Uint8Array([0x30, 0, 0])),
      'ACME_DER_NOT_CONFORM',
    ],
  ])('refuses %s', (_name, text, code) => {
    expect(() => readChain(text)).toThrow(failure(code))
  })

  it('says what it holds instead', () => {
    expect(() => readChain(`${first}\n${key}`)).toThrow(
      'a chain holds a block that is no certificate: PRIVATE KEY',
    )
    expect(() => readChain('')).toThrow('a chain holds no certificate')
    expect(() => readChain(pemEncode('CERTIFICATE', new Uint8Array()))).toThrow(
      /^a certificate of the chain is not in DER as it should be: /,
    )
  })

  it('gives the certificates in their order', () => {
    const chain = readChain(`${second}\n${first}\n`)
    expect(chain.map((der) => Buffer.from(der))).toEqual(
      [second, first].map((pem) => new X509Certificate(pem).raw),
    )
  })
})

describe('writeChain', () => {
  it('normalises to LF without blank lines and one final newline', () => {
    const untidy = `\r\n${rfc9773Certificate.replaceAll('\n', '\r\n')}\r\n\r\n${rfc9773Certificate.trimEnd()}`
    expect(writeChain(readChain(untidy))).toBe(rfc9773Certificate + rfc9773Certificate)
  })
})
