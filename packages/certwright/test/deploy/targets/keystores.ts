import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { isCertificate } from '../../../src/deploy/installed.ts'
import type { TargetModule } from '../../../src/deploy/target-context.ts'
import { deployTargetSuite } from '../../../src/testing/index.ts'
import { issue } from '../../x509/issued.ts'
import { renewals } from './account.ts'
import { folderWorld, serverFolder } from './folder.ts'
import { ownIds } from './presets.ts'

const password = 'correct horse'
const bundles = renewals(['www.example.com'])

/** The promises of every target, of one file under a password. `heldIn` reads it without our reader. */
export function keystoreTests(
  { target, create }: Pick<TargetModule, 'target' | 'create'>,
  heldIn: (octets: Buffer, password: string) => string | undefined,
): void {
  const { name } = target
  const held = (path: string): string | undefined => {
    try {
      return heldIn(readFileSync(path), password)
    } catch {
      return undefined
    }
  }

  describe(`${target.name}: ${target.summary.en}`, () => {
    deployTargetSuite({
      test: it,
      world: () =>
        folderWorld({
          create,
          directory: 'store',
          secrets: [password],
          held: ({ path }) => held(join(path, 'store', 'site.store')),
          values: ({ path, command }) => ({
            ...ownIds,
            path: join(path, 'store', 'site.store'),
            password,
            check: command('check'),
            reload: command('reload'),
          }),
        }),
    })

    it.each([
      [{ path: '/a' }, 'password'],
      [{ path: '/a', password, 'password-file': '/b' }, 'password'],
      [{ path: 'a', password }, 'path'],
      [{ path: '/a', password, mode: 'rw' }, 'mode'],
    ])('refuses %j', (values: Readonly<Record<string, string>>, option) => {
      expect(() => create(values, serverFolder().context)).toThrow(
        expect.objectContaining({ params: expect.objectContaining({ option }) as unknown }),
      )
    })

    function place() {
      const folder = serverFolder()
      onTestFinished(() => folder.close())
      const path = join(folder.path, 'site.store')
      const make = (more: Readonly<Record<string, string>> = {}) =>
        create({ path, ...('password-file' in more ? {} : { password }), ...more }, folder.context)
      return { ...folder, store: path, make }
    }

    it('takes its password from the first line of a file, or from the environment', async () => {
      const { path, store, make, context } = place()
      const file = join(path, 'password')
      writeFileSync(file, `${password}\nand a remark\n`)
      await make({ 'password-file': file }).write(bundles(0))
      expect(held(store)).toBeDefined()
      const env = { ...context.env, CERTWRIGHT_KEYSTORE_PASSWORD: password }
      const installed = await create({ path: store }, { ...context, env }).read(
        undefined,
        bundles(0),
      )
      expect(installed && isCertificate(installed, bundles(0))).toBe(true)
      await expect(
        make({ 'password-file': join(path, 'absent') }).write(bundles(0)),
      ).rejects.toMatchObject({ code: 'TARGET_FILE_NOT_READABLE' })
    })

    it('has nothing that another password, or no store at all, could show', async () => {
      const { store, make } = place()
      await make({ password: 'another horse' }).write(bundles(0))
      expect(await make().read(undefined, bundles(0))).toBeUndefined()
      writeFileSync(store, 'no store')
      expect(await make().read(undefined, bundles(0))).toBeUndefined()
      await make().write(bundles(0))
      const octets = readFileSync(store)
      writeFileSync(store, octets.subarray(0, octets.length - 30))
      expect(await make().read(undefined, bundles(0))).toBeUndefined()
    })

    it('is not the wanted one with other intermediates', async () => {
      const { make } = place()
      const [leaf = ''] = /^[^]*?END CERTIFICATE-----\n/.exec(bundles(0).chainPem) ?? []
      const stranger = issue({ subject: 'Stranger', ca: true })
      await make().write({ ...bundles(0), chainPem: leaf + stranger.pem })
      const installed = await make().read(undefined, bundles(0))
      expect(installed?.parts?.map(({ resource }) => resource)).toEqual(['certificate', 'chain'])
      expect(installed && isCertificate(installed, bundles(0))).toBe(false)
    })

    it('is kept from others, and put back when the server refuses it', async () => {
      const { store, make, command, fails } = place()
      mkdirSync(join(store, '..'), { recursive: true })
      const target = make({ check: command('check') })
      await target.write(bundles(0))
      expect(statSync(store).mode & 0o777).toBe(0o600)
      const before = readFileSync(store)
      fails('check', 1)
      await expect(target.write(bundles(1))).rejects.toMatchObject({
        code: 'TARGET_CHECK_FAILED',
        params: { target: name },
      })
      expect(readFileSync(store)).toEqual(before)
    })
  })
}
