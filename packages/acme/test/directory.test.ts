import { AcmeError, getDirectory, newOrder, revokeCertificate } from '@certwright/acme'
import { describe, expect, it } from 'vitest'
import { failure, matching } from './failure.ts'
import { fakeCa, knownAccount } from './fake-ca.ts'

describe('getDirectory', () => {
  it.each(['newNonce', 'newAccount', 'newOrder'])('needs %s', async (name) => {
    for (const value of [undefined, null, 7, '', {}]) {
      const ca = fakeCa({ directory: { [name]: value } })
      const message = `${ca.directoryUrl} replied wrongly: ${name} of the directory is missing`
      await expect(getDirectory(ca.client())).rejects.toThrow(
        failure('ACME_RESPONSE_NOT_CONFORM', { message }),
      )
    }
  })

  it.each(['<html>', '[]', 'null', '"x"', ''])('refuses the body %j', async (body) => {
    const ca = fakeCa({ before: () => ({ body }) })
    await expect(getDirectory(ca.client())).rejects.toThrow(
      failure('ACME_RESPONSE_NOT_CONFORM', {
        message: matching(/ replied wrongly: the directory is not (?:JSON|a JSON object)$/),
      }),
    )
  })

  it('takes no longer than it may', async () => {
    const ca = fakeCa({ before: () => ({ status: 503 }) })
    await expect(getDirectory(ca.client(), { deadlineMs: 3000 })).rejects.toThrow(
      failure('ACME_DEADLINE'),
    )
    expect(ca.host.waits.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(3000)
  })

  it('does without meta and without what is optional, and passes over what it does not know', async () => {
    const ca = fakeCa({ directory: { revokeCert: null, keyChange: 7, meta: null } })
    await expect(getDirectory(ca.client())).resolves.toStrictEqual({
      newNonce: 'https://ca.test/new-nonce',
      newAccount: 'https://ca.test/new-account',
      newOrder: 'https://ca.test/new-order',
      meta: {
        caaIdentities: [],
        externalAccountRequired: false,
        profiles: {},
      },
    })
  })

  it('reads what the CA says of itself', async () => {
    const meta = {
      termsOfService: 'https://ca.test/terms',
      website: 'https://ca.test/',
      caaIdentities: ['ca.test', 7],
      externalAccountRequired: true,
      profiles: { classic: 'https://ca.test/classic', odd: 7 },
      issuerDomainNames: ['ca.test', 7],
      accountHashPrefix: '_ca-',
      unknown: {},
    }
    const ca = fakeCa({ directory: { meta } })
    await expect(getDirectory(ca.client())).resolves.toMatchObject({
      meta: {
        termsOfService: 'https://ca.test/terms',
        website: 'https://ca.test/',
        caaIdentities: ['ca.test'],
        externalAccountRequired: true,
        profiles: { classic: 'https://ca.test/classic', odd: '' },
        issuerDomainNames: ['ca.test'],
        accountHashPrefix: '_ca-',
      },
    })
  })

  it('asks once for concurrent callers, and again after an hour', async () => {
    const ca = fakeCa()
    const client = ca.client()
    await Promise.all([getDirectory(client), getDirectory(client), getDirectory(client)])
    ca.host.pass(59 * 60_000)
    await getDirectory(client)
    expect(ca.calls()).toEqual(['GET /directory'])
    ca.host.pass(60_000)
    await getDirectory(client)
    expect(ca.calls()).toEqual(['GET /directory', 'GET /directory'])
  })

  it('is not lost for others when one of them aborts', async () => {
    const ca = fakeCa()
    const client = ca.client()
    const controller = new AbortController()
    const one = getDirectory(client, { signal: controller.signal })
    const other = getDirectory(client)
    controller.abort('enough')
    await expect(one).rejects.toBe('enough')
    await expect(other).resolves.toHaveProperty('newOrder')
  })

  it('asks again after a failure', async () => {
    let up = false
    const ca = fakeCa({ before: () => (up ? undefined : new AcmeError('ACME_NETWORK', 'down')) })
    const client = ca.client()
    await expect(getDirectory(client)).rejects.toThrow(failure('ACME_NETWORK'))
    up = true
    await expect(getDirectory(client)).resolves.toHaveProperty('newOrder')
  })

  it.each([404, 405])('is read again when an endpoint answers %i', async (status) => {
    let moved = false
    const ca = fakeCa({
      before: ({ path }) => {
        if (path === '/directory' && !moved) {
          moved = true
          return {
            body: {
              newNonce: 'https://ca.test/new-nonce',
              newAccount: 'https://ca.test/new-account',
              newOrder: 'https://ca.test/old/new-order',
            },
          }
        }
        return path === '/old/new-order' ? { status } : undefined
      },
    })
    const order = await newOrder(ca.client(), await knownAccount(ca), {
      identifiers: [{ type: 'dns', value: 'example.org' }],
    })
    expect(order.status).toBe('pending')
    expect(ca.calls().filter((call) => call === 'GET /directory')).toHaveLength(2)
  })

  it('is read again only once where nothing has changed', async () => {
    const ca = fakeCa({
      before: ({ path }) => (path === '/new-order' ? { status: 404 } : undefined),
    })
    await expect(
      newOrder(ca.client(), await knownAccount(ca), {
        identifiers: [{ type: 'dns', value: 'example.org' }],
      }),
    ).rejects.toThrow(failure('ACME_PROBLEM', { status: 404 }))
    expect(ca.calls().filter((call) => call === 'POST /new-order')).toHaveLength(1)
  })

  it('says what the CA does not offer', async () => {
    const ca = fakeCa({ directory: { revokeCert: undefined } })
    await expect(
      revokeCertificate(ca.client(), await knownAccount(ca), { certificate: new Uint8Array(1) }),
    ).rejects.toThrow(
      failure('ACME_NOT_SUPPORTED', {
        url: ca.directoryUrl,
        message: `the CA at ${ca.directoryUrl} has no revokeCert`,
      }),
    )
  })
})
