import {
  AcmeError,
  changeKey,
  deactivateAccount,
  getAccount,
  type Account,
  type Jws,
  type Signer,
} from '@certwright/acme'
import { describe, expect, it } from 'vitest'
import { failure, matching } from './failure.ts'
import {
  fakeCa,
  knownAccount,
  newSigner,
  refusal,
  type FakeCa,
  type FakeCaOptions,
} from './fake-ca.ts'

interface World {
  readonly ca: FakeCa
  readonly account: Account
  readonly newKey: Signer
  readonly persisted: Signer[]
  readonly change: () => Promise<Account>
}

async function world(options: FakeCaOptions = {}): Promise<World> {
  const ca = fakeCa(options)
  const client = ca.client()
  const account = await knownAccount(ca)
  const newKey = await newSigner()
  const persisted: Signer[] = []
  const persist = async (signer: Signer): Promise<void> => void persisted.push(signer)
  const change = () => changeKey(client, account, newKey, { persist })
  return { ca, account, newKey, persisted, change }
}

/** A CA that answers keyChange with this. */
function saying(answer: ReturnType<typeof refusal>): FakeCaOptions {
  return { before: ({ path }) => (path === '/key-change' ? answer : undefined) }
}

const sendings = ({ seen }: FakeCa): number =>
  seen.filter(({ path }) => path === '/key-change').length

describe('changeKey', () => {
  it('refuses the key that the account has', async () => {
    const { ca, account } = await world()
    const persist = () => expect.unreachable()
    await expect(changeKey(ca.client(), account, account.signer, { persist })).rejects.toThrow(
      new TypeError('the new key is the old key'),
    )
    expect(ca.seen).toEqual([])
  })

  it('keeps nothing and sends nothing where the CA lists no keyChange', async () => {
    const { ca, change, persisted } = await world({ directory: { keyChange: undefined } })
    await expect(change()).rejects.toThrow(failure('ACME_NOT_SUPPORTED'))
    expect(persisted).toEqual([])
    expect(ca.calls()).toEqual(['GET /directory'])
  })

  it('sends nothing when the new key cannot be kept', async () => {
    const { ca, account, newKey } = await world()
    const full = new Error('disk full')
    const persist = () => Promise.reject(full)
    await expect(changeKey(ca.client(), account, newKey, { persist })).rejects.toBe(full)
    expect(ca.calls()).toEqual(['GET /directory'])
  })

  it('nests what the new key signed in what the old key signs, and asks by the new key', async () => {
    const { ca, account, newKey, persisted, change } = await world()
    const changed = await change()
    expect(changed).toEqual({ url: account.url, signer: newKey })
    expect(persisted).toEqual([newKey])
    const [sent, asked] = ca.seen.slice(-2)
    expect(sent?.protected).toMatchObject({ kid: account.url, url: 'https://ca.test/key-change' })
    const inner = sent?.payload as Jws
    const json = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString())
    // RFC 8555 §7.3.5; a nonce in it is refused by CAs.
    expect(json(inner.protected)).toEqual({
      alg: 'ES256',
      jwk: newKey.jwk,
      url: 'https://ca.test/key-change',
    })
    expect(json(inner.payload)).toEqual({ account: account.url, oldKey: account.signer.jwk })
    expect(asked).toMatchObject({ url: account.url, payload: '' })
    await expect(getAccount(ca.client(), account)).rejects.toThrow(failure('ACME_PROBLEM'))
  })

  it('keeps the new key before it is sent', async () => {
    const log: string[] = []
    const { ca, account, newKey } = await world({ before: ({ path }) => void log.push(path) })
    const persist = async (): Promise<void> => void log.push('persist')
    await changeKey(ca.client(), account, newKey, { persist })
    expect(log.indexOf('persist')).toBeLessThan(log.indexOf('/key-change'))
  })

  it('does not trust a CA that agrees and changes nothing', async () => {
    const { account, change } = await world(saying({ status: 200 }))
    await expect(change()).rejects.toThrow(
      failure('ACME_KEY_NOT_CHANGED', {
        reason: 'no-effect',
        message: `the CA agreed to the new key of ${account.url}, yet does not take it`,
        hint: 'Use another new key: this one may belong to another account.',
      }),
    )
  })

  it('names the account that has the new key already', async () => {
    const location = 'https://ca.test/account/other'
    const { ca, change } = await world(
      saying({ ...refusal('malformed', 409), headers: { location } }),
    )
    await expect(change()).rejects.toThrow(
      failure('ACME_KEY_NOT_CHANGED', {
        ...{ reason: 'in-use', status: 409, location },
        message: 'the new key belongs to another account',
        hint: 'Use another new key.',
      }),
    )
    expect(sendings(ca)).toBe(1)
  })

  it.each([
    ['501 by a problem', refusal('serverInternal', 501)],
    ['501 by a problem of its own', { status: 501, body: { type: 'urn:x:notImplemented' } }],
    ['404', { status: 404 }],
    ['405', refusal('malformed', 405)],
    ['403 of a gateway', { status: 403, body: { message: 'Missing Authentication Token' } }],
  ])('takes %s for a CA without key changes', async (_, answer) => {
    const { change } = await world(saying(answer))
    await expect(change()).rejects.toThrow(
      failure('ACME_NOT_SUPPORTED', {
        message: matching(/^the CA changes no keys: https:\/\/ca\.test\/key-change refused with /),
        hint: 'Make a new account with the new key instead.',
      }),
    )
  })

  it.each([
    ['badPublicKey', refusal('badPublicKey', 400)],
    ['a page of status 400', { status: 400 }],
    ['a 403 that is the CA’s', refusal('unauthorized', 403)],
  ])('passes on every other refusal: %s', async (_, answer) => {
    const { ca, change } = await world(saying(answer))
    await expect(change()).rejects.toThrow(failure('ACME_PROBLEM', { status: answer.status }))
    expect(sendings(ca)).toBe(1)
  })

  it('asks nothing more where the CA has come to list no keyChange', async () => {
    const gone = fakeCa({
      before: ({ path }, ca) => {
        if (path === '/key-change') return { status: 404 }
        if (path !== '/directory' || ca.seen.length === 1) return undefined
        const [newNonce, newAccount, newOrder] = ['nonce', 'account', 'order'].map(
          (what) => `${ca.base}/new-${what}`,
        )
        return { body: { newNonce, newAccount, newOrder } }
      },
    })
    const persist = async (): Promise<void> => undefined
    const changing = changeKey(gone.client(), await knownAccount(gone), await newSigner(), {
      persist,
    })
    await expect(changing).rejects.toThrow(failure('ACME_NOT_SUPPORTED', { status: undefined }))
    expect(gone.calls().at(-1)).toBe('GET /directory')
  })

  it('throws what a signer throws, and asks nothing more', async () => {
    const { ca, account, newKey } = await world()
    const persist = async (): Promise<void> => undefined
    const broken = new Error('the token was removed')
    const mute = { ...account.signer, sign: () => Promise.reject(broken) }
    const old = { ...account, signer: mute }
    await expect(changeKey(ca.client(), old, newKey, { persist })).rejects.toBe(broken)
    expect(ca.calls()).toEqual(['GET /directory', 'GET /new-nonce'])
    let signatures = 0
    const failing: Signer = {
      ...newKey,
      sign: async (data) => ((signatures += 1) === 1 ? newKey.sign(data) : mute.sign()),
    }
    await expect(changeKey(ca.client(), account, failing, { persist })).rejects.toBe(broken)
  })

  it('takes no longer than it may, though the CA cannot say which key it has', async () => {
    const { ca, account, newKey } = await world({
      before: ({ path }) => (path.startsWith('/account/') ? { status: 503 } : undefined),
    })
    const persist = async (): Promise<void> => undefined
    await expect(
      changeKey(ca.client(), account, newKey, { persist, deadlineMs: 3000 }),
    ).rejects.toThrow(failure('ACME_KEY_NOT_CHANGED', { reason: 'unknown', problem: undefined }))
    expect(ca.host.waits.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(3000)
  })

  it('cannot tell either by a reply that is no account, and says what the refusal was', async () => {
    const { change } = await world({
      before: ({ path }) => {
        if (path === '/key-change') return refusal('malformed', 400, 'once more')
        return path.startsWith('/account/') ? { body: '<html>' } : undefined
      },
    })
    const problem: unknown = expect.objectContaining({ detail: 'once more' })
    await expect(change()).rejects.toThrow(
      failure('ACME_KEY_NOT_CHANGED', { reason: 'unknown', problem }),
    )
  })

  it('sends once where the reply is lost after the CA has changed the key', async () => {
    const { ca, newKey, change } = await world({
      after: ({ path }) =>
        path === '/key-change' ? new AcmeError('ACME_NETWORK', 'connection reset') : undefined,
    })
    await expect(change()).resolves.toHaveProperty('signer', newKey)
    expect(sendings(ca)).toBe(1)
  })

  it('sends again where the request was lost before', async () => {
    let losses = 2
    const { ca, newKey, change } = await world({
      before: ({ path }) =>
        path === '/key-change' && (losses -= 1) >= 0
          ? new AcmeError('ACME_NETWORK', 'connection reset')
          : undefined,
    })
    await expect(change()).resolves.toHaveProperty('signer', newKey)
    expect(sendings(ca)).toBe(3)
  })

  it('finds a change done that an earlier run did not live to see', async () => {
    const { newKey, change } = await world()
    await change()
    await expect(change()).resolves.toHaveProperty('signer', newKey)
  })

  it('says that both keys are to be kept when it cannot tell', async () => {
    const { account, change } = await world({
      before: ({ path, payload }) =>
        path === '/key-change' || (path.startsWith('/account/') && payload === '')
          ? new AcmeError('ACME_NETWORK', 'connection reset')
          : undefined,
    })
    await expect(change()).rejects.toThrow(
      failure('ACME_KEY_NOT_CHANGED', {
        reason: 'unknown',
        url: account.url,
        message: `whether ${account.url} has the new key cannot be said: connection reset`,
        hint: 'Keep both keys, and change the key once more later.',
      }),
    )
  })

  it('leaves an account that can be used', async () => {
    const { ca, change } = await world()
    const changed = await change()
    await expect(deactivateAccount(ca.client(), changed)).resolves.toBeDefined()
  })
})
