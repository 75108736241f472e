import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { sandboxWorld, type SandboxWorld } from './sandbox-world.ts'
import { recorder } from './terminal.ts'

const newTerms = 'https://ca.example/terms/2'

async function changedWorld(): Promise<SandboxWorld> {
  const world = await sandboxWorld()
  await world.run(['account', 'create', ...world.ca])
  world.sandbox.ca.changeTerms(newTerms)
  return world
}

/** What the CA wants a person to visit, as a refused command shows it. */
async function refusal({ issue }: SandboxWorld): Promise<{ visit: string; stderr: string }> {
  const { code, stderr } = await issue(['a.example.test'], ['--quiet'])
  expect(code).toBe(1)
  const [, visit = ''] = /Visit (https:\S+) and do what the CA asks for/.exec(stderr) ?? []
  return { visit, stderr }
}

/** Does what a person does in a browser. */
async function visited(url: string): Promise<void> {
  const { get } = await import('node:https')
  await new Promise((resolve, reject) => {
    const headers = { 'user-agent': 'a browser' }
    get(url, { rejectUnauthorized: false, headers }, (response) => {
      response.resume()
      response.on('end', () => {
        if (response.statusCode === 200) resolve(undefined)
        else reject(new Error(`the page answered ${response.statusCode}`))
      })
    }).once('error', reject)
  })
}

describe('terms that change', () => {
  it('stop a command, which says what to visit, what to read and what to run then', async () => {
    const world = await changedWorld()
    const { visit, stderr } = await refusal(world)
    expect(new URL(visit).origin).toBe(world.sandbox.ca.url)
    expect(stderr).toContain(`terms of service: ${newTerms}`)
    expect(stderr).toContain('certwright account agree')
  })

  it('are never agreed to by --agree-tos', async () => {
    const world = await changedWorld()
    // `issue` of the world has --agree-tos.
    await refusal(world)
    const { stderr, code } = await world.run(['account', 'agree', '--agree-tos'])
    expect(stderr).toContain('Unknown option --agree-tos')
    expect(code).toBe(64)
  })

  it('are noted once a person has visited the page and names what was read', async () => {
    const world = await changedWorld()
    const { visit } = await refusal(world)
    await visited(visit)
    const { code, stdout } = await world.run(['account', 'agree', '--terms', newTerms])
    expect(stdout).toBe(`Noted: you have agreed to ${newTerms}\n`)
    expect(code).toBe(0)
    const shown = await world.run(['account', 'show'])
    expect(shown.stdout).toMatch(/^TERMS +https:\/\/ca\.example\/terms\/2, agreed to on \d{4}-/m)
    expect((await world.issue(['a.example.test'])).code).toBe(0)
    const again = await world.run(['account', 'agree', '--json'])
    expect(JSON.parse(again.stdout)).toEqual({ outcome: 'agreed-already', terms: newTerms })
  })

  it('are not noted while the CA still waits, whatever the person says', async () => {
    const world = await changedWorld()
    const { visit } = await refusal(world)
    const { code, stderr } = await world.run(['account', 'agree', '--terms', newTerms])
    expect(stderr).toContain(`still waits for a person to agree to ${newTerms}`)
    expect(stderr).toContain(`hint: Visit ${visit} and agree there`)
    expect(code).toBe(1)
    const listed = await world.run(['account', 'list', '--json'])
    expect(listed.stdout).not.toContain(newTerms)
  })

  it('are not noted where nobody says that they were read, or names others', async () => {
    const world = await changedWorld()
    const nobody = await world.run(['account', 'agree'])
    expect(nobody.stderr).toContain(`run this again with --terms ${newTerms}`)
    expect(nobody.code).toBe(1)
    const others = await world.run(['account', 'agree', '--terms', 'https://ca.example/terms/1'])
    expect(others.stderr).toContain(`are at ${newTerms}, not at https://ca.example/terms/1`)
    expect(others.code).toBe(1)
  })

  it.each([
    ['y', 0],
    ['n', 130],
  ])('are shown on a terminal, where %s is the answer', async (key, expected) => {
    const world = await changedWorld()
    const { visit } = await refusal(world)
    await visited(visit)
    const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => stdin })
    const stderr = Object.assign(recorder(), { isTTY: true, columns: 200 })
    const write = stderr.write.bind(stderr)
    let asked = false
    Object.assign(stderr, {
      write: (chunk: string) => {
        if (!asked && chunk.includes('Have you read')) {
          asked = true
          queueMicrotask(() => stdin.write(key))
        }
        return write(chunk)
      },
    })
    const { code } = await world.run(['account', 'agree'], { stdin, stderr })
    expect(stderr.text()).toContain(newTerms)
    expect(code).toBe(expected)
    const listed = await world.run(['account', 'list', '--json'])
    expect(listed.stdout.includes(newTerms)).toBe(expected === 0)
  })

  it('are told of by `account show`, where the CA goes on without', async () => {
    const world = await changedWorld()
    const { visit } = await refusal(world)
    await visited(visit)
    const { stderr } = await world.run(['account', 'show'])
    expect(stderr).toContain(`The issuer has other terms now: ${newTerms}`)
  })

  it('are nothing to a CA that has none', async () => {
    const world = await sandboxWorld({ ca: { termsOfService: false } })
    await world.run(['account', 'create', ...world.ca])
    const { code, stdout } = await world.run(['account', 'agree'])
    expect(stdout).toBe('The issuer has no terms of service\n')
    expect(code).toBe(0)
  })
})
