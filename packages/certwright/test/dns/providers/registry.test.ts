import { readdir } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { dnsProvider, providers } from '../../../src/dns/providers/registry.ts'
import { systemHost } from '../../../src/runtime/host.ts'

const nameOf = (file: string, ending: string): string => file.slice(0, -ending.length)

it('refuses a name that no provider has, and suggests the nearest', async () => {
  const context = { host: systemHost, env: {} }
  await expect(dnsProvider('rfc-2136', {}, context)).rejects.toMatchObject({
    code: 'DNS_PROVIDER_UNKNOWN',
    params: {
      provider: 'rfc-2136',
      suggestion: 'rfc2136',
      known: Object.keys(providers).join(', '),
    },
  })
  for (const name of ['constructor', '__proto__', '']) {
    await expect(dnsProvider(name, {}, context)).rejects.toMatchObject({
      code: 'DNS_PROVIDER_UNKNOWN',
    })
  }
})

it('has a row for every file of its folder, and each file has tests that run the contract suite', async () => {
  const folder = new URL('../../../src/dns/providers/', import.meta.url)
  const files = (await readdir(folder)).filter((file) => file !== 'registry.ts')
  expect(Object.keys(providers).sort()).toEqual(files.map((file) => nameOf(file, '.ts')).sort())
  const { readFile } = await import('node:fs/promises')
  for (const name of Object.keys(providers)) {
    const test = await readFile(new URL(`${name}.test.ts`, import.meta.url), 'utf8')
    expect(test, name).toContain('dnsProviderSuite({')
  }
})

it.each(Object.keys(providers) as (keyof typeof providers)[])(
  'says what each option of %s is, in both languages, and which of them are secrets',
  async (name) => {
    const { options } = await providers[name]()
    expect(new Set(options.map(({ key }) => key)).size).toBe(options.length)
    for (const option of options) {
      expect(option.key).toMatch(/^[a-z][a-z-]*$/)
      expect(option.summary.en).toMatch(/\S.*[^.]$/)
      expect(option.summary.zh).toMatch(/\p{Script=Han}/u)
      expect('secret' in option, option.key).toBe(/secret|password|token/.test(option.key))
    }
  },
)

it('loads no provider before it is asked for', async () => {
  const { readFile } = await import('node:fs/promises')
  const source = await readFile(
    new URL('../../../src/dns/providers/registry.ts', import.meta.url),
    'utf8',
  )
  expect(source).not.toMatch(/from '\.\//)
})
