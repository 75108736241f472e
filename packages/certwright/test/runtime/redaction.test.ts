import { expect, it } from 'vitest'
import { redact } from '../../src/runtime/redaction.ts'
import { Secret } from '../../src/runtime/secret.ts'
import { bundleOf, issue } from '../x509/issued.ts'

it('takes out every secret, whole, by its lines, and cut in the middle', () => {
  const { privateKey, chainPem } = bundleOf([issue({})])
  const pem = privateKey.reveal()
  const [, middle = ''] = pem.split('\n')
  for (const text of [pem, `x ${middle} y`, pem.slice(0, 60), pem.slice(30)]) {
    const left = redact(text, [privateKey])
    expect(left).toContain('[redacted]')
    expect(left).not.toContain(middle.slice(0, 40))
  }
  expect(redact(chainPem, [privateKey])).toBe(chainPem)
  expect(redact('password hunter2', [new Secret('hunter2')])).toBe('password [redacted]')
})

it('takes out private keys that it was not told of, and nothing for an empty secret', () => {
  expect(redact('a -----BEGIN EC PRIVATE KEY-----\nabc', [])).toBe('a [redacted]')
  expect(redact('abc', [new Secret('')])).toBe('abc')
})
