import { createPublicKey, verify, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer } from 'node:tls'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createAuthority } from '../../src/ca/authority.ts'
import type { Authority, AuthorityOptions, IssueRequest } from '../../src/ca/authority.ts'
import { contents, ders, ecKeys, oid, parts } from './der.ts'

const nowMs = Date.UTC(2026, 10, 24)
const dayMs = 86_400_000
const clock = { now: () => nowMs, random: () => 0, sleep: async () => {} }
const newAuthority = async (more: Partial<AuthorityOptions> = {}): Promise<Authority> =>
  createAuthority({ clock, name: 'Test', ...more })

function request(more: Partial<IssueRequest> = {}): IssueRequest {
  return {
    publicKey: ecKeys().publicKey.export({ format: 'der', type: 'spki' }),
    identifiers: [{ type: 'dns', value: 'a.example.test' }],
    notBefore: nowMs - 1500,
    notAfter: nowMs + dayMs,
    ...more,
  }
}

/** Serves with the chain and says whether OpenSSL, trusting the root alone, accepts it for the name. */
async function accepted(serving: { key: string; cert: string }, root: string, servername: string) {
  const server = createServer(serving)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const socket = connect({
    host: '127.0.0.1',
    port,
    servername,
    ca: root,
    rejectUnauthorized: false,
  })
  await once(socket, 'secureConnect')
  const { authorized, authorizationError } = socket
  socket.destroy()
  return { authorized, authorizationError }
}

/** Tag 1 of TBSCertificate, after the version: the INTEGER's octets as they stand. */
function serialOctets(der: Uint8Array): string {
  const [tbs = Buffer.alloc(0)] = parts(der)
  return contents(parts(tbs)[1] ?? Buffer.alloc(0)).toString('hex')
}

describe('the authority', () => {
  it('refuses a chain of no intermediate or of more than three', async () => {
    await expect(newAuthority({ chainLength: 0 })).rejects.toThrow(TypeError)
    await expect(newAuthority({ chainLength: 4 })).rejects.toThrow(TypeError)
  })

  it.each([1, 2, 3])(
    '4.3 chainLength puts %i intermediates between root and leaf, each certified by the next',
    async (chainLength) => {
      const authority = await newAuthority({ chainLength })
      const { chainPem } = await authority.issue(request())
      const chain = [...ders(chainPem), ...ders(authority.rootPem)].map(
        (der) => new X509Certificate(der),
      )
      expect(chain).toHaveLength(chainLength + 2)
      for (const [index, certificate] of chain.entries()) {
        const issuer = chain[index + 1] ?? certificate
        expect(certificate.checkIssued(issuer)).toBe(true)
        expect(certificate.verify(issuer.publicKey)).toBe(true)
        expect(certificate.ca).toBe(index > 0)
      }
    },
  )

  it('says in its names that nobody trusts it, and takes new names and keys each time', async () => {
    const [one, two] = [await newAuthority(), await newAuthority()]
    const subjects = [one, two].map(({ rootPem }) => new X509Certificate(rootPem).subject)
    expect(subjects[0]).toMatch(/^CN=Test Root [0-9a-f]{4} \(not trusted\)$/)
    expect(one.rootPem).not.toBe(two.rootPem)
  })

  it('4.3 alternateRoots has one chain for each root, all of them for the same leaf', async () => {
    const authority = await newAuthority({ alternateRoots: 2, chainLength: 2 })
    const { chainPem, alternates } = await authority.issue(request())
    const chains = [chainPem, ...alternates].map(ders)
    expect(authority.rootPems).toHaveLength(3)
    expect(chains).toHaveLength(3)
    expect(new Set(chains.map(([leaf]) => leaf?.toString('hex'))).size).toBe(1)
    for (const [index, chain] of chains.entries()) {
      const top = new X509Certificate(chain.at(-1) ?? '')
      for (const [other, pem] of authority.rootPems.entries()) {
        expect(top.verify(new X509Certificate(pem).publicKey)).toBe(index === other)
      }
    }
  })

  it('4.3 keyAlgorithm signs with RSA where it is asked to', async () => {
    const authority = await newAuthority({ keyAlgorithm: 'rsa' })
    const { chainPem } = await authority.issue(request())
    const certificates = [...ders(chainPem), ...ders(authority.rootPem)].map(
      (der) => new X509Certificate(der),
    )
    expect(certificates.map(({ publicKey }) => publicKey.asymmetricKeyType)).toEqual([
      'ec',
      'rsa',
      'rsa',
    ])
    expect(certificates[0]?.verify(certificates[1]?.publicKey ?? certificates[0].publicKey)).toBe(
      true,
    )
  })
})

describe('a leaf', () => {
  it('is for the key, the names and the time that were asked for', async () => {
    const authority = await newAuthority()
    const keys = ecKeys('P-384')
    const identifiers = [
      { type: 'dns', value: 'a.example.test' },
      { type: 'dns', value: '*.b.example.test' },
      { type: 'ip', value: '127.0.0.1' },
      { type: 'ip', value: '2001:db8::1' },
    ]
    const publicKey = keys.publicKey.export({ format: 'der', type: 'spki' })
    const leaf = await authority.issue(request({ publicKey, identifiers }))
    const certificate = new X509Certificate(leaf.der)
    expect(certificate.subject).toBeFalsy()
    expect(certificate.checkHost('a.example.test')).toBe('a.example.test')
    expect(certificate.checkHost('x.b.example.test')).toBe('*.b.example.test')
    expect(certificate.checkHost('c.example.test')).toBeUndefined()
    expect([certificate.checkIP('127.0.0.1'), certificate.checkIP('2001:db8::1')]).not.toContain(
      undefined,
    )
    expect(certificate.checkPrivateKey(keys.privateKey)).toBe(true)
    expect(leaf.publicKeyJwk).toEqual(keys.publicKey.export({ format: 'jwk' }))
    expect(certificate.validFromDate.getTime()).toBe(leaf.notBefore)
    expect(certificate.validToDate.getTime()).toBe(leaf.notAfter)
    expect([leaf.notBefore, leaf.notAfter]).toEqual([nowMs - 2000, nowMs + dayMs])
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
  })

  it('marks its names as critical exactly where it has no subject (RFC 5280 §4.2.1.6)', async () => {
    const authority = await newAuthority()
    const criticalNames = Buffer.concat([oid('2.5.29.17'), Buffer.of(0x01, 0x01, 0xff)])
    const anonymous = await authority.issue(request())
    expect(Buffer.from(anonymous.der).includes(criticalNames)).toBe(true)
    const named = await authority.issue(request({ commonName: 'a.example.test' }))
    expect(Buffer.from(named.der).includes(criticalNames)).toBe(false)
    expect(new X509Certificate(named.der).subject).toBe('CN=a.example.test')
  })

  it('may sign, and encipher with an RSA key; names where the CRL is, if anywhere', async () => {
    const authority = await newAuthority()
    const usage = (octets: readonly number[]): Buffer =>
      Buffer.concat([
        oid('2.5.29.15'),
        Buffer.of(0x01, 0x01, 0xff, 0x04, 0x04, 0x03, 0x02, ...octets),
      ])
    const crlUrl = 'http://127.0.0.1/crl'
    const ec = await authority.issue(request({ crlUrl }))
    expect(Buffer.from(ec.der).includes(usage([7, 0x80]))).toBe(true)
    expect(Buffer.from(ec.der).includes(crlUrl)).toBe(true)
    const jwk = { kty: 'RSA', e: 'AQAB', n: Buffer.alloc(256, 0xc5).toString('base64url') }
    const rsa = createPublicKey({ key: jwk, format: 'jwk' })
    const leaf = await authority.issue(
      request({ publicKey: rsa.export({ format: 'der', type: 'spki' }) }),
    )
    expect(Buffer.from(leaf.der).includes(usage([5, 0xa0]))).toBe(true)
    expect(Buffer.from(leaf.der).includes(oid('2.5.29.31'))).toBe(false)
  })

  it('has a serial of its own, told octet by octet with its leading 00', async () => {
    const authority = await newAuthority()
    const leaves = await Promise.all(
      Array.from({ length: 24 }, async () => authority.issue(request())),
    )
    for (const { der, serial } of leaves) {
      expect(serial).toBe(serialOctets(der))
      expect(serial).toMatch(/^(?:00[89a-f]|[0-7])[0-9a-f]+$/)
      expect(serial.length).toBeGreaterThanOrEqual(32)
    }
    expect(new Set(leaves.map(({ serial }) => serial)).size).toBe(24)
    // Each has a leading 00 with a chance of one half: 24 times the same happens once in 8 million.
    expect(new Set(leaves.map(({ serial }) => serial.startsWith('00'))).size).toBe(2)
  })
})

describe('what it serves', () => {
  it('is accepted by OpenSSL under each root with its chain, and under no other', async () => {
    const authority = await createAuthority({
      clock: { ...clock, now: Date.now },
      name: 'Test',
      alternateRoots: 1,
      chainLength: 2,
    })
    const { publicKey, privateKey } = ecKeys()
    const spki = publicKey.export({ format: 'der', type: 'spki' })
    const { chainPem, alternates } = await authority.issue(
      request({ publicKey: spki, notBefore: Date.now() - 1000, notAfter: Date.now() + dayMs }),
    )
    const key = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
    const [root = '', other = ''] = authority.rootPems
    const name = 'a.example.test'
    expect(await accepted({ key, cert: chainPem }, root, name)).toMatchObject({ authorized: true })
    expect(await accepted({ key, cert: alternates[0] ?? '' }, other, name)).toMatchObject({
      authorized: true,
    })
    expect(await accepted({ key, cert: chainPem }, other, name)).toMatchObject({
      authorized: false,
    })
  })

  it('makes a certificate for a server of the sandbox itself', async () => {
    const authority = await newAuthority({
      clock: { ...clock, now: Date.now },
    })
    const { keyPem, certPem } = await authority.serverCertificate(
      ['localhost'],
      ['127.0.0.1', '::1'],
    )
    expect(
      await accepted({ key: keyPem, cert: certPem }, authority.rootPem, 'localhost'),
    ).toMatchObject({
      authorized: true,
    })
    const certificate = new X509Certificate(certPem)
    expect(certificate.checkIP('::1')).toBe('::1')
  })
})

describe('a CRL', () => {
  it('lists what is revoked and why, signed by the issuer of the leaves', async () => {
    const authority = await newAuthority()
    const { serial, chainPem } = await authority.issue(request())
    const issuer = new X509Certificate(ders(chainPem)[1] ?? '')
    const revoked = [
      { serial, at: nowMs, reason: 1 },
      { serial: '0123', at: nowMs, reason: 0 },
    ]
    const [tbs = Buffer.alloc(0), , signature = Buffer.alloc(0)] = parts(
      await authority.crl(revoked),
    )
    expect(verify('sha256', tbs, issuer.publicKey, contents(signature).subarray(1))).toBe(true)
    const entries = parts(parts(tbs)[5] ?? Buffer.alloc(0)).map(parts)
    expect(entries.map(([number]) => contents(number ?? Buffer.alloc(0)).toString('hex'))).toEqual([
      serial,
      '0123',
    ])
    const reasons = entries.map(([, , extensions]) =>
      extensions?.includes(Buffer.of(0x0a, 0x01, 0x01)),
    )
    expect(reasons).toEqual([true, undefined])
  })

  it('has a higher number each time, also beyond 127', async () => {
    const authority = await newAuthority()
    const numbers: string[] = []
    for (let index = 1; index <= 129; index++) {
      const der = Buffer.from(await authority.crl([]))
      const at = der.indexOf(oid('2.5.29.20')) + 7
      numbers.push(contents(der.subarray(at)).toString('hex'))
    }
    expect(numbers.slice(0, 2)).toEqual(['01', '02'])
    expect(numbers.slice(126)).toEqual(['7f', '0080', '0081'])
  })
})
