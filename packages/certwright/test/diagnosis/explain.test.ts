import { AcmeError, type FailedAuthorization, type Problem } from '@certwright/acme'
import { describe, expect, it } from 'vitest'
import { explain, explainError, type Failure } from '../../src/diagnosis/explain.ts'
import type { Finding } from '../../src/diagnosis/finding.ts'
import { fill, type Language } from '../../src/runtime/catalogue.ts'
import { problemTexts } from '../../src/runtime/messages/problem-texts.ts'

function problem(name: string, rest: Partial<Problem> = {}): Problem {
  return { type: `urn:ietf:params:acme:error:${name}`, subproblems: [], ...rest }
}

const about = 'www.example.com'

const finding = (
  area: Finding['area'],
  level: Finding['level'],
  code: Finding['code'],
  params: Finding['params'] = {},
): Finding => ({ area, level, code, params: { about, ...params } })

const codesOf = (failure: Failure): string[] => explain(failure).why.map(({ code }) => code)

const said = (failure: Failure, language: Language = 'en'): string[] => {
  const { what, why, advice } = explain(failure)
  return [what, ...why, ...advice].map(({ text, params }) => fill(text, language, params))
}

/** RFC 8555 §6.7, RFC 9773 §7.4, profiles, RFC 8739 §6.4, RFC 9115 §6.5, RFC 9799, device attestation, and old names. */
const types = [
  ...['accountDoesNotExist', 'alreadyRevoked', 'badCSR', 'badNonce', 'badPublicKey'],
  ...['badRevocationReason', 'badSignatureAlgorithm', 'caa', 'compound', 'connection', 'dns'],
  ...['externalAccountRequired', 'incorrectResponse', 'invalidContact', 'malformed'],
  ...['orderNotReady', 'rateLimited', 'rejectedIdentifier', 'serverInternal', 'tls'],
  ...['unauthorized', 'unsupportedContact', 'unsupportedIdentifier', 'userActionRequired'],
  ...['alreadyReplaced', 'conflict', 'invalidProfile', 'agreementRequired'],
  ...['autoRenewalCanceled', 'autoRenewalExpired', 'autoRenewalCancellationInvalid'],
  ...['autoRenewalRevocationNotSupported', 'unknownDelegation', 'onionCAARequired'],
  'badAttestationStatement',
]

describe('every type of problem has an explanation', () => {
  it.each(types)('%s, in both languages, with something to do', (name) => {
    const { what, advice } = explain({ problem: problem(name), name: about })
    expect(what.code).toBe(name)
    for (const language of ['en', 'zh'] as const) {
      const lines = [what, ...advice].map(({ text, params }) => fill(text, language, params))
      expect(lines.length).toBeGreaterThan(1)
      for (const line of lines) {
        expect(line.length).toBeGreaterThan(language === 'en' ? 10 : 4)
        expect(line).not.toMatch(/\{\w+\}/)
        expect(/[\u4e00-\u9fff]/.test(line)).toBe(language === 'zh')
      }
    }
  })

  it('and no text is there for a type that nobody sends', () => {
    expect(Object.keys(problemTexts).sort()).toEqual([...types].sort())
  })

  it('by its class where the type is unknown', () => {
    const unknown = (status?: number) =>
      explain({ problem: { type: 'about:blank', subproblems: [] }, status }).advice[0]?.text.en
    expect(unknown(503)).toBe('Run it again later')
    expect(unknown(400)).toMatch(/--trace/)
    expect(unknown()).toMatch(/--trace/)
  })

  it('that names where a person has to go', () => {
    const instance = 'https://ca.example/terms'
    const [, advice] = said({ problem: problem('userActionRequired', { instance }) })
    expect(advice).toContain(`Visit ${instance} and do what the CA asks for there`)
  })
})

describe('the words of a CA give away', () => {
  it.each([
    [
      'that a distant perspective did not see it (MPIC)',
      'During secondary validation: 192.0.2.1: Fetching http://www.example.com/: Timeout during connect (likely firewall problem)',
      ['clue-perspectives', 'clue-timeout'],
    ],
    [
      'that CAA was not answered, which is no trouble with TXT (boulder#1453, acme.sh#5142)',
      "DNS problem: SERVFAIL looking up CAA for example.com - the domain's nameservers may be malfunctioning",
      ['clue-caa-unanswered'],
    ],
    [
      'that CAA timed out',
      'While processing CAA for www.example.com: DNS problem: query timed out looking up CAA for com',
      ['clue-caa-unanswered'],
    ],
    [
      'that TXT itself failed',
      'DNS problem: SERVFAIL looking up TXT for _acme-challenge.www.example.com',
      ['clue-servfail'],
    ],
    [
      'that DNSSEC is broken, rather than the servers',
      'DNS problem: SERVFAIL looking up A for www.example.com: DNSSEC: DNSKEY Missing: validation failure',
      ['clue-dnssec'],
    ],
    ['that CAA forbids, and nothing beyond', 'CAA record for example.com prevents issuance', []],
    [
      'that nothing is at the record’s name',
      'DNS problem: NXDOMAIN looking up TXT for _acme-challenge.www.example.com - check that a DNS record exists for this domain',
      ['clue-nxdomain'],
    ],
    [
      'that there is no address',
      'No valid IP addresses found for www.example.com',
      ['clue-no-address'],
    ],
    [
      'that there is no TXT',
      'No TXT record found at _acme-challenge.www.example.com',
      ['clue-no-txt'],
    ],
    [
      'that there is another TXT',
      'Incorrect TXT record "gcHDq" (and 1 more) found at _acme-challenge.www.example.com',
      ['clue-other-txt'],
    ],
    [
      'that nobody listens',
      '192.0.2.1: Fetching http://www.example.com/.well-known/acme-challenge/x: Connection refused',
      ['clue-refused'],
    ],
    [
      'that it was cut off',
      '192.0.2.1: Fetching http://www.example.com/: Connection reset by peer',
      ['clue-reset'],
    ],
    [
      'which status came',
      '192.0.2.1: Invalid response from http://www.example.com/.well-known/acme-challenge/x: 404',
      ['clue-status'],
    ],
    [
      'whose page came',
      '192.0.2.1: Invalid response from https://www.example.com/: "<!DOCTYPE html>\\n<title>Attention Required! | Cloudflare</title>" 403',
      ['clue-front'],
    ],
    [
      'that a page came',
      '192.0.2.1: Invalid response from http://www.example.com/: "<html><h1>It works!</h1>" 200',
      ['clue-page'],
    ],
    [
      'that it went round in circles',
      '192.0.2.1: Fetching http://www.example.com/: Redirect loop detected',
      ['clue-redirect'],
    ],
  ])('%s', (_, detail, clues) => {
    expect(codesOf({ problem: problem('unauthorized', { detail }) })).toEqual(clues)
  })

  it('names the front by its name', () => {
    const detail = 'Invalid response: "<html>cloudflare</html>"'
    expect(said({ problem: problem('unauthorized', { detail }) })).toContain(
      'What the CA was shown is a page of Cloudflare, not the answer of this machine',
    )
  })
})

describe('what was found out beside it', () => {
  const answers = finding('port', 'ok', 'port-answers', {
    address: '192.0.2.1',
    port: 80,
    challenge: 'http-01',
  })

  it('says that what is wrong lies outside, where all works from here (boulder#2770)', () => {
    const failure = { problem: problem('connection'), name: about, findings: [answers] }
    expect(codesOf(failure)).toEqual(['clue-works-from-here'])
    expect(said(failure).join()).toMatch(/geo-blocking/)
    const skipped = finding('port', 'skipped', 'port-no-route', { address: '2001:db8::1' })
    expect(codesOf({ ...failure, findings: [skipped] })).toEqual([])
  })

  it('puts first what the problem is about', () => {
    const findings = [
      finding('port', 'warning', 'port-refused', { address: '192.0.2.1', port: 80, reason: 'x' }),
      finding('caa', 'fault', 'caa-nobody', { at: 'example.com', identity: 'ca.example' }),
      finding('dnssec', 'fault', 'dnssec-expired', { zone: 'example.com', type: 'A', name: about }),
      finding('dnssec', 'ok', 'dnssec-secure'),
    ]
    expect(codesOf({ problem: problem('caa'), findings })).toEqual([
      'caa-nobody',
      'dnssec-expired',
      'port-refused',
    ])
    expect(codesOf({ problem: problem('dns'), findings })[0]).toBe('dnssec-expired')
    expect(codesOf({ problem: problem('connection'), findings })[0]).toBe('port-refused')
  })

  it('is left out where the problem is not about proving a name', () => {
    const findings = [finding('caa', 'fault', 'caa-nobody')]
    expect(codesOf({ problem: problem('rateLimited'), findings })).toEqual([])
  })

  it('shows what each authoritative server answers (lego#2988)', () => {
    const server = (name: string, answer: string): Finding =>
      finding('dns', 'ok', 'txt-answer', { server: name, name: `_acme-challenge.${about}`, answer })
    const findings = [server('ns1.example (192.0.2.1)', '"abc"'), server('ns2.example', 'NXDOMAIN')]
    const failure = { problem: problem('unauthorized'), challenge: 'dns-01', findings }
    expect(said(failure)).toContain(
      'www.example.com: ns2.example answers for TXT of _acme-challenge.www.example.com: NXDOMAIN',
    )
    expect(codesOf({ ...failure, challenge: 'http-01' })).toEqual([])
  })

  it('compares the addresses that the CA saw with those seen here', () => {
    const found = finding('address', 'ok', 'address-found', { addresses: '192.0.2.1' })
    const validationRecord = [
      {
        hostname: about,
        addressesResolved: ['192.0.2.1', '2001:db8::1'],
        addressUsed: '2001:db8::1',
      },
    ]
    const failure = { problem: problem('connection'), findings: [found], validationRecord }
    expect(said(failure)).toContain(
      'The CA sees other addresses than this machine does: 192.0.2.1, 2001:db8::1 there, 192.0.2.1 here',
    )
    expect(said(failure)).toContain('The CA connected by IPv6, to 2001:db8::1')
    expect(codesOf({ ...failure, problem: problem('caa') })).toEqual([])
  })

  it.each([[null], ['text'], [[null]], [[{ addressUsed: 7, addressesResolved: 'x' }]], [{}]])(
    'bears a record of any shape: %j',
    (validationRecord) => {
      expect(codesOf({ problem: problem('connection'), validationRecord })).toEqual([])
    },
  )
})

describe('a refusal as a whole', () => {
  const failed = (name: string, rest: Partial<FailedAuthorization> = {}): FailedAuthorization => ({
    identifier: { type: 'dns', value: name },
    wildcard: false,
    url: 'https://ca.example/authz/1',
    problem: problem('dns'),
    ...rest,
  })

  it('is explained name by name, each with what was found about it', () => {
    const error = new AcmeError('ACME_ORDER_INVALID', 'no', {
      authorizations: [
        failed('a.example'),
        failed('b.example', { wildcard: true, problem: problem('caa') }),
      ],
    })
    const explanations = explainError(error, [
      finding('dnssec', 'fault', 'dnssec-wrong', { about: 'a.example' }),
      finding('caa', 'fault', 'caa-nobody', { about: '*.b.example' }),
    ])
    expect(
      explanations.map(({ name, problem, why }) => [name, problem, why.map(({ code }) => code)]),
    ).toEqual([
      ['a.example', 'dns', ['dnssec-wrong']],
      ['*.b.example', 'caa', ['caa-nobody']],
    ])
  })

  it('takes in what is wrong with the zone that a name’s record is delegated to', () => {
    const error = new AcmeError('ACME_ORDER_INVALID', 'no', {
      authorizations: [failed('a.example', { challenge: 'dns-01' })],
    })
    const [explanation] = explainError(error, [
      finding('dns', 'ok', 'dns-delegated', {
        about: 'a.example',
        zone: 'acme.example',
        name: 'x',
      }),
      finding('dns', 'fault', 'dns-server-lame', { about: 'acme.example', server: 'ns2' }),
      finding('dns', 'fault', 'dns-server-lame', { about: 'other.example', server: 'ns3' }),
    ])
    expect(explanation?.why.map(({ code }) => code)).toEqual(['dns-server-lame', 'dns-delegated'])
  })

  it('is explained problem by problem, where there are several', () => {
    const subproblems = [
      problem('caa', { identifier: { type: 'dns', value: 'a.example' } }),
      problem('rejectedIdentifier', { identifier: { type: 'dns', value: 'b.example' } }),
    ]
    const error = new AcmeError('ACME_PROBLEM', 'no', {
      problem: problem('compound', { subproblems }),
    })
    expect(explainError(error).map(({ name, problem }) => [name, problem])).toEqual([
      [undefined, 'compound'],
      ['a.example', 'caa'],
      ['b.example', 'rejectedIdentifier'],
    ])
  })

  it('needs none where the CA gave no problem', () => {
    expect(explainError(new AcmeError('ACME_NETWORK', 'no'))).toEqual([])
  })
})

it('gives no advice twice, and not too much of it', () => {
  const findings = ['a', 'b', 'c', 'd', 'e', 'f'].map((server) =>
    finding('dns', 'warning', 'dns-server-silent', { about: server, server, reason: 'timeout' }),
  )
  const twice = [...findings, ...findings]
  expect(explain({ problem: problem('dns'), findings: twice }).advice).toHaveLength(4)
})
