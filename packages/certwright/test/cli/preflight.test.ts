import { createServer } from 'node:net'
import { once } from 'node:events'
import type { Sandbox, SandboxOptions } from '@certwright/sandbox'
import { describe, expect, it, onTestFinished } from 'vitest'
import { closedPort } from '../dns/world.ts'
import { signedWorld } from '../dns/signed-zones.ts'
import { sandboxWorld } from './sandbox-world.ts'
import type { Outcome } from './terminal.ts'

const orders = ({ ca }: Sandbox): number =>
  ca.requests.filter(({ endpoint }) => endpoint === 'newOrder').length

const caa = (name: string, value: string, tag = 'issue') =>
  ({ name, type: 'CAA', data: { tag, value } }) as const

const errorOf = ({ stdout }: Outcome): Record<string, unknown> =>
  (JSON.parse(stdout) as { error: Record<string, unknown> }).error

interface Told {
  readonly code: string
  readonly message: string
}

const codesIn = (list: unknown): string[] => (list as readonly Told[]).map(({ code }) => code)

/** `issue` that looks first, with the sandbox's DNS. */
async function checkedWorld({ ca, ...options }: SandboxOptions = {}) {
  // Orders are counted: a nonce that is refused would count one twice.
  const world = await sandboxWorld({ ...options, ca: { nonceRejectPercent: 0, ...ca } })
  const { resolver, tsig } = world.sandbox
  const byDns = ['--dns', 'rfc2136', '--resolver', resolver].concat(
    [`server=${resolver}`, `key-name=${tsig.name}`, `key-secret=${tsig.secret}`].flatMap((one) => [
      '--dns-option',
      one,
    ]),
  )
  return {
    ...world,
    issue: (names: readonly string[], more: readonly string[] = []) =>
      world.issue(names, ['--resolver', resolver, ...more]),
    issueByDns: (names: readonly string[], more: readonly string[] = []) =>
      world.run(['issue', ...names, ...world.ca, ...byDns, ...more]),
  }
}

describe('nothing is ordered', () => {
  it('where CAA permits another CA alone', async () => {
    const { sandbox, issue, run } = await checkedWorld()
    sandbox.dns.add(caa('example.test', 'other.example'))
    const { code, stderr } = await issue(['a.example.test', 'b.example.test'])
    expect(stderr).toMatch(
      /^certwright: Nothing was ordered, .*: a\.example\.test, b\.example\.test$/m,
    )
    expect(stderr).toMatch(/why: a\.example\.test: the CAA records at example\.test permit other/)
    expect(stderr).toMatch(/hint: Add a record .*: example\.test CAA 0 issue "ca\.example\.test"$/m)
    expect(stderr).toMatch(/hint: .*--no-preflight$/m)
    expect(code).toBe(1)
    expect(orders(sandbox)).toBe(0)
    // The definition is kept all the same, so that `renew` tries it once the records are right.
    expect((await run(['list'])).stdout).toMatch(/not issued yet$/m)
  })

  it('and a program reads why', async () => {
    const { sandbox, issue } = await checkedWorld()
    sandbox.dns.add(caa('example.test', ';'))
    const outcome = await issue(['a.example.test'], ['--json'])
    const error = errorOf(outcome)
    expect(error).toMatchObject({
      code: 'ATTEMPT_REFUSED',
      findings: [
        {
          area: 'caa',
          level: 'fault',
          code: 'caa-nobody',
          params: { about: 'a.example.test', at: 'example.test' },
        },
      ],
    })
    expect(outcome.stderr).toBe('')
  })

  it('where CAA names the account that was there before this one', async () => {
    const { sandbox, issue } = await checkedWorld()
    const old = `${sandbox.directoryUrl}/old-account`
    sandbox.dns.add(caa('example.test', `ca.example.test; accounturi=${old}`))
    const { stderr } = await issue(['a.example.test'])
    expect(stderr).toContain(`permit only the account ${old}`)
    expect(orders(sandbox)).toBe(0)
  })

  it('for a wildcard where issuewild permits another CA', async () => {
    const { sandbox, issueByDns } = await checkedWorld()
    sandbox.dns.add(caa('example.test', 'ca.example.test'))
    sandbox.dns.add(caa('example.test', 'other.example', 'issuewild'))
    const { stderr } = await issueByDns(['a.example.test', '*.a.example.test'])
    expect(stderr).toMatch(/Nothing was ordered, .*: \*\.a\.example\.test$/m)
    expect(stderr).toContain('example.test CAA 0 issuewild "ca.example.test"')
  })

  it('where CAA does not list the method', async () => {
    const { sandbox, issue, issueByDns } = await checkedWorld()
    sandbox.dns.add(caa('example.test', 'ca.example.test; validationmethods=dns-01'))
    expect((await issue(['a.example.test'])).stderr).toContain('"dns-01", not http-01')
    expect((await issueByDns(['a.example.test'])).code).toBe(0)
  })

  it('where the port that the CA would ask is taken', async () => {
    const { sandbox, issue } = await checkedWorld()
    const taken = createServer().listen(sandbox.httpPort, '::')
    await once(taken, 'listening')
    onTestFinished(() => {
      taken.close()
    })
    const { stderr, code } = await issue(['a.example.test'])
    expect(stderr).toContain(`already listens on port ${sandbox.httpPort}`)
    expect(code).toBe(1)
    expect(orders(sandbox)).toBe(0)
  })

  it('by renew either, and the other certificates are renewed', async () => {
    const { sandbox, issue, run } = await checkedWorld()
    await issue(['a.example.test'])
    await issue(['b.example.test'])
    sandbox.dns.add(caa('a.example.test', 'other.example'))
    const { code, stdout, stderr } = await run(['renew', '--all', '--force'])
    expect(stderr).toMatch(/Nothing was ordered, .*: a\.example\.test$/m)
    expect(stdout).toMatch(/^b\.example\.test: renewed/m)
    expect(code).toBe(1)
    expect(orders(sandbox)).toBe(3)
  })
})

describe('it is ordered all the same', () => {
  it('where CAA names this CA', async () => {
    const { sandbox, issue } = await checkedWorld()
    sandbox.dns.add(caa('example.test', 'ca.example.test; validationmethods=http-01'))
    const { code, stderr } = await issue(['a.example.test'])
    expect(stderr).not.toContain('check:')
    expect(code).toBe(0)
  })

  it('with --no-preflight, and the refusal of the CA is explained by the same records', async () => {
    const { sandbox, issue } = await checkedWorld()
    sandbox.dns.add(caa('example.test', 'other.example'))
    const outcome = await issue(['a.example.test'], ['--no-preflight', '--json'])
    expect(orders(sandbox)).toBe(1)
    const error = errorOf(outcome)
    expect(error['code']).toBe('ACME_ORDER_INVALID')
    const [explanation] = error['explanations'] as Record<string, unknown>[]
    expect(explanation).toMatchObject({ name: 'a.example.test', problem: 'caa' })
    expect(codesIn(explanation?.['why'])).toEqual(['caa-others'])
  })

  it('where nobody answers, with a note that --json has too', async () => {
    const { issue } = await sandboxWorld()
    const nobody = ['--resolver', `127.0.0.1:${await closedPort()}`]
    const { code, stderr } = await issue(['a.example.test'], nobody)
    expect(stderr).toMatch(
      /^certwright: check: a\.example\.test: the question for the CAA records/m,
    )
    expect(code).toBe(0)
    const { stdout } = await issue(['a.example.test'], [...nobody, '--force', '--json'])
    const { checks } = JSON.parse(stdout) as { checks: readonly Told[] }
    expect(codesIn(checks)).toContain('caa-unanswered')
  })

  it('where DNSSEC has expired, after a word of warning', async () => {
    const signed = await signedWorld([
      { name: 'test' },
      {
        name: 'example.test',
        valid: [-7200, -3600],
        records: [{ name: 'a.example.test', type: 'A', ttl: 60, data: '127.0.0.1' }],
      },
    ])
    const { issue } = await sandboxWorld({}, { trustAnchors: signed.anchors })
    const { code, stderr } = await issue(['a.example.test'], ['--resolver', signed.resolver])
    expect(stderr).toMatch(
      /check: a\.example\.test: the DNSSEC signature of the zone example\.test/,
    )
    expect(stderr).toMatch(/→ Sign the zone again/)
    expect(code).toBe(0)
  })

  it('without a look where the CA is on this machine and no resolver is named', async () => {
    const { sandbox, issue } = await sandboxWorld({ ca: { nonceRejectPercent: 0 } })
    sandbox.dns.add(caa('example.test', 'other.example'))
    expect((await issue(['a.example.test'])).stderr).toMatch(/: caa: CAA record for example\.test/)
    expect(orders(sandbox)).toBe(1)
  })
})

describe('a failed validation is looked into', () => {
  it('and SERVFAIL on CAA is not taken for trouble with TXT (boulder#1453, acme.sh#5142)', async () => {
    const { sandbox, issueByDns } = await checkedWorld()
    // The records at the name fail; the TXT record below it does not.
    sandbox.dns.setServfail('a.example.test')
    const outcome = await issueByDns(['a.example.test'])
    const { stderr } = outcome
    expect(stderr).toMatch(
      /check: a\.example\.test: the question for the CAA records .*\(SERVFAIL\)/,
    )
    expect(stderr).toMatch(/why: The CA got no answer to its question for CAA records/)
    expect(stderr).not.toMatch(/why: The CA asked for the TXT record and found none/)
    expect(stderr).toMatch(/hint: Let every name server of the domain .* answer questions for CAA/)
  })

  it('with the answer of each authoritative server, after everything was withdrawn', async () => {
    const { sandbox, issueByDns } = await checkedWorld({ ca: { caaIdentities: ['ca.other'] } })
    sandbox.dns.add(caa('a.example.test', 'elsewhere.example'))
    const outcome = await issueByDns(['a.example.test'], ['--no-preflight', '--json'])
    const [explanation] = errorOf(outcome)['explanations'] as { why: readonly Told[] }[]
    const answers = explanation?.why.filter(({ code }) => code === 'txt-answer')
    expect(answers?.[0]?.message).toMatch(
      /ns1\.example\.test .* answers for TXT of _acme-challenge/,
    )
    expect(sandbox.dns.records('_acme-challenge.a.example.test')).toEqual([])
  })

  it('and where all works from here it says so: the fault lies between', async () => {
    const { sandbox, issue } = await checkedWorld()
    const wrongPort = String(await closedPort())
    const outcome = await issue(['a.example.test'], ['--http-port', wrongPort])
    expect(outcome.stderr).toMatch(/: connection: 127\.0\.0\.1: Connection failed/)
    expect(outcome.stderr).toMatch(/why: Asked from here, everything answers as it should/)
    expect(orders(sandbox)).toBe(1)
  })

  it('in Chinese too', async () => {
    const { sandbox, issue } = await checkedWorld()
    sandbox.dns.add(caa('example.test', 'other.example'))
    const { stderr } = await issue(['a.example.test'], ['--no-preflight', '--lang', 'zh'])
    expect(stderr).toMatch(/含义：域名的 CAA 记录/)
    expect(stderr).toMatch(/原因：a\.example\.test：example\.test 的 CAA 记录允许 other\.example/)
    expect(stderr).toMatch(/提示：请添加允许该 CA 的记录/)
  })

  it('and what a CA says cannot pass for a line of ours, nor paint the terminal', async () => {
    const detail = 'line one\ncertwright: a.example.test: issued\u001b[2J\u202e end'
    const { issue } = await checkedWorld({
      ca: {
        faults: ({ endpoint }) =>
          endpoint === 'newOrder'
            ? { status: 403, problem: { type: 'urn:ietf:params:acme:error:caa', detail } }
            : undefined,
      },
    })
    const { stderr } = await issue(['a.example.test'])
    expect(stderr).toMatch(
      /detail: line one certwright: a\.example\.test: issued\\x1b\[2J\\x202e end$/m,
    )
    expect(stderr).not.toMatch(/^certwright: a\.example\.test: issued/m)
    expect(stderr).not.toMatch(/\u001b|\u202e/)
  })
})
