import { X509Certificate } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startSandbox, type CaKnobs } from '@certwright/sandbox'
import { describe, expect, it, type TestContext } from 'vitest'
import { acmeTiny } from './clients/acme-tiny.ts'
import { certbot } from './clients/certbot.ts'
import type { Ability, ClientWorld, Done, ForeignClient } from './clients/client.ts'
import { dehydrated } from './clients/dehydrated.ts'
import { lego } from './clients/lego.ts'
import { acmeClient, acmez, lego5 } from './clients/libraries.ts'
import { uacme } from './clients/uacme.ts'
import { agreesWithCommitted, cannot, cellsOf, noteKnobs } from './matrix.ts'
import { describeWith, temporaryFolder } from './peer.ts'

type Told = Pick<
  CaKnobs,
  'strict' | 'nonceRejectPercent' | 'renewalWindow' | 'externalAccountRequired' | 'externalAccounts'
>

async function world({ task, onTestFinished }: TestContext, ca: Told): Promise<ClientWorld> {
  const { externalAccounts: _secret, ...knobs } = ca
  noteKnobs(knobs, task)
  const sandbox = await startSandbox({ zones: ['matrix.test'], ca })
  onTestFinished(() => sandbox.close())
  const folder = temporaryFolder()
  const root = join(folder, 'root.pem')
  writeFileSync(root, sandbox.rootPem)
  return { sandbox, folder, root, atEnd: onTestFinished }
}

function succeeded({ ran, chain }: Done): X509Certificate {
  expect(ran, ran.stdout + ran.stderr).toMatchObject({ code: 0 })
  return new X509Certificate(chain)
}

function isRevoked({ sandbox }: ClientWorld, { serialNumber }: X509Certificate): boolean {
  // Node's serialNumber drops a leading 00.
  const numberOf = (hex: string): bigint => BigInt(`0x${hex}`)
  const one = sandbox.ca
    .certificates()
    .find(({ serial }) => numberOf(serial) === numberOf(serialNumber))
  return one?.revoked !== undefined
}

const asksWhenToRenew = ({ sandbox }: ClientWorld): boolean =>
  sandbox.ca.requests.some(({ endpoint }) => endpoint === 'renewalInfo')

const refused = ({ sandbox }: ClientWorld, kind: string): boolean =>
  sandbox.ca.requests.some(({ problem }) => problem?.type === `urn:ietf:params:acme:error:${kind}`)

const externalAccount = {
  keyId: 'kid-1',
  macKey: Buffer.from(Array.from({ length: 32 }, (_, at) => at)).toString('base64url'),
}
const binding = { externalAccountRequired: true, externalAccounts: [externalAccount] }
const byHttp = { names: ['www.matrix.test'], challenge: 'http-01' } as const
const byDns = { names: ['dns.matrix.test', '*.dns.matrix.test'], challenge: 'dns-01' } as const

/** Each client does all that it can, and what it cannot is tried too; its column of the table is of these tests. */
function rows(client: ForeignClient): void {
  /** A CA for one test. Who stumbles over a refused nonce gets one that refuses none. */
  const worldOf = (context: TestContext, ca: Told = {}): Promise<ClientWorld> => {
    const gently = client.cannot.refusedNonces === undefined ? {} : { nonceRejectPercent: 0 }
    return world(context, { ...gently, ...ca })
  }

  /** A test that the client can, or one that it cannot, by what it says of itself. */
  const either = (
    ability: Ability,
    title: string,
    tests: Readonly<Record<'can' | 'cannot', (context: TestContext) => Promise<void>>>,
  ): void => {
    const reason = client.cannot[ability]
    if (reason === undefined) it(title, tests.can)
    else it(cannot(title, reason), tests.cannot)
  }

  for (const key of ['rsa', 'ec'] as const) {
    it(`gets a certificate for an ${key.toUpperCase()} key`, async (context) => {
      const leaf = succeeded(await client.carryOut({ ...byHttp, key }, await worldOf(context)))
      expect(leaf.checkHost('www.matrix.test')).toBe('www.matrix.test')
      expect(leaf.publicKey.asymmetricKeyType).toBe(key)
    })
  }

  it('gets a certificate where the CA is as strict as Let’s Encrypt', async (context) => {
    const at = await worldOf(context, { strict: 'letsencrypt' })
    const leaf = succeeded(await client.carryOut(byHttp, at))
    expect(leaf.checkHost('www.matrix.test')).toBe('www.matrix.test')
  })

  either('refusedNonces', 'goes on where four nonces of five are refused', {
    can: async (context) => {
      const at = await worldOf(context, { nonceRejectPercent: 80 })
      const leaf = succeeded(await client.carryOut(byHttp, at))
      expect(leaf.checkHost('www.matrix.test')).toBe('www.matrix.test')
      expect(refused(at, 'badNonce')).toBe(true)
    },
    cannot: async (context) => {
      const at = await worldOf(context, { nonceRejectPercent: 80 })
      expect((await client.carryOut(byHttp, at)).ran.code).not.toBe(0)
      expect(refused(at, 'badNonce')).toBe(true)
      expect(at.sandbox.ca.certificates()).toEqual([])
    },
  })

  either('revoke', 'revokes a certificate', {
    can: async (context) => {
      const at = await worldOf(context)
      const leaf = succeeded(await client.carryOut({ ...byHttp, next: 'revoke' }, at))
      expect(isRevoked(at, leaf)).toBe(true)
    },
    cannot: async (context) => {
      const at = await worldOf(context)
      const { ran, chain } = await client.carryOut({ ...byHttp, next: 'revoke' }, at)
      expect(ran.code).not.toBe(0)
      expect(isRevoked(at, new X509Certificate(chain))).toBe(false)
    },
  })

  either('dns-01', 'proves a name and its wildcard by dns-01', {
    can: async (context) => {
      const at = await worldOf(context)
      const leaf = succeeded(await client.carryOut(byDns, at))
      const names = ['DNS:*.dns.matrix.test', 'DNS:dns.matrix.test']
      expect(leaf.subjectAltName?.split(', ').sort()).toEqual(names)
      expect(at.sandbox.dns.records('_acme-challenge.dns.matrix.test')).toEqual([])
    },
    cannot: async (context) => {
      const at = await worldOf(context)
      expect((await client.carryOut(byDns, at)).ran.code).not.toBe(0)
      expect(at.sandbox.ca.certificates()).toEqual([])
    },
  })

  either('externalAccount', 'binds an external account', {
    can: async (context) => {
      const leaf = succeeded(
        await client.carryOut({ ...byHttp, externalAccount }, await worldOf(context, binding)),
      )
      expect(leaf.checkHost('www.matrix.test')).toBe('www.matrix.test')
    },
    cannot: async (context) => {
      const at = await worldOf(context, binding)
      const { ran } = await client.carryOut({ ...byHttp, externalAccount }, at)
      expect(ran.code).not.toBe(0)
      expect(refused(at, 'externalAccountRequired')).toBe(true)
    },
  })

  either('renewalInfo', 'renews when renewal information says so', {
    can: async (context) => {
      const at = await worldOf(context, { renewalWindow: 'past' })
      succeeded(await client.carryOut({ ...byHttp, next: 'renew' }, at))
      expect(asksWhenToRenew(at)).toBe(true)
      expect(at.sandbox.ca.certificates()).toHaveLength(2)
    },
    cannot: async (context) => {
      const at = await worldOf(context, { renewalWindow: 'past' })
      await client.carryOut({ ...byHttp, next: 'renew' }, at)
      expect(at.sandbox.ca.certificates()).not.toHaveLength(0)
      expect(asksWhenToRenew(at)).toBe(false)
    },
  })

  either('replaces', 'names what it replaces', {
    can: async (context) => {
      const at = await worldOf(context, { renewalWindow: 'past' })
      succeeded(await client.carryOut({ ...byHttp, next: 'renew anyway' }, at))
      const [first] = at.sandbox.ca.certificates()
      const replaced = at.sandbox.ca.orders().map(({ replaces }) => replaces)
      expect(replaced).toEqual([undefined, first?.certificateId])
    },
    cannot: async (context) => {
      const at = await worldOf(context, { renewalWindow: 'past' })
      succeeded(await client.carryOut({ ...byHttp, next: 'renew anyway' }, at))
      const replaced = at.sandbox.ca.orders().map(({ replaces }) => replaces)
      expect(replaced).toEqual([undefined, undefined])
    },
  })
}

const certbotCannot = {
  refusedNonces: 'tries once more alone, and not with the nonce of the refusal',
  replaces: 'sends no `replaces`',
}
const clients: readonly ForeignClient[] = [
  certbot('certbot (Debian)', 'certbot', {
    ...certbotCannot,
    renewalInfo: 'does not ask for renewal information',
  }),
  certbot('certbot (PyPI)', 'certbot-newest', certbotCannot),
  ...[lego, lego5, acmez, acmeClient, dehydrated, acmeTiny, uacme],
]

// Most of them mostly sleep.
describe.concurrent('our CA', () => {
  for (const client of clients) {
    describeWith(client.programs, client.name, () => {
      cellsOf(client.name, () => client.version())
      rows(client)
    })
  }
})

agreesWithCommitted('clients')
