import { readdir, readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { targetModule, targets } from '../../../src/deploy/targets/registry.ts'
import { systemHost } from '../../../src/runtime/host.ts'

const names = Object.keys(targets)

describe('the registry of targets', () => {
  it('has a row for every file of its folder, and a file for every row', async () => {
    const folder = new URL('../../../src/deploy/targets/', import.meta.url)
    const entries = await readdir(folder, { withFileTypes: true })
    const files = entries.filter((entry) => entry.isFile() && entry.name !== 'registry.ts')
    expect(files.map(({ name }) => name.replace(/\.ts$/, '')).sort()).toEqual([...names].sort())
  })

  it.each(names)('has the tests of %s, which run the contract suite', async (name) => {
    const test = await readFile(new URL(`./${name}.test.ts`, import.meta.url), 'utf8')
    expect(test).toMatch(/(deployTargetSuite|edgeTests|listenerTests|presetTests|keystoreTests)\(/)
  })

  it.each(names.filter((name) => name.startsWith('alibaba-')))(
    'has %s tested at the emulator, with a key that may do no more than its policy says',
    async (name) => {
      const test = await readFile(new URL(`./${name}.test.ts`, import.meta.url), 'utf8')
      // The tests that several share end with it themselves.
      if (/(edgeTests|listenerTests)\(/.test(test)) return
      expect(test).toMatch(/(emulatedWorld\(|\.policed\()/)
      expect(test).toContain('policyIsTheLeast(')
    },
  )

  it.each(names)('loads %s under its own name', async (name) => {
    const { target, create } = await targetModule(name)
    expect(target.name).toBe(name)
    expect(target.keyTypes.length).toBeGreaterThan(0)
    // What a cloud must allow; a machine of one's own asks nobody.
    expect(target.permissions.length > 0).toBe(name.startsWith('alibaba-'))
    const keys = target.options.map(({ key }) => key)
    expect(new Set(keys).size).toBe(keys.length)
    for (const { summary } of [target, ...target.options]) {
      expect(summary.en).not.toBe('')
      expect(summary.zh).toMatch(/\p{Script=Han}/u)
    }
    expect(() => create({ 'no-such-option': 'x' }, { host: systemHost, env: {} })).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^TARGET_OPTION_/) as string }),
    )
  })

  it('refuses an unknown name, and suggests the nearest', async () => {
    await expect(targetModule('alibaba-cdm')).rejects.toMatchObject({
      code: 'TARGET_UNKNOWN',
      params: { suggestion: 'alibaba-cdn' },
    })
    await expect(targetModule('toString')).rejects.toMatchObject({ code: 'TARGET_UNKNOWN' })
  })
})
