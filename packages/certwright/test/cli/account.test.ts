import { describe, expect, it } from 'vitest'
import { sandboxWorld } from './sandbox-world.ts'
import { terminal } from './terminal.ts'

describe('account', () => {
  it('is created once, and found again', async () => {
    const { run, ca, sandbox } = await sandboxWorld()
    const first = await run(['account', 'create', ...ca, '--email', 'ops@example.test', '--json'])
    expect(JSON.parse(first.stdout)).toMatchObject({
      created: true,
      account: {
        issuer: sandbox.directoryUrl,
        url: expect.stringMatching(/^https:/) as string,
        status: 'valid',
        contact: ['mailto:ops@example.test'],
      },
    })
    const second = await run(['account', 'create', ...ca])
    expect(second.stdout).toMatch(/^There is an account already: https:/)
    expect(second.code).toBe(0)
  })

  it('is shown as the CA has it, by default the only one there is', async () => {
    const { run, ca } = await sandboxWorld()
    await run(['account', 'create', ...ca, '--email', 'ops@example.test'])
    const { code, stdout } = await run(['account', 'show'])
    expect(stdout).toMatch(/^STATUS +valid$/m)
    expect(stdout).toMatch(/^CONTACT +ops@example\.test$/m)
    expect(code).toBe(0)
  })

  it('gets another contact, and none', async () => {
    const { run, ca } = await sandboxWorld()
    await run(['account', 'create', ...ca, '--email', 'ops@example.test'])
    const { stdout } = await run(['account', 'update', '--email', 'team@example.test', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ account: { contact: ['mailto:team@example.test'] } })
    expect((await run(['account', 'list'])).stdout).toMatch(/team@example\.test$/m)
    await run(['account', 'update', '--no-email'])
    const shown = await run(['account', 'show', '--json'])
    expect(JSON.parse(shown.stdout)).toMatchObject({ account: { contact: [] } })
  })

  it('is deactivated for good, and listed as such', async () => {
    const { run, ca } = await sandboxWorld()
    await run(['account', 'create', ...ca])
    const { code, stdout } = await run(['account', 'deactivate', '--yes'])
    expect(stdout).toMatch(/^Account deactivated for good: https:/)
    expect(code).toBe(0)
    expect((await run(['account', 'list'])).stdout).toMatch(/ deactivated +-$/m)
    const after = await run(['account', 'show'])
    expect(after.stderr).toMatch(/^certwright: There is no account at /)
    expect(after.code).toBe(1)
  })

  it('must be named where there are several', async () => {
    const { run, ca } = await sandboxWorld()
    const other = await sandboxWorld()
    await run(['account', 'create', ...ca])
    await run(['account', 'create', ...other.ca])
    const { code, stderr } = await run(['account', 'show'])
    expect(stderr).toMatch(/^certwright: There are accounts at several issuers\n/)
    expect(stderr).toContain(other.sandbox.directoryUrl)
    expect(code).toBe(64)
    expect((await run(['account', 'show', '--issuer', other.sandbox.directoryUrl])).code).toBe(0)
  })

  it('is said to be missing where there is none', async () => {
    const { run, directory } = await terminal()
    expect((await run(['account', 'list'])).stdout).toBe(
      `There are no accounts in ${directory}/state\n`,
    )
    const { code, stderr } = await run(['account', 'show'])
    expect(stderr).toMatch(/^certwright: There is no account at https:\/\/acme-v02/)
    expect(code).toBe(1)
  })
})
