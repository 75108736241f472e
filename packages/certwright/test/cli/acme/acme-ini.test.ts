import { describe, expect, it } from 'vitest'
import { acmeIniFrom } from '../../../src/cli/acme-ini.ts'

describe('acme.ini', () => {
  it('is read by the section acme-neoprime', () => {
    const text = '[one]\nUserAgent=a\n[acme-neoprime]\nUserAgent = b\n'
    expect(acmeIniFrom(text)).toEqual({ userAgent: 'b' })
  })

  it('is read by its first section where there is none of that name', () => {
    expect(acmeIniFrom('[one]\nUserAgent=a\n[two]\nUserAgent=b\n')).toEqual({ userAgent: 'a' })
  })

  it('takes every case, colons, comments, CRLF and semicolons between contacts', () => {
    const text =
      '# comment\r\n[x]\r\n; comment\r\nusERagent: me\r\nContacts = mailto:a@b.c ; mailto:d@e.f;\r\n'
    expect(acmeIniFrom(text)).toEqual({
      userAgent: 'me',
      contacts: ['mailto:a@b.c', 'mailto:d@e.f'],
    })
  })

  it('leaves out what is empty or missing', () => {
    expect(acmeIniFrom('')).toEqual({})
    expect(acmeIniFrom('[x]\nUserAgent =\nOther = 1')).toEqual({})
  })
})
