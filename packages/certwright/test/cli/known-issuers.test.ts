import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { requireCustomer } from '../../src/issuance/external-account.ts'
import { issuerUrl, knownIssuer, knownIssuers } from '../../src/issuance/known-issuers.ts'
import type { CertwrightError } from '../../src/runtime/error.ts'
import { terminal } from './terminal.ts'

const hourMs = 3_600_000

describe('the table of known issuers', () => {
  it('has one name and one URL for each', () => {
    const names = knownIssuers.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    for (const name of names) expect(name).toMatch(/^[a-z0-9-]+$/)
    const urls = knownIssuers.flatMap(({ directoryUrl }) => directoryUrl ?? [])
    expect(new Set(urls).size).toBe(urls.length)
    for (const url of urls) expect(new URL(url).protocol).toBe('https:')
  })

  it('has limits that give something back, each scope and endpoint once', () => {
    for (const { limits = [] } of knownIssuers) {
      for (const { capacity, refillMs } of limits) {
        expect(capacity).toBeGreaterThan(0)
        expect(refillMs).toBeGreaterThan(0)
      }
      const scopes = limits.map(({ scope, endpoint = '' }) => `${scope} ${endpoint}`)
      expect(new Set(scopes).size).toBe(scopes.length)
    }
  })

  it.each([
    ['account-orders', 300, 36_000],
    ['registered-domain', 50, 201.6 * 60_000],
    ['identifier-set', 5, 33.6 * hourMs],
    ['authorization-failures', 5, 12 * 60_000],
    ['consecutive-authorization-failures', 1152, 24 * hourMs],
    ['registrations-ip', 10, 18 * 60_000],
  ])('knows the published %s limit of the default issuer', (scope, capacity, refillMs) => {
    const { limits = [] } = knownIssuers.find(({ name }) => name === 'letsencrypt') ?? {}
    const limit = limits.find((one) => one.scope === scope)
    expect(limit?.capacity).toBe(capacity)
    expect(limit?.refillMs).toBeCloseTo(refillMs, 3)
  })

  it('says of renewals which limits do not count them', () => {
    const { limits = [] } = knownIssuers.find(({ name }) => name === 'letsencrypt') ?? {}
    const exempt = (exemption: 'ari-renewal' | 'same-identifiers'): readonly string[] =>
      limits.filter(({ exemptions }) => exemptions.includes(exemption)).map(({ scope }) => scope)
    expect(exempt('same-identifiers')).toEqual(['account-orders', 'registered-domain'])
    expect(exempt('ari-renewal')).toContain('identifier-set')
  })

  it('has spans in the order in which they hold', () => {
    for (const { lifetimes = [], profiles = [] } of knownIssuers) {
      const all = profiles.flatMap((profile) => [profile.lifetimes, profile.authorizationReuse])
      for (const spans of [lifetimes, ...all]) {
        const days = spans.map(({ from = '' }) => from)
        expect(days).toEqual(days.toSorted())
      }
    }
  })

  it('finds a customer’s own URL by its host', () => {
    expect(knownIssuer('https://acme.digicert.com/v2/acme/directory/abc')?.name).toBe('digicert')
    expect(knownIssuer('https://acme.sectigo.com/v2/OV')?.name).toBe('sectigo-ov')
    expect(knownIssuer('https://acme.sectigo.com/v2/another')?.name).toBe('sectigo-dv')
    expect(knownIssuer('https://ca.example/directory')).toBeUndefined()
    expect(knownIssuer('no URL')).toBeUndefined()
  })

  it('is the only place in the rooms above clouds, providers and targets that names an issuer', async () => {
    const root = fileURLToPath(new URL('../../src', import.meta.url))
    const words = /letsencrypt|zerossl|sectigo|digicert|actalis|buypass|sslcom|pki\.goog/i
    const named: string[] = []
    for await (const file of glob('{issuance,manager,store,solvers}/**/*.ts', { cwd: root })) {
      // The schema of the file shows a name as an example of one; other clients' folders are called so.
      if (/issuer-table\.ts$|config\/schema\.ts$|takeover\/sources\//.test(file)) continue
      if (words.test(readFileSync(`${root}/${file}`, 'utf8'))) named.push(file)
    }
    expect(named).toEqual([])
  })
})

describe('--issuer', () => {
  it.each(['buypass', 'https://api.buypass.com/acme/directory'])(
    'refuses %s, which has ended its service, with the date',
    async (issuer) => {
      const { run } = await terminal()
      const { code, stderr } = await run(['issue', 'a.example', '--issuer', issuer])
      expect(stderr).toContain('Buypass ended its ACME service on 2025-10-15')
      expect(stderr).toContain('certwright issuers')
      expect(code).toBe(64)
    },
  )

  it('wants the URL of an issuer that gives each customer another', async () => {
    const { run } = await terminal()
    const { code, stderr } = await run(['account', 'create', '--issuer', 'digicert'])
    expect(stderr).toContain('DigiCert gives each customer a directory URL of their own')
    expect(stderr).toContain('https://acme.digicert.com/')
    expect(code).toBe(64)
  })

  it('of an issuer for customers leads to where that gives out the values', () => {
    const meta = {
      caaIdentities: [],
      externalAccountRequired: true,
      profiles: {},
    }
    const from = (url: string): unknown => {
      try {
        requireCustomer(meta, url)
      } catch (error) {
        return (error as CertwrightError).params
      }
      return undefined
    }
    expect(from('https://dv.acme-v02.api.pki.goog/directory')).toEqual({
      issuer: 'Google Trust Services',
      from: expect.stringContaining('gcloud publicca external-account-keys create') as string,
    })
    expect(from('https://one.digicert.com/mpki/api/v1/acme/v2/directory')).toMatchObject({
      issuer: 'DigiCert',
      from: expect.stringContaining('CertCentral') as string,
    })
    expect(from('https://ca.example/directory')).toEqual({
      issuer: 'ca.example',
      from: 'ca.example',
    })
  })

  it('leaves a URL exactly as it is', () => {
    const url = 'https://CA.example:443/Directory?x=%7e'
    expect(issuerUrl(url)).toBe(url)
    expect(issuerUrl('http://ca.example/directory')).toBeUndefined()
    expect(issuerUrl('https://user@ca.example/directory')).toBeUndefined()
    expect(issuerUrl('ca')).toBeUndefined()
  })

  it('that issues only to accounts with a contact asks for one before anything else', async () => {
    const { run } = await terminal()
    const argv = ['account', 'create', '--issuer', 'sslcom-ecc', '--agree-tos']
    const { code, stderr } = await run(argv)
    expect(stderr).toContain('SSL.com, ECC issues only to accounts with a contact')
    expect(stderr).toContain('hint: Add --email ADDRESS')
    expect(code).toBe(1)
  })
})

describe('certwright issuers', () => {
  it.each(['en', 'zh'])('lists those that can be used (%s)', async (language) => {
    const { run } = await terminal()
    const { code, stdout, stderr } = await run(['issuers', '--lang', language])
    expect(stderr).toBe('')
    expect(code).toBe(0)
    const lines = stdout.trimEnd().split('\n')
    const usable = knownIssuers.filter(({ endedOn }) => endedOn === undefined)
    expect(lines).toHaveLength(1 + usable.length)
    expect(stdout).not.toContain('Buypass')
    expect(lines.find((line) => line.startsWith('google '))).toMatch(/needed|需要/)
  })

  it('shows all that is known of one', async () => {
    const { run } = await terminal()
    const { stdout } = await run(['issuers', 'letsencrypt'])
    expect(stdout).toMatch(/^LIMIT +registered-domain: 50 at once, one more every 3\.4h$/m)
    expect(stdout).toMatch(/^LIMIT +requests-ip newOrder: 300 a second, 200 at once$/m)
    expect(stdout).toMatch(
      /^PROFILES +classic: 90d → 64d \(2027-02-10\) → 45d \(2028-02-16\), ≤ 100$/m,
    )
    expect((await run(['issuers', 'buypass'])).stdout).toMatch(/^ENDED +2025-10-15$/m)
    expect((await run(['issuers', 'digicert'])).stdout).toMatch(/^EAB FROM +CertCentral/m)
  })

  it('is the whole table as JSON', async () => {
    const { run } = await terminal()
    const { stdout } = await run(['issuers', '--json'])
    expect(JSON.parse(stdout)).toEqual({
      issuers: JSON.parse(JSON.stringify(knownIssuers)) as unknown,
    })
    const one = await run(['issuers', 'google', '--json'])
    expect(JSON.parse(one.stdout)).toMatchObject({
      issuer: { externalAccount: { singleUse: true, validMs: 7 * 24 * hourMs } },
    })
  })

  it('knows no other name', async () => {
    const { run } = await terminal()
    expect((await run(['issuers', 'nobody'])).code).toBe(64)
  })
})
