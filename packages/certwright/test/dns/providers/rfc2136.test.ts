import { createTsigKey, startDns, type RunningDns } from '@certwright/sandbox'
import { describe, expect, it, test } from 'vitest'
import { provider } from '../../../src/dns/providers/rfc2136.ts'
import { systemHost } from '../../../src/runtime/host.ts'
import { dnsProviderSuite } from '../../../src/testing/index.ts'
import { leapingHost, rawServer, serverText, serveZone, txtAt } from '../world.ts'

const zone = 'example.test'
const name = `_acme-challenge.${zone}`
const record = { zone, name, value: 'value', ttlSeconds: 60 }

interface World {
  readonly dns: RunningDns
  readonly values: Readonly<Record<string, string>>
  readonly secret: string
}

async function world(
  algorithm: 'hmac-sha256' | 'hmac-sha384' | 'hmac-sha512' = 'hmac-sha256',
): Promise<World> {
  const key = createTsigKey('Acme.Key.', algorithm)
  const dns = await startDns({ keys: [key] })
  serveZone(dns, zone)
  const values = {
    server: serverText(dns),
    'key-name': 'Acme.Key',
    'key-algorithm': algorithm,
    'key-secret': key.secret,
  }
  return { dns, values, secret: key.secret }
}

const context = { host: systemHost, env: {} }

describe('the contract', () => {
  dnsProviderSuite({
    test,
    world: async () => {
      const { dns, values, secret } = await world()
      return {
        zone,
        provider: () => provider(values, context),
        values: (name) => txtAt(dns, name),
        secrets: [secret],
        close: async () => dns.close(),
      }
    },
  })
})

describe('options', () => {
  const least = { server: '127.0.0.1', 'key-name': 'key', 'key-secret': 'c2VjcmV0' }

  it.each([
    [{}, 'DNS_OPTION_MISSING', 'server'],
    [{ server: '127.0.0.1', 'key-name': 'key' }, 'DNS_OPTION_MISSING', 'key-secret'],
    [{ server: '127.0.0.1', 'key-secret': 'c2VjcmV0' }, 'DNS_OPTION_MISSING', 'key-name'],
    [{ ...least, 'key-algorithm': 'hmac-md5' }, 'DNS_OPTION_NOT_CONFORM', 'key-algorithm'],
    [{ ...least, 'key-secret': 'no base64!' }, 'DNS_OPTION_NOT_CONFORM', 'key-secret'],
    [{ ...least, 'key-name': 'a..b' }, 'DNS_OPTION_NOT_CONFORM', 'key-name'],
    [{ ...least, zone: 'a..b' }, 'DNS_OPTION_NOT_CONFORM', 'zone'],
    [{ ...least, ttl: '0' }, 'DNS_OPTION_NOT_CONFORM', 'ttl'],
    [{ ...least, keysecret: 'x' }, 'DNS_OPTION_MISSPELT', 'keysecret'],
  ])('%j is refused before anything is sent', (values: Record<string, string>, code, option) => {
    expect(() => provider(values, context)).toThrow(
      expect.objectContaining({ code, params: expect.objectContaining({ option }) as object }),
    )
  })

  it('refuses a server that is no address', () => {
    expect(() => provider({ ...least, server: 'ns1.example' }, context)).toThrow(
      expect.objectContaining({ code: 'DNS_SERVER_ADDRESS_NOT_CONFORM' }),
    )
  })

  it('are read from the environment where they are not given', async () => {
    const { dns, values } = await world('hmac-sha512')
    const env = {
      RFC2136_NAMESERVER: values['server'],
      RFC2136_TSIG_KEY: values['key-name'],
      RFC2136_TSIG_ALGORITHM: 'hmac-sha512.',
      RFC2136_TSIG_SECRET: values['key-secret'],
    }
    await provider({}, { host: systemHost, env }).addTxt(record)
    expect(dns.records(name, 'TXT')).toHaveLength(1)
    await dns.close()
  })
})

describe('what the server says', () => {
  async function failureOf(
    values: Readonly<Record<string, string>>,
    change = record,
  ): Promise<unknown> {
    return provider(values, context)
      .addTxt(change)
      .then(
        () => undefined,
        (error: unknown) => error,
      )
  }

  it('unknown key: an error that names the key', async () => {
    const { dns, values, secret } = await world()
    const error = await failureOf({ ...values, 'key-name': 'other' })
    expect(error).toMatchObject({ code: 'DNS_TSIG_KEY_UNKNOWN', params: { key: 'other' } })
    expect(JSON.stringify(error)).not.toContain(secret)
    await dns.close()
  })

  it('wrong secret: an error that does not show it', async () => {
    const { dns, values } = await world()
    const error = await failureOf({ ...values, 'key-secret': 'd3Jvbmcgc2VjcmV0' })
    expect(error).toMatchObject({ code: 'DNS_TSIG_SIGNATURE_WRONG' })
    expect(`${JSON.stringify(error)}${String(error)}`).not.toContain('d3Jvbmcgc2VjcmV0')
    await dns.close()
  })

  it('clocks apart: an error with the difference and what to do', async () => {
    const { dns, values } = await world()
    const host = leapingHost(Date.now() - 3_600_000)
    await expect(provider(values, { host, env: {} }).addTxt(record)).rejects.toMatchObject({
      code: 'DNS_TSIG_CLOCK',
      params: { skew: expect.stringMatching(/^-36\d\d s$/) as string },
      hint: expect.stringContaining('NTP') as string,
    })
    await dns.close()
  })

  it('another zone: NOTAUTH for one it does not serve, NOTZONE for a name outside', async () => {
    const { dns, values } = await world()
    expect(await failureOf({ ...values, zone: 'other.test' })).toMatchObject({
      code: 'DNS_UPDATE_NOT_AUTHORITATIVE',
      params: { zone: 'other.test' },
    })
    expect(
      await failureOf(values, { ...record, name: '_acme-challenge.other.test' }),
    ).toMatchObject({
      code: 'DNS_UPDATE_NOT_IN_ZONE',
    })
    await dns.close()
  })

  it('no signature where one is wanted: refused', async () => {
    const { dns, values } = await world()
    expect(await failureOf({ server: values['server'] ?? '' })).toMatchObject({
      code: 'DNS_UPDATE_REFUSED',
    })
    await dns.close()
  })

  it('any other code: an error with its number', async () => {
    const { dns, values } = await world()
    dns.setServfail(zone)
    expect(await failureOf(values)).toMatchObject({
      code: 'DNS_UPDATE_FAILED',
      params: { rcode: 2 },
    })
    await dns.close()
  })

  it('success without a signature: not believed', async () => {
    const { dns, values } = await world()
    const liar = await rawServer({
      udp: (message) => {
        const reply = Buffer.from(message.subarray(0, 12))
        reply.writeUInt16BE(0xa800, 2)
        return [reply.fill(0, 4)]
      },
    })
    expect(await failureOf({ ...values, server: `127.0.0.1:${liar.port}` })).toMatchObject({
      code: 'DNS_TSIG_REPLY_NOT_VERIFIED',
    })
    await Promise.all([dns.close(), liar.close()])
  })

  it('nonsense: an error that says so', async () => {
    const { dns, values } = await world()
    const babbler = await rawServer({
      udp: (message) => [
        Buffer.concat([message.subarray(0, 2), Buffer.from('a80000010001000100ff', 'hex')]),
      ],
    })
    expect(await failureOf({ ...values, server: `127.0.0.1:${babbler.port}` })).toMatchObject({
      code: 'DNS_REPLY_NOT_CONFORM',
    })
    await Promise.all([dns.close(), babbler.close()])
  })
})

it.each(['hmac-sha384', 'hmac-sha512'] as const)('signs with %s', async (algorithm) => {
  const { dns, values } = await world(algorithm)
  await provider(values, context).addTxt(record)
  expect(dns.log.at(-1)).toMatchObject({
    operation: 'update',
    rcode: 'NOERROR',
    signedBy: 'acme.key',
  })
  await dns.close()
})

it('uses TCP for an update that is too long for UDP', async () => {
  const { dns, values } = await world()
  await provider(values, context).addTxt({ ...record, value: 'x'.repeat(600) })
  expect(dns.log.at(-1)).toMatchObject({ operation: 'update', transport: 'tcp', rcode: 'NOERROR' })
  await dns.close()
})

it('needs no zone to be found where its option names one, and takes its TTL from the other', async () => {
  const { dns, values } = await world()
  const made = provider({ ...values, zone: 'Example.test.', ttl: '30' }, context)
  expect(made.ignoresZone).toBe(true)
  await made.addTxt({ ...record, zone: name })
  expect(dns.records(name, 'TXT')).toEqual([expect.objectContaining({ ttl: 30, data: 'value' })])
  expect(provider(values, context).ignoresZone).toBeUndefined()
  await dns.close()
})

it("leaves another validation's value in place when it cleans up (dehydrated#539)", async () => {
  const { dns, values } = await world()
  dns.add({ name, type: 'TXT', data: "somebody else's" })
  const made = provider(values, context)
  await made.removeTxt(await made.addTxt(record))
  expect(txtAt(dns, name)).toEqual(["somebody else's"])
  await dns.close()
})
