import { expect, it } from 'vitest'
import { proxyRule } from '../../src/runtime/proxy-rule.ts'

const proxy = 'http://proxy.test:3128'

const led = (env: Record<string, string>, url: string): string | undefined =>
  proxyRule(env)(new URL(url))

it('goes by the proxy of the scheme, the lower case first', () => {
  const env = { HTTPS_PROXY: 'http://upper.test', https_proxy: proxy, HTTP_PROXY: 'plain.test:80' }
  expect(led(env, 'https://ca.test/')).toBe(proxy)
  expect(led(env, 'http://crl.ca.test/')).toBe('http://plain.test:80')
  expect(led({ HTTPS_PROXY: proxy }, 'http://crl.ca.test/')).toBeUndefined()
  expect(led({}, 'https://ca.test/')).toBeUndefined()
})

it.each([
  'https://localhost/',
  'https://a.localhost/',
  'https://127.1.2.3:14000/',
  'https://[::1]/',
])('leaves %s on this machine', (url) => {
  expect(led({ HTTPS_PROXY: proxy }, url)).toBeUndefined()
})

it.each([
  ['*', 'https://ca.test/', true],
  ['ca.test', 'https://ca.test/', true],
  ['CA.test', 'https://acme.ca.test/', true],
  ['ca.test', 'https://notca.test/', false],
  ['.ca.test', 'https://acme.ca.test/', true],
  ['.ca.test', 'https://ca.test/', false],
  ['*.ca.test', 'https://acme.ca.test/', true],
  ['a.test, ca.test', 'https://ca.test/', true],
  ['a.test ca.test', 'https://ca.test/', true],
  ['ca.test:8443', 'https://ca.test:8443/', true],
  ['ca.test:8443', 'https://ca.test/', false],
  ['ca.test:443', 'https://ca.test/', true],
  ['192.0.2.1', 'https://192.0.2.1/', true],
  ['192.0.2.1', 'https://192.0.2.10/', false],
  ['10.0.0.0/8', 'https://10.1.2.3/', true],
  ['10.0.0.0/8', 'https://11.1.2.3/', false],
  ['10.0.0.0/8', 'https://ca.test/', false],
  ['10.0.0.0/99', 'https://10.1.2.3/', false],
  ['10.0.0.0/x', 'https://10.1.2.3/', false],
  ['2001:db8::/32', 'https://[2001:db8::1]/', true],
  ['2001:db8::1', 'https://[2001:db8::1]/', true],
  ['[2001:db8::1]:8443', 'https://[2001:db8::1]:8443/', true],
  ['', 'https://ca.test/', false],
])('NO_PROXY=%s, %s: reached directly %s', (NO_PROXY, url, directly) => {
  expect(led({ HTTPS_PROXY: proxy, NO_PROXY }, url)).toBe(directly ? undefined : proxy)
})
