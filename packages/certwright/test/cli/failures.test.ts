import { createServer } from 'node:net'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { describe, expect, it, onTestFinished } from 'vitest'
import { hurried, sandboxWorld } from './sandbox-world.ts'
import { recorder, terminal, type Outcome } from './terminal.ts'

/** What every failure looks like: lines with our name before them, a hint as the last, no stack, nothing on stdout. */
function expectClear({ stdout, stderr }: Outcome): void {
  const lines = stderr.trimEnd().split('\n')
  expect(lines.every((line) => line.startsWith('certwright: '))).toBe(true)
  expect(lines.at(-1)).toMatch(/^certwright: hint: /)
  expect(stderr).not.toMatch(/^certwright: +at /m)
  expect(stderr).not.toContain('Something unexpected')
  expect(stdout).toBe('')
}

async function portInUse(): Promise<number> {
  const server = createServer().listen(0, '::')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
  })
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

describe('issue fails clearly', () => {
  it('where nobody has agreed to the terms and nobody can be asked', async () => {
    const { run, ca, sandbox } = await sandboxWorld()
    const outcome = await run([
      'issue',
      'a.example.test',
      ...ca.filter((word) => word !== '--agree-tos'),
    ])
    expectClear(outcome)
    expect(outcome.stderr).toMatch(
      /^certwright: The terms of service at https:.* were not agreed to/,
    )
    expect(outcome.stderr).toContain('--agree-tos')
    expect(outcome.code).toBe(1)
    expect(sandbox.ca.requests.some(({ method }) => method === 'POST')).toBe(false)
  })

  it('where the CA cannot be reached, after saying that it tries again', async () => {
    const { run } = await terminal({ host: hurried })
    const { port } = await freed()
    const issuer = `https://127.0.0.1:${port}/directory`
    const outcome = await run(['issue', 'a.example', '--issuer', issuer, '--agree-tos'])
    expectClear(outcome)
    expect(outcome.stderr).toMatch(/^certwright: No reply from the CA, attempt 1: /)
    expect(outcome.stderr).toMatch(/^certwright: The CA cannot be reached: /m)
    expect(outcome.code).toBe(1)
  })

  it('where the CA is not trusted', async () => {
    const { run, sandbox } = await sandboxWorld()
    const outcome = await run([
      'issue',
      'a.example.test',
      '--issuer',
      sandbox.directoryUrl,
      '--agree-tos',
    ])
    expectClear(outcome)
    expect(outcome.stderr).toMatch(/^certwright: The CA's server is not trusted: /)
    expect(outcome.stderr).toContain('--ca-file')
  })

  it('where the CA file is absent, or holds no certificate', async () => {
    const { run, directory } = await terminal()
    const absent = await run(['issue', 'a.example', '--ca-file', 'none.pem'])
    expectClear(absent)
    expect(absent.stderr).toContain(`${directory}/none.pem cannot be read: ENOENT`)
    await writeFile(
      join(directory, 'key.pem'),
      '-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n',
    )
    const wrong = await run(['issue', 'a.example', '--ca-file', 'key.pem'])
    expectClear(wrong)
    expect(wrong.stderr).toContain(`${directory}/key.pem holds no PEM certificate`)
  })

  it('where the issuer is no ACME directory', async () => {
    const { run, sandbox, ca } = await sandboxWorld()
    const elsewhere = ca.map((word) => (word === sandbox.directoryUrl ? `${word}/not-here` : word))
    const outcome = await run(['issue', 'a.example.test', ...elsewhere])
    expectClear(outcome)
    expect(outcome.code).toBe(1)
  })

  it('where the port is taken, and keeps nothing at the CA waiting', async () => {
    const { run, ca } = await sandboxWorld()
    const port = await portInUse()
    const outcome = await run([
      'issue',
      'a.example.test',
      ...ca,
      '--http-port',
      String(port),
      '--quiet',
    ])
    expectClear(outcome)
    expect(outcome.stderr).toContain(`already listens on port ${port}`)
  })

  it('where the names cannot be proven: each with what the CA saw', async () => {
    const { run, ca, sandbox } = await sandboxWorld()
    const other = sandbox.httpPort === 65_535 ? 65_534 : sandbox.httpPort + 1
    const argv = ['issue', 'a.example.test', ...ca, '--http-port', String(other), '--quiet']
    const outcome = await run(argv)
    expectClear(outcome)
    expect(outcome.stderr).toMatch(/^certwright: {3}a\.example\.test \(http-01\): connection: /m)
    expect(outcome.stderr).toMatch(/hint: Let the CA reach the name/)
    expect(outcome.code).toBe(1)
    const json = await run([...argv, '--json'])
    expect(JSON.parse(json.stdout)).toMatchObject({
      error: {
        code: 'ACME_ORDER_INVALID',
        authorizations: [
          {
            identifier: { type: 'dns', value: 'a.example.test' },
            problem: { type: 'urn:ietf:params:acme:error:connection' },
          },
        ],
      },
    })
    expect(json.stderr).toBe('')
  })

  it('where the CA refuses the name, with its type and detail', async () => {
    const { issue } = await sandboxWorld({ ca: { blocklist: ['forbidden.example.test'] } })
    const outcome = await issue(['forbidden.example.test'], ['--quiet'])
    expectClear(outcome)
    expect(outcome.stderr).toMatch(/type: urn:ietf:params:acme:error:rejectedIdentifier$/m)
    expect(outcome.stderr).toMatch(/hint: Leave out the names that the issuer refuses$/m)
  })

  it('where the CA has had enough, with the moment to come back', async () => {
    const { issue } = await sandboxWorld({
      ca: {
        faults: ({ endpoint }) =>
          endpoint === 'newOrder'
            ? {
                status: 429,
                problem: {
                  type: 'urn:ietf:params:acme:error:rateLimited',
                  detail: 'too many certificates',
                },
                retryAfter: '86400',
              }
            : undefined,
      },
    })
    const outcome = await issue(['a.example.test'], ['--quiet'])
    expectClear(outcome)
    expect(outcome.stderr).toMatch(/detail: too many certificates$/m)
    expect(outcome.stderr).toMatch(/not before: \d{4}-\d\d-\d\dT/m)
  })

  it('where DNS settings are wrong, before the CA is asked', async () => {
    const { run, ca, sandbox } = await sandboxWorld()
    const unknown = await run(['issue', 'a.example.test', ...ca, '--dns', 'rfc2163'])
    expectClear(unknown)
    expect(unknown.stderr).toContain('rfc2136')
    expect(unknown.code).toBe(64)
    const missing = await run(['issue', 'a.example.test', ...ca, '--dns', 'rfc2136'])
    expectClear(missing)
    expect(missing.stderr).toContain('server')
    expect(missing.code).toBe(64)
    const unnamed = await run(['issue', 'a.example.test', ...ca, '--challenge', 'dns-01'])
    expectClear(unnamed)
    expect(unnamed.code).toBe(64)
    expect(sandbox.ca.requests).toEqual([])
  })

  it('where the state directory cannot be written, or the key is another', async () => {
    const { run, directory, issue } = await sandboxWorld()
    await writeFile(join(directory, 'file'), '')
    expectClear(await run(['issue', 'a.example', '--state', 'file/state']))
    await issue(['a.example.test'])
    const env = {
      CERTWRIGHT_STATE: join(directory, 'state'),
      CERTWRIGHT_KEY: Buffer.alloc(32, 7).toString('base64'),
    }
    const wrong = await run(['show', 'a.example.test'], { env })
    expectClear(wrong)
    expect(wrong.stderr).toContain('CERTWRIGHT_KEY')
  })

  it('where the webroot is not there', async () => {
    const { run, ca } = await sandboxWorld()
    expectClear(await run(['issue', 'a.example.test', ...ca, '--webroot', 'none', '--quiet']))
  })

  it('where the output directory is not ours', async () => {
    const { issue, directory, run } = await sandboxWorld()
    await mkdir(join(directory, 'out', 'current'), { recursive: true })
    expectClear(await issue(['a.example.test'], ['--out', 'out', '--quiet']))
    // The version was issued and kept; only its files are missing.
    expect((await run(['show', 'a.example.test'])).stdout).toMatch(/^STATE +valid/m)
  })
})

describe('a definition that cannot be fulfilled', () => {
  it('leaves the one that served so far in force', async () => {
    const { issue, run } = await sandboxWorld({ ca: { blocklist: ['forbidden.example.test'] } })
    await issue(['a.example.test'])
    const outcome = await issue(['a.example.test', 'forbidden.example.test'])
    expect(outcome.code).toBe(1)
    const { stdout } = await run(['show', 'a.example.test', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      certificate: { names: ['a.example.test'], state: 'valid' },
    })
  })

  it('is kept where it is the first, so that renew tries it again', async () => {
    const { issue, run, sandbox } = await sandboxWorld({
      ca: {
        faults: ({ endpoint, count }) =>
          endpoint === 'finalize' && count === 1
            ? {
                status: 403,
                problem: { type: 'urn:ietf:params:acme:error:unauthorized', detail: 'not today' },
              }
            : undefined,
      },
    })
    expect((await issue(['a.example.test'])).code).toBe(1)
    expect((await run(['list'])).stdout).toMatch(/not issued yet$/m)
    const { code, stdout } = await run(['renew'])
    expect(stdout).toMatch(/^a\.example\.test: renewed/)
    expect(code).toBe(0)
    expect(sandbox.ca.certificates()).toHaveLength(1)
  })
})

describe('on a terminal', () => {
  /** A terminal that a person answers on, once each question has been asked. */
  function person(keys: string) {
    const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => stdin })
    const stderr = Object.assign(recorder(), { isTTY: true, columns: 80 })
    let asked = false
    const write = stderr.write.bind(stderr)
    Object.assign(stderr, {
      write: (chunk: string) => {
        if (!asked && /Do you agree|Deactivate|Password/.test(chunk)) {
          asked = true
          queueMicrotask(() => stdin.write(keys))
        }
        return write(chunk)
      },
    })
    return { stdin, stderr }
  }

  it('shows the terms and asks; agreeing goes on', async () => {
    const { run, ca, sandbox } = await sandboxWorld()
    const world = person('y')
    const argv = ['account', 'create', ...ca.filter((word) => word !== '--agree-tos')]
    const { code, stdout } = await run(argv, world)
    expect(world.stderr.text()).toMatch(
      /Do you agree to the issuer's terms of service at\s+│?\s*https:/,
    )
    expect(stdout).toMatch(/^Account made: https:/)
    expect(code).toBe(0)
    expect(sandbox.ca.requests.some(({ endpoint }) => endpoint === 'newAccount')).toBe(true)
  })

  it('makes no account where the person does not agree', async () => {
    const { run, ca, sandbox } = await sandboxWorld()
    const world = person('n')
    const { code } = await run(
      ['account', 'create', ...ca.filter((word) => word !== '--agree-tos')],
      world,
    )
    expect(world.stderr.text()).toContain('were not agreed to')
    expect(code).toBe(1)
    expect(sandbox.ca.requests.some(({ endpoint }) => endpoint === 'newAccount')).toBe(false)
  })

  it('ends with 130 where the person gives up', async () => {
    const { run, ca } = await sandboxWorld()
    const world = person('\u0003')
    const { code } = await run(
      ['account', 'create', ...ca.filter((word) => word !== '--agree-tos')],
      world,
    )
    expect(world.stderr.text()).toContain('Cancelled; nothing was done')
    expect(code).toBe(130)
  })

  it('asks for the password of an export', async () => {
    const { issue, run, directory } = await sandboxWorld()
    await issue(['a.example.test'])
    const { createSecureContext } = await import('node:tls')
    const argv = ['export', 'a.example.test', '--format', 'pkcs12', '--output', 'a.pfx']
    const { code } = await run(argv, person('correct\r'))
    expect(code).toBe(0)
    const pfx = await readFile(join(directory, 'a.pfx'))
    expect(() => createSecureContext({ pfx, passphrase: 'correct' })).not.toThrow()
  })

  it('is not filled with the bytes of a key store', async () => {
    const { issue, run } = await sandboxWorld()
    await issue(['a.example.test'])
    const stdout = Object.assign(recorder(), { isTTY: true })
    const { code } = await run(['export', 'a.example.test', '--format', 'jks'], { stdout })
    expect(stdout.text()).toBe('')
    expect(code).toBe(64)
  })
})

/** A port that was free a moment ago. */
async function freed(): Promise<{ port: number }> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return { port: typeof address === 'object' && address ? address.port : 0 }
}
