import { X509Certificate } from 'node:crypto'
import { expect, it } from 'vitest'
import { isCertificate, isSameCertificate } from '../../src/deploy/installed.ts'
import type { Installed } from '../../src/deploy/target.ts'
import { describe } from '../../src/x509/certificate.ts'
import { issueChain } from '../x509/issued.ts'

const { chainPem } = issueChain({ serial: [0, 200, 1] }).bundle
const { fingerprint } = describe(chainPem)
const sha1 = new X509Certificate(chainPem).fingerprint.replaceAll(':', '').toLowerCase()
const right = { fingerprint }
const wrong = { fingerprint: '0'.repeat(64) }

it.each<[Installed, boolean | undefined]>([
  [right, true],
  [wrong, false],
  [{ ...wrong, serial: 'c801' }, false],
  [{ sha1 }, true],
  [{ sha1: '0'.repeat(40), serial: 'c801' }, false],
  [{ serial: 'c801' }, true],
  [{ serial: '00c801' }, true],
  [{ serial: 'c802' }, false],
  [{ reference: '12', name: 'x', notAfter: 1 }, undefined],
  [{ parts: [] }, undefined],
  [{ parts: [{ resource: 'a', installed: right }] }, true],
  [{ parts: [{ resource: 'a', installed: right }, { resource: 'b' }] }, false],
  [
    {
      parts: [
        { resource: 'a', installed: right },
        { resource: 'b', installed: wrong },
      ],
    },
    false,
  ],
  [
    {
      parts: [
        { resource: 'a', installed: right },
        { resource: 'b', installed: {} },
      ],
    },
    undefined,
  ],
])('tells by the best that %j gives whether it is a certificate', (installed, verdict) => {
  expect(isCertificate(installed, { chainPem })).toBe(verdict)
})

it('tells two readings apart by the service’s own id, where there is nothing better', () => {
  expect(isSameCertificate({ reference: '12' }, { reference: '12' })).toBe(true)
  expect(isSameCertificate({ reference: '12' }, { reference: '13' })).toBe(false)
  expect(isSameCertificate({ ...right, reference: '1' }, { ...wrong, reference: '1' })).toBe(false)
  expect(isSameCertificate({ reference: '12' }, { name: 'x' })).toBeUndefined()
})
