import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isReading, policy, purposes } from '../../../src/cloud/alibaba/policy.ts'

const allow = (action: string, resource = '*') => ({ action, resource })

describe('a RAM policy', () => {
  it('of nothing allows nothing', () => {
    expect(policy([])).toEqual({ Version: '1', Statement: [] })
  })

  it('names each action once, in one statement for each set of resources', () => {
    expect(
      policy([
        allow('cdn:Set', 'acs:cdn:*:*:domain/b'),
        allow('cdn:List'),
        allow('cdn:Set', 'acs:cdn:*:*:domain/a'),
        allow('cas:Upload'),
        allow('cdn:Set', 'acs:cdn:*:*:domain/a'),
        allow('cdn:Get', 'acs:cdn:*:*:domain/a'),
        allow('cdn:Get', 'acs:cdn:*:*:domain/b'),
      ]),
    ).toEqual({
      Version: '1',
      Statement: [
        { Effect: 'Allow', Action: ['cas:Upload', 'cdn:List'], Resource: ['*'] },
        {
          Effect: 'Allow',
          Action: ['cdn:Get', 'cdn:Set'],
          Resource: ['acs:cdn:*:*:domain/a', 'acs:cdn:*:*:domain/b'],
        },
      ],
    })
  })

  it('that allows an action everywhere names no part of everything', () => {
    const { Statement } = policy([allow('cdn:Set', 'acs:cdn:*:*:domain/a'), allow('cdn:Set')])
    expect(Statement).toEqual([{ Effect: 'Allow', Action: ['cdn:Set'], Resource: ['*'] }])
  })

  it.each([
    ['dns', 'alidns', 'alibaba-dns'],
    ['esa-dns', 'esa', 'alibaba-esa-dns'],
  ] as const)('for %s allows exactly what the provider calls', (purpose, product, provider) => {
    const file = new URL(`../../../src/dns/providers/${provider}.ts`, import.meta.url)
    const called = readFileSync(file, 'utf8').matchAll(
      /^\s*'([A-Z]\w+)',$|\.rpc(?:<[^(]*>)?\('(\w+)'/gm,
    )
    const actions = new Set([...called].map(([, alone, inline]) => `${product}:${alone ?? inline}`))
    expect(new Set(purposes[purpose].map(({ action }) => action))).toEqual(actions)
  })
})

it.each([
  ['cdn:DescribeUserDomains', true],
  ['alb:ListListeners', true],
  ['yundun-cert:GetUserCertificateDetail', true],
  ['cdn:SetCdnDomainSSLCertificate', false],
  ['esa:DeleteCertificate', false],
])('%s only looks: %s', (action, expected) => {
  expect(isReading(action)).toBe(expected)
})
