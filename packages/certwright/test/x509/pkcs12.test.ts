import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { createSecureContext, createServer } from 'node:tls'
import * as pkijs from 'pkijs'
import { describe, expect, it } from 'vitest'
import { served } from '../../src/deploy/served.ts'
import { Secret } from '../../src/runtime/secret.ts'
import { writePkcs12, type Pkcs12Options } from '../../src/x509/pkcs12.ts'
import { listening } from '../deploy/listening.ts'
import { ecKey, issueChain, rsaKey } from './issued.ts'

const password = 'correct horse'

function optionsFor(key: KeyObject, change: Partial<Pkcs12Options> = {}): Pkcs12Options {
  const [leaf, ...issuers] = issueChain({ key, names: ['localhost'], length: 2 }).chain.map(
    ({ der }) => der,
  )
  if (leaf === undefined) throw new Error('the chain is empty')
  return {
    privateKey: key.export({ type: 'pkcs8', format: 'der' }),
    certificates: [leaf, ...issuers],
    password: new Secret(password),
    friendlyName: 'example.com',
    ...change,
  }
}

const bothEncryptions = ['modern', 'legacy'] as const
const bothKinds = [
  ['EC', ecKey],
  ['RSA', rsaKey],
] as const

describe.each(bothEncryptions)('a %s PKCS#12 file', (encryption) => {
  it('is not opened by another password', () => {
    const pfx = Buffer.from(writePkcs12(optionsFor(ecKey(), { encryption })))
    for (const passphrase of ['', 'Correct horse', `${password} `]) {
      expect(() => createSecureContext({ pfx, passphrase })).toThrow(/mac verify failure/)
    }
  })

  it('is not opened once an octet of it was changed', () => {
    const pfx = Buffer.from(writePkcs12(optionsFor(ecKey(), { encryption })))
    const middle = pfx.length >> 1
    pfx.writeUInt8(pfx.readUInt8(middle) ^ 1, middle)
    expect(() => createSecureContext({ pfx, passphrase: password })).toThrow(/mac verify failure/)
  })

  it.each(bothKinds)('lets a TLS server serve its chain with its %s key', async (_, makeKey) => {
    const options = optionsFor(makeKey(), { encryption })
    const pfx = Buffer.from(writePkcs12(options))
    await using server = await listening(createServer({ pfx, passphrase: password }))
    const { chainPem } = await served({ ...server.endpoint, servername: 'localhost' })
    const shown = chainPem
      .split(/(?<=END CERTIFICATE-----\n)/)
      .map((pem) => new X509Certificate(pem).raw)
    expect(shown).toEqual(options.certificates.map((der) => Buffer.from(der)))
  })

  it('takes passwords in any script', () => {
    for (const passphrase of ['密码', 'пароль', 'naïve 🔑', 'x'.repeat(200)]) {
      const options = optionsFor(ecKey(), { encryption, password: new Secret(passphrase) })
      const pfx = Buffer.from(writePkcs12(options))
      expect(() => createSecureContext({ pfx, passphrase })).not.toThrow()
    }
  })

  it('is the same for the same salts, which are all different', () => {
    const options = optionsFor(ecKey(), { encryption })
    const counting = () => {
      let calls = 0
      return (length: number): Uint8Array => new Uint8Array(length).fill((calls += 1))
    }
    const once = Buffer.from(writePkcs12({ ...options, salt: counting() }))
    expect(Buffer.from(writePkcs12({ ...options, salt: counting() })).equals(once)).toBe(true)
    expect(
      Buffer.from(writePkcs12({ ...options, salt: (n) => new Uint8Array(n) })).equals(once),
    ).toBe(false)
    expect(Buffer.from(writePkcs12(options)).equals(Buffer.from(writePkcs12(options)))).toBe(false)
  })

  it('shows neither the key nor a certificate to who lacks the password', () => {
    const options = optionsFor(ecKey(), { encryption })
    const file = Buffer.from(writePkcs12(options))
    for (const plain of [options.privateKey.subarray(-40), options.certificates[0].subarray(-40)]) {
      expect(file.indexOf(plain)).toBe(-1)
    }
  })
})

describe('a modern PKCS#12 file, read by another library', () => {
  it.each(bothKinds)(
    'gives back its %s key and its chain, paired by id and name',
    async (_, makeKey) => {
      const options = optionsFor(makeKey(), { friendlyName: '证书 example.com' })
      const { keys, certificates } = await openedByPkijs(writePkcs12(options))
      expect(certificates.map(({ der }) => der)).toEqual(
        options.certificates.map((der) => Buffer.from(der)),
      )
      expect(keys).toHaveLength(1)
      const key = createPrivateKey({
        key: keys[0]?.der ?? Buffer.of(),
        format: 'der',
        type: 'pkcs8',
      })
      expect(new X509Certificate(Buffer.from(options.certificates[0])).checkPrivateKey(key)).toBe(
        true,
      )
      expect(keys[0]?.friendlyName).toBe('证书 example.com')
      expect(keys[0]?.localKeyId).toMatch(/^[0-9a-f]{40}$/)
      const [leaf, ...issuers] = certificates
      expect(leaf).toMatchObject({
        friendlyName: keys[0]?.friendlyName,
        localKeyId: keys[0]?.localKeyId,
      })
      for (const issuer of issuers) expect(issuer.localKeyId).toBeUndefined()
    },
  )
})

interface OpenedBag {
  readonly der: Buffer
  readonly friendlyName: string | undefined
  readonly localKeyId: string | undefined
}

async function openedByPkijs(
  file: Uint8Array,
): Promise<{ readonly keys: OpenedBag[]; readonly certificates: OpenedBag[] }> {
  const secret = new Uint8Array(Buffer.from(password)).buffer
  const pfx = pkijs.PFX.fromBER(new Uint8Array(file))
  await pfx.parseInternalValues({ password: secret, checkIntegrity: true })
  const safe = pfx.parsedValue?.authenticatedSafe
  if (safe === undefined) throw new Error('there is no AuthenticatedSafe')
  await safe.parseInternalValues({ safeContents: [{ password: secret }, {}] })
  const contents = (safe.parsedValue as { safeContents: { value: pkijs.SafeContents }[] })
    .safeContents
  const bags = contents.flatMap(({ value }) => value.safeBags)
  const keys: OpenedBag[] = []
  const certificates: OpenedBag[] = []
  for (const bag of bags) {
    const { bagValue } = bag
    if (bagValue instanceof pkijs.PKCS8ShroudedKeyBag) {
      await (
        bagValue as unknown as { parseInternalValues(o: { password: ArrayBuffer }): Promise<void> }
      ).parseInternalValues({ password: secret })
      keys.push(openedBag(bag, bagValue.parsedValue?.toSchema().toBER()))
    }
    if (bagValue instanceof pkijs.CertBag) {
      certificates.push(
        openedBag(bag, (bagValue.parsedValue as pkijs.Certificate).toSchema(true).toBER()),
      )
    }
  }
  return { keys, certificates }
}

function openedBag(bag: pkijs.SafeBag, der: ArrayBuffer = new ArrayBuffer(0)): OpenedBag {
  const valueOf = (
    type: string,
  ): { valueBlock: { value?: string; valueHexView: Uint8Array } } | undefined =>
    bag.bagAttributes?.find((attribute) => attribute.type === type)?.values[0] as never
  const id = valueOf('1.2.840.113549.1.9.21')
  return {
    der: Buffer.from(der),
    friendlyName: valueOf('1.2.840.113549.1.9.20')?.valueBlock.value,
    localKeyId: id && Buffer.from(id.valueBlock.valueHexView).toString('hex'),
  }
}
