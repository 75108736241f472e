import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { alibabaAccount } from '../../../../src/cloud/alibaba/account-options.ts'
import {
  listTarget,
  replacedBy,
  servedFor,
  type ListedCertificate,
} from '../../../../src/deploy/targets/alibaba/certificate-list.ts'
import type { DeployTarget } from '../../../../src/deploy/target.ts'
import { bundleFor, fingerprintOf, seeded, testAccount, type TestAccount } from '../account.ts'

/** A listener in memory, which says what was done to it, in order. */
interface Listener {
  readonly certificates: ListedCertificate[]
  readonly changes: string[]
}

const names = ['www.example.com']
const [first, renewed] = [bundleFor({ names }), bundleFor({ names, renewal: 1 })]
const theirs = bundleFor({ names: ['www.example.com', 'example.com'] })

let account: TestAccount
let listener: Listener

beforeEach(async () => {
  account = await testAccount({
    seed: { cas: { certificates: [{ name: 'theirs', ...seeded(theirs) }] } },
  })
  const { alibaba } = account
  onTestFinished(async () => alibaba.close())
  listener = { certificates: [], changes: [] }
})

function target(domain?: string): DeployTarget {
  const { certificates, changes } = listener
  const { values, context, host } = account
  return listTarget(
    {
      target: 'alibaba-alb',
      resource: 'lsn-1',
      bound: async () => [...certificates],
      async setDefault(identifier) {
        changes.push(`default ${identifier}`)
        const at = certificates.findIndex(({ isDefault }) => isDefault)
        certificates.splice(Math.max(at, 0), at < 0 ? 0 : 1, { identifier, isDefault: true })
      },
      async add(identifier) {
        changes.push(`add ${identifier}`)
        certificates.push({ identifier, isDefault: false })
      },
      async remove(identifiers) {
        changes.push(`remove ${identifiers.join(' ')}`)
        const kept = certificates.filter((one) => !identifiers.includes(one.identifier))
        certificates.splice(0, certificates.length, ...kept)
      },
    },
    domain,
    alibabaAccount(values, context),
    host,
  )
}

function identifierOf(name: string): string {
  return account.alibaba.certificates.named(name)?.identifier ?? ''
}

function ours(bundle: typeof first): string {
  return identifierOf(`certwright_${fingerprintOf(bundle).slice(0, 16)}`)
}

describe('without a domain', () => {
  it('the default certificate alone is changed', async () => {
    listener.certificates.push(
      { identifier: identifierOf('theirs'), isDefault: true },
      { identifier: '7-cn-hangzhou', isDefault: false },
    )
    await target().write(first)
    expect(listener.changes).toEqual([`default ${ours(first)}`])
    expect(await target().read()).toMatchObject({ fingerprint: fingerprintOf(first) })
    expect(listener.certificates.at(-1)?.identifier).toBe('7-cn-hangzhou')
  })

  it('one that is the default already is not set again', async () => {
    await target().write(first)
    await target().write(first)
    expect(listener.changes).toEqual([`default ${ours(first)}`])
  })

  it('no certificate can be removed', () => {
    expect(target()).not.toHaveProperty('remove')
  })
})

describe('with a domain', () => {
  it('a certificate that is not for it is refused before anything is uploaded', async () => {
    await expect(target('mail.example.com').write(first)).rejects.toMatchObject({
      code: 'TARGET_NAME_NOT_COVERED',
    })
    expect(account.alibaba.certificates.all).toHaveLength(1)
    expect(listener.changes).toEqual([])
  })

  it('the new certificate is added before the old one of ours is removed', async () => {
    await target('www.example.com').write(first)
    await target('www.example.com').write(renewed)
    expect(listener.changes).toEqual([
      `add ${ours(first)}`,
      `add ${ours(renewed)}`,
      `remove ${ours(first)}`,
    ])
    expect(await target('www.example.com').read()).toMatchObject({
      fingerprint: fingerprintOf(renewed),
    })
  })

  it('certificates of others for the same domain stay', async () => {
    listener.certificates.push(
      { identifier: '7-cn-hangzhou', isDefault: true },
      { identifier: identifierOf('theirs'), isDefault: false },
    )
    await target('www.example.com').write(first)
    await target('www.example.com').write(renewed)
    expect(listener.certificates.map(({ identifier }) => identifier)).toEqual([
      '7-cn-hangzhou',
      identifierOf('theirs'),
      ours(renewed),
    ])
  })

  it('a certificate of ours for more names than the new one stays', async () => {
    const more = bundleFor({ names: ['www.example.com', 'api.example.com'] })
    await target('api.example.com').write(more)
    await target('www.example.com').write(renewed)
    expect(listener.changes).toEqual([`add ${ours(more)}`, `add ${ours(renewed)}`])
  })

  it('what was left undone by a crash after adding is done by writing again', async () => {
    await target('www.example.com').write(first)
    const { identifier } = { identifier: ours(first) }
    await target('www.example.com').write(renewed)
    listener.certificates.push({ identifier, isDefault: false })
    listener.changes.length = 0
    await target('www.example.com').write(renewed)
    expect(listener.changes).toEqual([`remove ${identifier}`])
  })

  it('the default certificate serves it as well as an additional one', async () => {
    await target().write(first)
    await target('www.example.com').write(first)
    expect(listener.changes).toEqual([`default ${ours(first)}`])
    expect(await target('www.example.com').read()).toMatchObject({
      fingerprint: fingerprintOf(first),
    })
  })

  it('the very certificate is removed, and neither the default nor another', async () => {
    await target().write(first)
    await target('www.example.com').write(renewed)
    const www = target('www.example.com')
    await www.remove?.({ reference: ours(first) })
    await www.remove?.({ reference: identifierOf('theirs') })
    expect(listener.certificates).toHaveLength(2)
    await www.remove?.({ reference: ours(renewed) })
    expect(listener.changes.at(-1)).toBe(`remove ${ours(renewed)}`)
    expect(listener.certificates).toHaveLength(1)
  })
})

it('changes of one listener take turns', async () => {
  const others = ['a', 'b', 'c'].map((label) => `${label}.example.com`)
  await Promise.all(others.map(async (name) => target(name).write(bundleFor({ names: [name] }))))
  expect(listener.certificates).toHaveLength(3)
})

describe('the certificate that stands for a domain', () => {
  const entry = (reference: string, rest: object = {}) => ({
    reference,
    names: ['www.example.com'],
    isDefault: false,
    ...rest,
  })
  const mine = 'certwright_0123456789abcdef'

  it('is none where no names fit', () => {
    expect(servedFor('example.com', [entry('1')])).toBeUndefined()
  })

  it('is an additional one before the default, then ours, then the one that lasts longest', () => {
    const found = servedFor('www.example.com', [
      entry('default', { isDefault: true, name: mine, notAfter: 9 }),
      entry('theirs', { notAfter: 9 }),
      entry('ours', { name: mine, notAfter: 1 }),
      entry('ours, later', { name: mine, notAfter: 2 }),
    ])
    expect(found?.reference).toBe('ours, later')
  })

  it('replaces those of ours that are for none but its names', () => {
    const all = [
      entry('default', { isDefault: true, name: mine }),
      entry('theirs'),
      entry('ours', { name: mine }),
      entry('ours for more', { name: mine, names: ['www.example.com', 'example.org'] }),
      entry('ours for another', { name: mine, names: ['example.com'] }),
      entry('new', { name: mine }),
    ]
    const wanted = ['www.example.com', 'example.com']
    expect(replacedBy('new', wanted, 'www.example.com', all)).toEqual(['ours'])
  })
})
