import { dns01Name, dns01Value, keyAuthorization, type PublicJwk } from '@certwright/acme'
import { describe, expect, it } from 'vitest'

/** RFC 8037 Appendix A. */
const jwk: PublicJwk = {
  kty: 'OKP',
  crv: 'Ed25519',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
}
const token = 'evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA'

describe('keyAuthorization', () => {
  it.each(['', '../etc', 'a b', 'a=', 'ä', 'a\n'])('refuses the token %j', async (bad) => {
    await expect(keyAuthorization(bad, jwk)).rejects.toThrow(
      new TypeError('the token is not base64url'),
    )
  })

  it('joins the token and the thumbprint', async () => {
    await expect(keyAuthorization(token, jwk)).resolves.toBe(
      `${token}.kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k`,
    )
  })
})

describe('dns-01', () => {
  it('has the digest of the key authorization as its value', async () => {
    await expect(dns01Value(await keyAuthorization(token, jwk))).resolves.toBe(
      'lAV291d372xyXVEZRY9j2FQ8g1TYpOaJr620CiahePA',
    )
  })

  it('has one name for a wildcard and the name below it', () => {
    expect(dns01Name('*.example.org')).toBe('_acme-challenge.example.org')
    expect(dns01Name('example.org')).toBe('_acme-challenge.example.org')
    expect(dns01Name('a*.example.org')).toBe('_acme-challenge.a*.example.org')
  })
})
