import { describe, expect, it } from 'vitest'
import { targets } from '../../src/deploy/targets/registry.ts'
import { terminal } from './terminal.ts'

interface Policy {
  readonly Version: string
  readonly Statement: readonly {
    readonly Effect: string
    readonly Action: readonly string[]
    readonly Resource: readonly string[]
  }[]
}

async function policyFor(...argv: readonly string[]): Promise<Policy> {
  const { run } = await terminal()
  const { code, stdout } = await run(['policy', 'alibaba', ...argv])
  expect(code).toBe(0)
  return JSON.parse(stdout) as Policy
}

const resourcesOf = ({ Statement }: Policy, action: string): readonly string[] =>
  Statement.filter(({ Action }) => Action.includes(action)).flatMap(({ Resource }) => Resource)

describe('certwright policy', () => {
  it.each([
    [['alibaba', '--for', 'alibaba-cdm'], /--for does not take alibaba-cdm\n.*dns, .*alibaba-cdn/],
    [['alibaba', '--for', 'dns zone'], /what begins at character 1 /],
    [['nobody'], /CLOUD does not take nobody|does not take nobody/],
    [[], /is missing/],
  ])('with %j says what is wrong', async (argv, message) => {
    const { run } = await terminal()
    const { code, stdout, stderr } = await run(['policy', ...argv])
    expect(stderr).toMatch(message)
    expect(stdout).toBe('')
    expect(code).toBe(64)
  })

  it('names the resources that the options name, each of several, and all where they name none', async () => {
    const set = 'cdn:SetCdnDomainSSLCertificate'
    const one = await policyFor('--for', 'alibaba-cdn:domain=cdn.example.com')
    expect(resourcesOf(one, set)).toEqual(['acs:cdn:*:*:domain/cdn.example.com'])
    const two = await policyFor('--for', 'alibaba-cdn:domain="a.example.com,b.example.com"')
    expect(resourcesOf(two, set)).toEqual([
      'acs:cdn:*:*:domain/a.example.com',
      'acs:cdn:*:*:domain/b.example.com',
    ])
    for (const all of ['alibaba-cdn', 'alibaba-cdn:domain=all']) {
      expect(resourcesOf(await policyFor('--for', all), set)).toEqual(['acs:cdn:*:*:domain/*'])
    }
    const dns = await policyFor('--for', 'dns:zone=example.com')
    expect(resourcesOf(dns, 'alidns:AddDomainRecord')).toEqual([
      'acs:alidns:*:*:domain/example.com',
    ])
    expect(resourcesOf(dns, 'alidns:DescribeDomains')).toEqual(['acs:alidns:*:*:*'])
    expect(resourcesOf(dns, set)).toEqual([])
  })

  it('for a discovery allows looking alone', async () => {
    const { Statement } = await policyFor('--for', 'discover')
    const actions = Statement.flatMap(({ Action }) => Action)
    expect(actions.length).toBeGreaterThan(10)
    for (const action of actions) expect(action).toMatch(/:(Describe|List|Get|Query)/)
  })

  it('for everything holds what each target needs, leaves no placeholder, and fits or says that it does not', async () => {
    const { run } = await terminal()
    const { stdout, stderr } = await run(['policy', 'alibaba'])
    const whole = JSON.parse(stdout) as Policy
    expect(whole.Version).toBe('1')
    expect(stdout).not.toMatch(/[{]\w+[}]/)
    const allowed = new Set(whole.Statement.flatMap(({ Action }) => Action))
    const ofCloud = Object.entries(targets).filter(([name]) => name.startsWith('alibaba-'))
    for (const [, load] of ofCloud) {
      const { target } = await load()
      expect(target.permissions.length).toBeGreaterThan(0)
      for (const { action } of target.permissions) expect(allowed).toContain(action)
    }
    const { length } = JSON.stringify(whole)
    expect(stderr.includes('6144')).toBe(length > 6144)
    expect(JSON.parse((await run(['policy', 'alibaba', '--json'])).stdout)).toEqual(whole)
  })
})
