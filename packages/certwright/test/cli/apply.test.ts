import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fileWorld, two } from './file-world.ts'

describe('plan', () => {
  it('says what is to be done and why, ends with 2, and does nothing', async () => {
    const { does, json, fake } = await fileWorld()
    const { code, stdout, stderr } = await does('plan')
    expect(code).toBe(2)
    expect(stdout).toMatch(/\+ issue {4}a\.example\.test +it was never issued +one order at https/)
    expect(stdout).toMatch(
      /> install {2}b\.example\.test +fake-web:site=b\.example\.test +for the new/,
    )
    expect(stdout).toContain('To be done: issue 2, install 2')
    expect(stderr).toContain('certificates 2')
    expect((await json('plan')).document.actions[0]).toMatchObject({
      action: 'issue',
      certificate: 'a.example.test',
      reason: 'never-issued',
      orders: 1,
    })
    expect(fake.writes).toStrictEqual([])
    expect((await does('list')).stdout).not.toContain('a.example.test')
  })

  it('speaks Chinese', async () => {
    const { does } = await fileWorld()
    expect((await does('plan --lang zh')).stdout).toContain('待执行：签发 2, 部署 2')
  })

  it('names everything that is wrong with the file, and looks at nothing', async () => {
    const { does } = await fileWorld(`
  - names: ['*.example.test']
    installs: ['fake-wed:site=a']
`)
    const { code, stderr } = await does('plan')
    expect(code).toBe(64)
    expect(stderr).toMatch(/certwright\.yaml:9:\d+/)
    expect(stderr).toContain('fake-web')
  })
})

describe('apply', () => {
  it.each([
    ['', 'ATTEMPT_REFUSED', 0],
    [' --no-preflight', 'ACME_ORDER_INVALID', 1],
  ])('apply%s ends with %s where CAA forbids, orders: %i', async (option, error, orders) => {
    const { json, write, sandbox } = await fileWorld()
    const { httpPort, resolver, dns } = sandbox
    const challenge = `{ type: http-01, port: ${httpPort}, resolvers: ['${resolver}'] }`
    await write(`\n  - names: [a.example.test]\n    challenge: ${challenge}`)
    dns.add({ name: 'a.example.test', type: 'CAA', data: { tag: 'issue', value: ';' } })
    const { code, document } = await json(`apply${option}`)
    expect(code).toBe(1)
    expect(document.outcomes).toMatchObject([{ error: { code: error } }])
    expect(JSON.stringify(document.outcomes)).toContain('caa-nobody')
    const asked = sandbox.ca.requests.filter(({ endpoint }) => endpoint === 'newOrder')
    expect(asked.length > 0).toBe(orders > 0)
  })

  it('does it, says what holds, and leaves an empty plan', async () => {
    const { does, json, fake } = await fileWorld()
    const applied = await does('apply')
    expect(applied.stderr).toContain('done    issue a.example.test')
    expect(applied).toMatchObject({ code: 0, stdout: 'Done: 4; failed: 0; skipped: 0; later: 0\n' })
    expect([...fake.sites.keys()].sort()).toStrictEqual(['a.example.test', 'b.example.test'])
    const { code, document } = await json('plan')
    expect(code).toBe(0)
    expect(document).toMatchObject({ actions: [], later: [], unseen: [] })
    expect((await does('plan')).stdout).toBe('Everything is as the file says\n')
    expect((await does('verify')).code).toBe(0)
  })

  it('does all else where one target refuses, and ends with 1', async () => {
    const { json, fake } = await fileWorld()
    fake.refusing.set('a.example.test', 'write')
    const { code, document } = await json('apply')
    expect(code).toBe(1)
    expect(document).toMatchObject({ done: 3, failed: 1 })
    expect(document.outcomes).toContainEqual(
      expect.objectContaining({
        action: 'install',
        target: 'fake-web:site=a.example.test',
        result: 'failed',
        error: expect.objectContaining({ code: 'TARGET_RESOURCE_NOT_FOUND' }) as unknown,
      }),
    )
    fake.refusing.clear()
    expect((await json('apply')).document).toMatchObject({ done: 1, failed: 0 })
  })

  it('does exactly the plan that was kept, or nothing where the world has moved', async () => {
    const { does, directory, fake, write } = await fileWorld()
    expect((await does('plan --out today.plan')).code).toBe(2)
    expect(await readFile(join(directory, 'today.plan'), 'utf8')).toContain('"certwrightPlan": 1')
    await write(`${two}  - names: [c.example.test]\n`)
    const stale = await does('apply today.plan')
    expect(stale.code).toBe(1)
    expect(stale.stderr).toContain('+ issue c.example.test')
    expect(fake.writes).toStrictEqual([])
    await write(two)
    expect(await does('apply today.plan')).toMatchObject({ code: 0 })
    expect((await does('apply today.plan')).stderr).toContain('− issue a.example.test')
    await writeFile(join(directory, 'no.plan'), '{}')
    expect(await does('apply no.plan')).toMatchObject({ code: 64 })
    expect((await does('apply missing.plan')).stderr).toContain('ENOENT')
  })

  it('forgets and revokes only what somebody has confirmed', async () => {
    const { does, write } = await fileWorld()
    await does('apply')
    await write(`
  - names: [a.example.test]
    installs: ['fake-web:site=a.example.test']
`)
    const refused = await does('apply')
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('--yes')
    expect((await does('list')).stdout).toContain('b.example.test')
    expect(await does('apply --yes')).toMatchObject({ code: 0 })
    expect((await does('list')).stdout).not.toContain('b.example.test')
  })
})
