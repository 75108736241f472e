import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { alibabaAccount } from '../../../../src/cloud/alibaba/account-options.ts'
import { slotTarget, type Slot } from '../../../../src/deploy/targets/alibaba/slot.ts'
import type { DeployTarget } from '../../../../src/deploy/target.ts'
import { bundleFor, fingerprintOf, testAccount, type TestAccount } from '../account.ts'

/** A place in memory, which takes its time. */
interface Place {
  bound: string | undefined
  /** What it will have when it has been read so often. */
  next?: { readonly reference: string; reads: number }
  readonly changes: string[]
}

const names = ['www.example.com']
const [first, renewed] = [bundleFor({ names }), bundleFor({ names, renewal: 1 })]

let account: TestAccount
let place: Place

beforeEach(async () => {
  account = await testAccount()
  const { alibaba } = account
  onTestFinished(async () => alibaba.close())
  place = { bound: undefined, changes: [] }
})

function target(extra: Partial<Slot> = {}): DeployTarget {
  const { values, context, host } = account
  const slot: Slot = {
    target: 'alibaba-mse',
    resource: 'gw-1 www.example.com',
    async bound() {
      if (place.next && (place.next.reads -= 1) <= 0) place.bound = place.next.reference
      return place.bound
    },
    async bind({ identifier }) {
      place.changes.push(identifier)
      place.next = { reference: identifier, reads: 3 }
    },
    ...extra,
  }
  return slotTarget(slot, alibabaAccount(values, context), host)
}

function identifierOf(bundle: typeof first): string {
  const name = `certwright_${fingerprintOf(bundle).slice(0, 16)}`
  return account.alibaba.certificates.named(name)?.identifier ?? ''
}

describe('a place for one certificate', () => {
  it('that is empty is read as that', async () => {
    expect(await target().read()).toBeUndefined()
  })

  it('is written until it says that it has it', async () => {
    await target().write(first)
    expect(place.bound).toBe(identifierOf(first))
    expect(await target().read()).toMatchObject({ fingerprint: fingerprintOf(first) })
  })

  it('that has it already, under its number or its identifier, is left alone', async () => {
    await target().write(first)
    place = { bound: identifierOf(first).split('-')[0], changes: [] }
    await target().write(first)
    expect(place.changes).toEqual([])
  })

  it('of a domain takes no certificate that is not for it', async () => {
    await expect(target({ domain: 'example.com' }).write(first)).rejects.toMatchObject({
      code: 'TARGET_NAME_NOT_COVERED',
      params: { target: 'alibaba-mse', resource: 'example.com' },
    })
    expect(account.alibaba.calls).toEqual([])
  })

  it('that never takes it is an error', async () => {
    const stubborn = target({ bind: async () => undefined })
    await expect(stubborn.write(first)).rejects.toMatchObject({ code: 'ACME_DEADLINE' })
  })

  it('is written by one at a time', async () => {
    await Promise.all([target().write(first), target().write(renewed)])
    expect(place.changes).toEqual([identifierOf(first), identifierOf(renewed)])
  })

  it('is emptied of the very certificate alone', async () => {
    const emptied = target({ unbind: async () => void (place.bound = undefined) })
    await emptied.write(first)
    await emptied.remove?.({ reference: '7-cn-hangzhou' })
    expect(place.bound).toBe(identifierOf(first))
    await emptied.remove?.({ reference: identifierOf(first) })
    expect(place.bound).toBeUndefined()
    expect(target()).not.toHaveProperty('remove')
  })

  it('keeps the certificate that it has in the store, and old ones of ours go', async () => {
    await target().write(first)
    await target().write(renewed)
    account.advance(8 * 86_400_000)
    place.bound = identifierOf(first)
    delete place.next
    expect(await target().prune?.(renewed)).toEqual([])
    place.bound = identifierOf(renewed)
    const old = identifierOf(first)
    const name = `certwright_${fingerprintOf(first).slice(0, 16)}`
    expect(await target().prune?.(renewed)).toEqual([`${name} (${old})`])
  })
})
