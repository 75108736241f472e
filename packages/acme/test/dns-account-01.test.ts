import { createHash } from 'node:crypto'
import { dnsAccount01Name } from '@certwright/acme'
import { describe, expect, it } from 'vitest'

describe('dnsAccount01Name', () => {
  it.each([
    // The draft's own example.
    ['https://example.com/acme/acct/ExampleAccount', 'ujmmovf2vn55tgye'],
    ['http://localhost:4000/acme/acct/1', 'vkbgbqfhr6yv2asd'],
    ['https://example.com/acme/acct/1', 'vrr7uudrklshxb6l'],
    ['https://example.com/acme/acct/12345', 'ao3pcvmacvwyw63b'],
  ])('has for the account %s the label %s', async (accountUrl, label) => {
    const name = `_${label}._acme-challenge.example.org`
    await expect(dnsAccount01Name(accountUrl, 'example.org')).resolves.toBe(name)
    await expect(dnsAccount01Name(accountUrl, '*.example.org')).resolves.toBe(name)
  })

  it('leaves an asterisk alone that is no wildcard', async () => {
    await expect(dnsAccount01Name('https://ca.test/1', 'a*.example.org')).resolves.toMatch(
      /\._acme-challenge\.a\*\.example\.org$/,
    )
  })

  it('holds the first ten octets of the hash, for any account', async () => {
    for (let id = 0; id < 50; id += 1) {
      const accountUrl = `https://ca.test/account/${id}`
      const name = await dnsAccount01Name(accountUrl, 'example.org')
      const [, label = ''] = /^_([a-z2-7]{16})\._acme-challenge\.example\.org$/.exec(name) ?? []
      const digits = label
        .split('')
        .map((digit) => 'abcdefghijklmnopqrstuvwxyz234567'.indexOf(digit))
      const bits = digits.map((digit) => digit.toString(2).padStart(5, '0')).join('')
      const hex = BigInt(`0b${bits}`).toString(16).padStart(20, '0')
      expect(hex).toBe(createHash('sha256').update(accountUrl).digest('hex').slice(0, 20))
    }
  })
})
