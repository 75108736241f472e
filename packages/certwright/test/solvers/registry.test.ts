import { readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { systemHost } from '../../src/runtime/host.ts'
import { solverFor } from '../../src/solvers/registry.ts'
import type { ChallengeSettings } from '../../src/solvers/challenge-settings.ts'

const context = { host: systemHost, env: {} }

describe('the solver for a person’s settings', () => {
  it.each([
    [{ type: 'dns-01' }, 'DNS_PROVIDER_NOT_NAMED'],
    [{ type: 'dns-account-01' }, 'DNS_PROVIDER_NOT_NAMED'],
    [{ type: 'dns-01', dns: 'rout53' }, 'DNS_PROVIDER_UNKNOWN'],
    [{ type: 'dns-01', dns: 'rfc2136' }, 'DNS_OPTION_MISSING'],
    [
      { type: 'dns-01', dns: 'manual', resolvers: ['dns.example'] },
      'DNS_SERVER_ADDRESS_NOT_CONFORM',
    ],
  ] as const)('refuses %j', async (settings: ChallengeSettings, code) => {
    await expect(solverFor(settings, context)).rejects.toMatchObject({ code })
  })

  it.each([
    [{ type: 'http-01', httpPort: 5002 }, 'http-01', true],
    [{ type: 'http-01', webroot: tmpdir() }, 'http-01', undefined],
    [{ type: 'tls-alpn-01', tlsPort: 5001 }, 'tls-alpn-01', true],
    [{ type: 'dns-01', dns: 'manual' }, 'dns-01', undefined],
    [{ type: 'dns-01', dns: 'exec', dnsOptions: { program: 'x' } }, 'dns-01', undefined],
    [{ type: 'dns-account-01', dns: 'manual' }, 'dns-account-01', undefined],
    [{ type: 'dns-persist-01' }, 'dns-persist-01', true],
  ] as const)('is made from %j', async (settings: ChallengeSettings, type, ephemeral) => {
    expect(await solverFor(settings, context)).toMatchObject({ type })
    expect((await solverFor(settings, context)).ephemeral).toBe(ephemeral)
  })
})

it('has tests that run the contract suite for every solver', async () => {
  const folder = new URL('../../src/solvers/', import.meta.url)
  const parts = new Set([
    'challenge-settings.ts',
    'port.ts',
    'registry.ts',
    'token.ts',
    'txt-challenge.ts',
    // Publishes nothing: its answer stands before the order and after it.
    'dns-persist-01.ts',
  ])
  const files = (await readdir(folder)).filter((file) => !parts.has(file))
  expect(files.length).toBeGreaterThan(0)
  for (const file of files) {
    const test = new URL(file.replace(/\.ts$/, '.test.ts'), import.meta.url)
    expect(await readFile(test, 'utf8'), file).toContain('solverSuite({')
  }
})
