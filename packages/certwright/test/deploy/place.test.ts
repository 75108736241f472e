import { describe, expect, it } from 'vitest'
import { placeOf } from '../../src/deploy/place.ts'
import { targetSpecifierFrom } from '../../src/deploy/target-specifier.ts'
import type { DeployTarget, Endpoint, TargetKind } from '../../src/deploy/target.ts'
import type { TargetRegistry } from '../../src/deploy/targets/registry.ts'
import { systemHost } from '../../src/runtime/host.ts'
import { bundleOf, issue } from '../x509/issued.ts'

const context = { host: systemHost, env: {} }
const summary = { en: 'x', zh: 'x' }

const kind: TargetKind = {
  name: 'web',
  summary,
  options: [
    { key: 'site', summary, required: true },
    { key: 'token', summary, secret: true },
    { key: 'path', summary },
  ],
  keyTypes: ['ec256'],
  permissions: [],
}

/** A registry of one target that has these endpoints, and remembers its options. */
function registryOf(endpoints?: readonly Endpoint[]) {
  const given: Readonly<Record<string, string>>[] = []
  const target: DeployTarget = {
    read: async () => undefined,
    write: async () => undefined,
    ...(endpoints && { endpoints: async () => endpoints }),
  }
  const create = (values: Readonly<Record<string, string>>): DeployTarget => {
    given.push(values)
    return target
  }
  const registry: TargetRegistry = { web: async () => ({ target: kind, create }) }
  return { registry, given }
}

const wanted = bundleOf([issue({ names: ['*.example.com', 'example.org'] })])

async function endpointsOf(text: string, own?: readonly Endpoint[]): Promise<readonly Endpoint[]> {
  const { target } = await placeOf(targetSpecifierFrom(text), context, registryOf(own).registry)
  return (await target.endpoints?.(undefined, wanted)) ?? []
}

const own = (servername: string): Endpoint => ({ host: servername, port: 443, servername })

describe('a place', () => {
  it.each([
    'web:site=a,serve-at=',
    'web:site=a,serve-at=host',
    'web:site=a,serve-at=host:',
    'web:site=a,serve-at=host:0',
    'web:site=a,serve-at=host:65536',
    'web:site=a,serve-at=::1:443',
    'web:site=a,serve-at=[nonsense]:443',
    'web:site=a,serve-at=a b:443',
    'web:site=a,serve-at=https://a:443',
    'web:site=a,serve-at=smtp:a:25',
    'web:site=a,serve-at=a:443 none',
  ])('refuses %s', async (text) => {
    const making = placeOf(targetSpecifierFrom(text), context, registryOf().registry)
    await expect(making).rejects.toMatchObject({
      code: 'TARGET_OPTION_NOT_CONFORM',
      params: { option: 'serve-at' },
    })
  })

  it('is one text, whatever the order of its options, without secrets and without how it is looked at', async () => {
    const { registry, given } = registryOf()
    const texts = [
      'web:site=a,path="x,y"',
      'web:token=t,path="x,y",site=a',
      'web:serve-at=none,site=a,token=u,path="x,y"',
    ]
    for (const text of texts) {
      const place = await placeOf(targetSpecifierFrom(text), context, registry)
      expect(place.text).toBe('web:site=a,path="x,y"')
      expect(place.options).toEqual(targetSpecifierFrom(text).values)
    }
    // The target itself never sees what is not its own.
    expect(given.at(-1)).toEqual({ site: 'a', token: 'u', path: 'x,y' })
  })

  it('is looked at by its own endpoints where nothing else is said', async () => {
    expect(await endpointsOf('web:site=a', [own('a.example')])).toEqual([own('a.example')])
    expect(await endpointsOf('web:site=a')).toEqual([])
  })

  it('is looked at elsewhere by the names of its endpoints, each once, else of the certificate', async () => {
    const endpoints = [own('a.example'), { ...own('a.example'), port: 8443 }, own('b.example')]
    expect(await endpointsOf('web:site=a,serve-at=[::1]:8443', endpoints)).toEqual([
      { host: '::1', port: 8443, servername: 'a.example' },
      { host: '::1', port: 8443, servername: 'b.example' },
    ])
    expect(await endpointsOf('web:site=a,serve-at=lb.example:443')).toEqual([
      { host: 'lb.example', port: 443, servername: 'certwright.example.com' },
      { host: 'lb.example', port: 443, servername: 'example.org' },
    ])
  })

  it('is looked at in several places and protocols, with spaces between', async () => {
    const at = 'smtp://mail.example:25 imap://[::1]:143  mail.example:993'
    expect(await endpointsOf(`web:site=a,serve-at=${at}`, [own('a.example')])).toEqual([
      { host: 'mail.example', port: 25, servername: 'a.example', starttls: 'smtp' },
      { host: '::1', port: 143, servername: 'a.example', starttls: 'imap' },
      { host: 'mail.example', port: 993, servername: 'a.example' },
    ])
  })

  it('is not looked at with none', async () => {
    expect(await endpointsOf('web:site=a,serve-at=none', [own('a.example')])).toEqual([])
  })
})
