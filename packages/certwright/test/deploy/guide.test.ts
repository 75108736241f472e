import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { placeOf } from '../../src/deploy/place.ts'
import { targetSpecifierFrom } from '../../src/deploy/target-specifier.ts'
import { targets } from '../../src/deploy/targets/registry.ts'
import { systemHost } from '../../src/runtime/host.ts'

/** Every target that a page of the guide names, as a shell would hand it on. */
async function named(page: string): Promise<readonly string[]> {
  const text = await readFile(new URL(`../../../../docs/guide/${page}`, import.meta.url), 'utf8')
  const words = text.matchAll(/--(?:install|target) (?:"([^"\n]+)"|([^\s"`]+))/g)
  return [...words].map(([, quoted, plain]) => quoted ?? plain ?? '')
}

const pages = ['servers.md', 'servers.zh.md']

describe.each(pages)('the guide, %s', (page) => {
  it('names targets with options that they take', async () => {
    const texts = await named(page)
    expect(texts.length).toBeGreaterThan(20)
    const context = { host: systemHost, env: { CERTWRIGHT_WEBHOOK_KEY: 'k' } }
    for (const text of texts) {
      const place = await placeOf(targetSpecifierFrom(text), context)
      expect(place.target, text).toBeDefined()
    }
  })

  it('has an example of every target that is no cloud’s', async () => {
    const used = new Set((await named(page)).map((text) => targetSpecifierFrom(text).name))
    const known = Object.keys(targets).filter((name) => !name.startsWith('alibaba-'))
    expect(known.filter((name) => !used.has(name))).toEqual([])
  })
})

it('says the same in both languages', async () => {
  const [english, chinese] = await Promise.all(pages.map(named))
  expect(chinese).toEqual(english)
})
