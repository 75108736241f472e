import { createHmac, randomBytes } from 'node:crypto'
import {
  AcmeError,
  externalAccountBinding,
  findAccount,
  isProblem,
  newAccount,
  readMacKey,
  type ExternalAccount,
  type Jws,
  type MacAlgorithm,
  type PublicJwk,
} from '@certwright/acme'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { failure } from './failure.ts'
import { fakeCa, newSigner, type FakeCaOptions } from './fake-ca.ts'

const url = 'https://example.com/acme/new-account'
const macText = 'zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W'
const macKey = Buffer.from(macText, 'base64url')
/** RFC 7515 §A.3. */
const jwk: PublicJwk = {
  kty: 'EC',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
}

describe('readMacKey', () => {
  it.each([
    '',
    ' ',
    '====',
    'a',
    'ab$c',
    '{"b64MacKey":"x"}',
    `"${macText}`,
    `"${macText}'`,
    '""',
    `${macText}é`,
    // Bits that no encoder would have left.
    'AB',
    `${macText}"AAAA"`,
    `"AAAA"${macText}`,
    'AAAA=AAAA',
  ])('refuses %j without quoting it', (text) => {
    const error = caught(() => readMacKey(text))
    expect(error).toMatchObject({
      code: 'ACME_MAC_KEY_NOT_READABLE',
      message: 'the MAC key is not base64url',
      hint: 'Copy the key once more from where the CA shows it, whole and alone.',
    })
    if (text.length > 3) expect(error.message).not.toContain(text)
  })

  it('reads base64url without a warning', () => {
    expect(readMacKey(macText)).toEqual({ macKey: new Uint8Array(macKey), warnings: [] })
  })

  it('reads the other forms that CAs hand out, and says how they differ', () => {
    const key = Buffer.from('fbefbeffbf'.repeat(7), 'hex')
    const read = (text: string): unknown => {
      const { macKey, warnings } = readMacKey(text)
      return [Buffer.from(macKey).equals(key), ...warnings]
    }
    const url = key.toString('base64url')
    const standard = key.toString('base64')
    expect(read(url)).toEqual([true])
    expect(read(`${url}=`)).toEqual([true, 'padding'])
    expect(read(standard)).toEqual([true, 'padding', 'standard-alphabet'])
    expect(read(` ${url.slice(0, 20)}\n${url.slice(20)}\n`)).toEqual([true, 'white-space'])
    expect(read(`"${url}"\n`)).toEqual([true, 'white-space', 'quotes'])
    expect(read(`'${standard}'`)).toEqual([true, 'quotes', 'padding', 'standard-alphabet'])
    expect(read(Buffer.from(url).toString('base64url'))).toEqual([true, 'encoded-twice'])
    // As gcloud prints it.
    expect(read(Buffer.from(`${url}=`).toString('base64'))).toEqual([
      true,
      'padding',
      'encoded-twice',
    ])
  })

  it('takes a short key with a warning', () => {
    expect(readMacKey('c2VjcmV0')).toEqual({
      macKey: new Uint8Array(Buffer.from('secret')),
      warnings: ['short-key'],
    })
  })

  it('decodes twice only what is a whole key then, of 32 octets at least', () => {
    const twice = (key: Uint8Array): unknown => {
      const { macKey, warnings } = readMacKey(btoa(Buffer.from(key).toString('base64url')))
      return [macKey.length, ...warnings]
    }
    expect(twice(new Uint8Array(32))).toEqual([32, 'padding', 'encoded-twice'])
    expect(twice(new Uint8Array(31))).toEqual([42])
  })

  it('takes no key of chance for one encoded twice', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 64 }), (octets) => {
        fc.pre(octets.some((octet) => octet > 0x7f))
        const { macKey } = readMacKey(Buffer.from(octets).toString('base64url'))
        expect(macKey).toEqual(octets)
      }),
    )
  })

  it('reads every key from every form', () => {
    const forms = ['base64', 'base64url'] as const
    fc.assert(
      fc.property(fc.constantFrom(...forms), fc.constantFrom(...forms), (inner, outer) => {
        const key = randomBytes(48)
        const text = Buffer.from(key.toString(inner)).toString(outer)
        expect(Buffer.from(readMacKey(text).macKey).equals(key)).toBe(true)
      }),
    )
  })
})

describe('externalAccountBinding', () => {
  it('is what an independent computation gives', async () => {
    await expect(externalAccountBinding({ keyId: 'kid-1', macKey }, { jwk, url })).resolves.toEqual(
      {
        protected:
          'eyJhbGciOiJIUzI1NiIsImtpZCI6ImtpZC0xIiwidXJsIjoiaHR0cHM6Ly9leGFtcGxlLmNvbS9hY21lL25ldy1hY2NvdW50In0',
        payload:
          'eyJjcnYiOiJQLTI1NiIsImt0eSI6IkVDIiwieCI6ImY4M09KM0QyeEYxQmc4dnViOXRMZTFnSE16Vjc2ZThUdXM5dVBIdlJWRVUiLCJ5IjoieF9GRXpSdTltMzZITE5fdHVlNjU5TE5wWFc2cEN5U3Rpa1lqS0lXSTVhMCJ9',
        signature: 'GZqEucEBczfV8tJQLfKNSw1kZrQxhK205o1r00CLMD8',
      },
    )
  })

  it.each<[MacAlgorithm, string]>([
    ['HS256', 'sha256'],
    ['HS384', 'sha384'],
    ['HS512', 'sha512'],
  ])('makes a MAC by %s', async (algorithm, hash) => {
    const jws = await externalAccountBinding({ keyId: 'k', macKey, algorithm }, { jwk, url })
    const mac = createHmac(hash, macKey).update(`${jws.protected}.${jws.payload}`).digest()
    expect(jws.signature).toBe(mac.toString('base64url'))
    expect(headerOf(jws)).toEqual({ alg: algorithm, kid: 'k', url })
  })

  it('leaves private members of a careless signer behind', async () => {
    const careless = { ...jwk, d: 'secret' }
    const jws = await externalAccountBinding({ keyId: 'k', macKey }, { jwk: careless, url })
    expect(textOf(jws.payload)).not.toContain('secret')
  })

  it.each([
    [{ keyId: '', macKey }, 'keyId is not printable ASCII'],
    [{ keyId: 'schlüssel', macKey }, 'keyId is not printable ASCII'],
    [{ keyId: 'a\nb', macKey }, 'keyId is not printable ASCII'],
    [{ keyId: 'k', macKey: new Uint8Array() }, 'macKey is empty'],
  ])('refuses the key identifier $keyId or an empty key', async (account, why) => {
    await expect(externalAccountBinding(account, { jwk, url })).rejects.toThrow(new TypeError(why))
  })
})

describe('newAccount with an external account', () => {
  const externalAccount: ExternalAccount = { keyId: 'kid-1', macKey }
  const request = { externalAccount, termsOfServiceAgreed: true }

  it('binds a new account, by the very key and url of the request', async () => {
    const ca = fakeCa()
    const signer = await newSigner()
    const { created } = await newAccount(ca.client(), signer, request)
    expect(created).toBe(true)
    const { payload, protected: outer } = ca.seen.at(-1) ?? {}
    const { externalAccountBinding: binding } = payload as { externalAccountBinding: Jws }
    expect(headerOf(binding)).toEqual({ alg: 'HS256', kid: 'kid-1', url: outer?.['url'] })
    expect(JSON.parse(textOf(binding.payload))).toEqual(signer.jwk)
  })

  it('is never sent for a key that has an account', async () => {
    const ca = fakeCa()
    const signer = await newSigner()
    await newAccount(ca.client(), signer, {})
    const { created } = await newAccount(ca.client(), signer, request)
    expect(created).toBe(false)
    expect(bindings(ca.seen)).toBe(0)
    await expect(findAccount(ca.client(), signer)).resolves.toBeDefined()
    ca.seen.length = 0
    await newAccount(ca.client(), await newSigner(), {
      ...request,
      onlyReturnExisting: true,
    }).catch((error: unknown) => expect(isProblem(error, 'accountDoesNotExist')).toBe(true))
    expect(bindings(ca.seen)).toBe(0)
    expect(ca.calls()).toEqual(['GET /directory', 'GET /new-nonce', 'POST /new-account'])
  })

  it('takes no longer than it may', async () => {
    const ca = fakeCa({
      before: ({ path }) => (path === '/new-account' ? { status: 503 } : undefined),
    })
    const late = newAccount(ca.client(), await newSigner(), request, { deadlineMs: 3000 })
    await expect(late).rejects.toThrow(failure('ACME_DEADLINE'))
    expect(ca.host.waits.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(3000)
  })

  it('is not sent again when the reply was lost after the CA had made the account', async () => {
    let lost = false
    const after: FakeCaOptions['after'] = ({ path, payload }) => {
      if (lost || path !== '/new-account' || !hasBinding(payload)) return undefined
      lost = true
      return new AcmeError('ACME_NETWORK', 'connection reset')
    }
    const ca = fakeCa({ after })
    const { account } = await newAccount(ca.client(), await newSigner(), request)
    expect([...ca.accounts.keys()]).toEqual([account.url])
    expect(bindings(ca.seen)).toBe(1)
  })

  it('is sent again when the request was lost before', async () => {
    let lost = false
    const before: FakeCaOptions['before'] = ({ payload }) => {
      if (lost || !hasBinding(payload)) return undefined
      lost = true
      return { status: 503 }
    }
    const ca = fakeCa({ before })
    await newAccount(ca.client(), await newSigner(), request)
    expect(bindings(ca.seen)).toBe(2)
  })

  it('does not show its MAC to who listens', async () => {
    const heard: string[] = []
    const ca = fakeCa()
    const client = ca.client({ onExchange: (exchange) => heard.push(JSON.stringify(exchange)) })
    await newAccount(client, await newSigner(), request)
    const { payload } = ca.seen.at(-1) ?? {}
    const { signature } = (payload as { externalAccountBinding: Jws }).externalAccountBinding
    expect(heard.join('\n')).toContain('kid-1')
    expect(heard.join('\n')).not.toContain(signature)
  })

  it('says what to do where the CA needs one and none was given', async () => {
    const ca = fakeCa({
      before: ({ path }) =>
        path === '/new-account'
          ? {
              status: 403,
              body: { type: 'urn:ietf:params:acme:error:externalAccountRequired', detail: 'no' },
            }
          : undefined,
    })
    await expect(newAccount(ca.client(), await newSigner(), {})).rejects.toThrow(
      failure('ACME_PROBLEM', {
        hint: 'Get an external account key from the CA and register with it.',
      }),
    )
  })
})

function hasBinding(payload: unknown): boolean {
  return typeof payload === 'object' && payload !== null && 'externalAccountBinding' in payload
}

function bindings(seen: ReadonlyArray<{ readonly payload?: unknown }>): number {
  return seen.filter(({ payload }) => hasBinding(payload)).length
}

function textOf(part: string): string {
  return Buffer.from(part, 'base64url').toString('utf8')
}

function headerOf(jws: Jws): unknown {
  return JSON.parse(textOf(jws.protected))
}

function caught(task: () => unknown): Error {
  try {
    task()
  } catch (error) {
    if (error instanceof Error) return error
  }
  throw new Error('nothing was thrown')
}
