import { randomBytes } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import type { CaKnobs } from '@certwright/sandbox'
import { describe, expect, it } from 'vitest'
import { sandboxWorld, type SandboxWorld } from './sandbox-world.ts'
import { recorder, type Outcome } from './terminal.ts'

const mac = randomBytes(32)

/** A CA for customers, and the file with the key that it gave to one of them. */
async function customerWorld(
  knobs: CaKnobs = {},
  text = `${mac.toString('base64url')}\n`,
): Promise<SandboxWorld & { readonly create: readonly string[] }> {
  const externalAccounts = [{ keyId: 'kid-1', macKey: mac.toString('base64url') }]
  const world = await sandboxWorld({
    // Requests are counted.
    ca: { nonceRejectPercent: 0, externalAccountRequired: true, externalAccounts, ...knobs },
  })
  await writeFile(join(world.directory, 'mac.txt'), text)
  const create = ['account', 'create', ...world.ca, '--eab-kid', 'kid-1']
  return { ...world, create }
}

const newAccounts = ({ sandbox }: SandboxWorld): number =>
  sandbox.ca.requests.filter(({ endpoint }) => endpoint === 'newAccount').length

/** Nothing of the key is in anything that was said. */
function expectUnsaid({ stdout, stderr }: Outcome): void {
  for (const form of ['base64', 'base64url', 'hex'] as const) {
    expect(stdout + stderr).not.toContain(mac.toString(form).slice(0, 20))
  }
}

describe('an issuer that makes accounts for customers only', () => {
  it('is told of before anything is made, with the options that are missing', async () => {
    const world = await customerWorld({ website: 'https://ca.example/customers' })
    const { code, stderr } = await world.run(['account', 'create', ...world.ca])
    const host = new URL(world.sandbox.directoryUrl).host
    expect(stderr).toContain(`${host} makes accounts for its customers only`)
    expect(stderr).toContain(
      'hint: Get a key identifier and a MAC key from https://ca.example/customers, then add --eab-kid KID and --eab-key-file FILE',
    )
    expect(code).toBe(1)
    expect(newAccounts(world)).toBe(0)
    expect((await world.run(['account', 'list'])).stdout).toContain('There are no accounts')
  })

  it('is told of where only its refusal says so, with the problem it gave', async () => {
    const refusing: CaKnobs = {
      externalAccountRequired: false,
      faults: ({ endpoint }) =>
        endpoint === 'newAccount'
          ? {
              status: 403,
              problem: {
                type: 'urn:ietf:params:acme:error:externalAccountRequired',
                detail: 'customers only',
              },
            }
          : undefined,
    }
    const world = await customerWorld(refusing)
    const { stdout } = await world.run(['account', 'create', ...world.ca, '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      error: {
        code: 'EXTERNAL_ACCOUNT_REQUIRED',
        problem: { detail: 'customers only' },
      },
    })
  })

  it('binds the account once, and needs no options afterwards', async () => {
    const world = await customerWorld()
    const { run, create, directory, issue } = world
    const first = await run([...create, '--eab-key-file', 'mac.txt', '--json'])
    expect(JSON.parse(first.stdout)).toMatchObject({
      created: true,
      account: { externalAccountId: 'kid-1', status: 'valid' },
    })
    expect(first.stderr).toBe('')
    expectUnsaid(first)
    await rm(join(directory, 'mac.txt'))
    // The key is not even read: it may be thrown away.
    const again = await run([...create, '--eab-key-file', 'mac.txt'])
    expect(again.stdout).toMatch(/^There is an account already/)
    expect((await issue(['a.example.test'])).code).toBe(0)
    // One look for the key's account, one binding.
    expect(newAccounts(world)).toBe(2)
    expect((await run(['account', 'show'])).stdout).toMatch(/^BOUND TO +kid-1$/m)
  })

  it('binds the account that a first certificate needs', async () => {
    const { issue } = await customerWorld()
    const options = ['--eab-kid', 'kid-1', '--eab-key-file', 'mac.txt', '--eab-alg', 'HS256']
    expect((await issue(['a.example.test'], options)).code).toBe(0)
  })

  it.each(['HS384', 'HS512'])('is bound to by %s', async (algorithm) => {
    const { run, create } = await customerWorld()
    const { code } = await run([...create, '--eab-key-file', 'mac.txt', '--eab-alg', algorithm])
    expect(code).toBe(0)
  })

  it('never gets a single-use key again for an account that it made although its reply was lost', async () => {
    // The first asks whether there is an account, the second makes it.
    const world = await customerWorld({
      faults: ({ endpoint, count }) =>
        endpoint === 'newAccount' && count === 2 ? { drop: 'after' } : undefined,
    })
    const { run, create } = world
    const { code, stdout } = await run([...create, '--eab-key-file', 'mac.txt', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ account: { status: 'valid' } })
    expect(code).toBe(0)
    // The third has found it: a second binding would have been refused.
    expect(newAccounts(world)).toBe(3)
  })

  it('takes the account again after it has lost it, by the key that the options name', async () => {
    const world = await customerWorld({
      externalAccounts: [
        { keyId: 'kid-1', macKey: mac.toString('base64url') },
        { keyId: 'kid-2', macKey: mac.toString('base64url') },
      ],
    })
    const { run, create, sandbox, issue } = world
    const made = await run([...create, '--eab-key-file', 'mac.txt', '--json'])
    const { account } = JSON.parse(made.stdout) as { account: { url: string } }
    sandbox.ca.forgetAccount(account.url)
    const refused = await issue(['a.example.test'], ['--json'])
    expect(JSON.parse(refused.stdout)).toMatchObject({
      error: { code: 'EXTERNAL_ACCOUNT_REQUIRED' },
    })
    const options = ['--eab-kid', 'kid-2', '--eab-key-file', 'mac.txt']
    expect((await issue(['a.example.test'], options)).code).toBe(0)
  })
})

describe('the MAC key', () => {
  const url = mac.toString('base64url')
  const forms: readonly (readonly [string, string, string | undefined])[] = [
    ['as it should be', url, undefined],
    ['with the newline of a file', `${url}\n`, undefined],
    ['in base64', mac.toString('base64'), 'padded with ='],
    ['in quotation marks', `"${url}"`, 'in quotation marks'],
    ['encoded twice', Buffer.from(url).toString('base64'), 'encoded twice'],
    [
      'as gcloud prints it',
      `[b64MacKey: ${Buffer.from(url).toString('base64')}\nkeyId: kid-1]`,
      'a named value among others',
    ],
    [
      'as an API answers',
      `{"success":1\n"eab_kid": "kid-1",\n"eab_hmac_key": "${url}"}`,
      'a named value among others',
    ],
  ]
  it.each(forms)('is read %s, and what was odd is said', async (_form, text, said) => {
    const { run, create } = await customerWorld({}, text)
    const outcome = await run([...create, '--eab-key-file', 'mac.txt', '--quiet'])
    expect(outcome.code).toBe(0)
    if (said === undefined) expect(outcome.stderr).toBe('')
    else expect(outcome.stderr).toContain(said)
    expectUnsaid(outcome)
  })

  it('that no form explains is refused before anything is made, and not repeated', async () => {
    const world = await customerWorld({}, 'this is $not a key')
    const outcome = await world.run([...world.create, '--eab-key-file', 'mac.txt'])
    expect(outcome.stderr).toContain('the MAC key is not base64url')
    expect(outcome.stderr).not.toContain('$not')
    expect(outcome.code).toBe(1)
    expect(newAccounts(world)).toBe(0)
  })

  it('is read from the environment', async () => {
    const { run, create, directory } = await customerWorld()
    const env = { CERTWRIGHT_STATE: join(directory, 'state'), CA_MAC_KEY: url }
    expect((await run([...create, '--eab-key-env', 'CA_MAC_KEY'], { env })).code).toBe(0)
  })

  it('that the environment lacks is asked for by name', async () => {
    const { run, create } = await customerWorld()
    const { code, stderr } = await run([...create, '--eab-key-env', 'CA_MAC_KEY'])
    expect(stderr).toContain('--eab-key-env: the environment has no variable CA_MAC_KEY')
    expect(code).toBe(64)
  })

  it('is read from standard input', async () => {
    const { run, create } = await customerWorld()
    const stdin = new PassThrough()
    stdin.end(`${url}\n`)
    expect((await run([...create, '--eab-key-file', '-'], { stdin })).code).toBe(0)
  })

  it('is asked for on a terminal, and not shown there', async () => {
    const { run, create } = await customerWorld()
    const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => stdin })
    const stderr = Object.assign(recorder(), { isTTY: true, columns: 80 })
    const write = stderr.write.bind(stderr)
    let asked = false
    Object.assign(stderr, {
      write: (chunk: string) => {
        if (!asked && chunk.includes('MAC key')) {
          asked = true
          queueMicrotask(() => stdin.write(`${url}\r`))
        }
        return write(chunk)
      },
    })
    const { code } = await run(create, { stdin, stderr })
    expect(code).toBe(0)
    expect(stderr.text()).not.toContain(url.slice(0, 12))
  })

  it('that the issuer refuses is told of with the place to get another, and with the problem', async () => {
    const wrong = randomBytes(32).toString('base64url')
    const world = await customerWorld({ website: 'https://ca.example/customers' }, wrong)
    const outcome = await world.run([...world.create, '--eab-key-file', 'mac.txt'])
    expect(outcome.stderr).toContain('refused the external account kid-1')
    expect(outcome.stderr).toContain('type: urn:ietf:params:acme:error:unauthorized')
    expect(outcome.stderr).toContain('get new ones from https://ca.example/customers')
    expect(outcome.stderr).not.toContain(wrong)
    expect(outcome.code).toBe(1)
  })

  it('is in no trace, and neither is its MAC', async () => {
    const { run, create, directory } = await customerWorld()
    const outcome = await run([
      ...create,
      ...['--eab-key-file', 'mac.txt', '--trace', '--trace-file', 'trace.jsonl'],
    ])
    expect(outcome.code).toBe(0)
    const traced = await readFile(join(directory, 'trace.jsonl'), 'utf8')
    expect(traced).toContain('externalAccountBinding')
    expect(traced).toContain('kid-1')
    expectUnsaid({ ...outcome, stdout: outcome.stdout + traced })
    const binding = /"externalAccountBinding":\{.*?"signature":"([^"]*)"/.exec(traced)
    expect(binding?.[1]).toBe('[redacted]')
  })
})
