import { expect, it } from 'vitest'
import { isLoopback, serverAddressFrom, serverAddressText } from '../../src/dns/server-address.ts'

it.each([
  '',
  'ns1.example',
  '192.0.2.300',
  '192.0.2.1:',
  '192.0.2.1:0',
  '192.0.2.1:65536',
  '[192.0.2.1]:53',
])('refuses %j as a server address', (text) => {
  expect(() => serverAddressFrom(text)).toThrow(
    expect.objectContaining({ code: 'DNS_SERVER_ADDRESS_NOT_CONFORM', params: { text } }),
  )
})

it.each([
  ['192.0.2.1', '192.0.2.1', 53],
  ['192.0.2.1:5353', '192.0.2.1', 5353],
  ['2001:db8::1', '2001:db8::1', 53],
  ['[2001:db8::1]', '2001:db8::1', 53],
  ['[2001:db8::1]:5353', '2001:db8::1', 5353],
  ['fe80::1%eth0', 'fe80::1%eth0', 53],
])('reads %s', (text, address, port) => {
  expect(serverAddressFrom(text)).toEqual({ address, port })
})

it('writes an address so that it can be read again', () => {
  for (const text of ['192.0.2.1', '192.0.2.1:5353', '2001:db8::1', '[2001:db8::1]:5353']) {
    expect(serverAddressText(serverAddressFrom(text))).toBe(text)
  }
})

it('knows the addresses of this machine itself', () => {
  expect(['127.0.0.1', '127.9.9.9', '::1'].every(isLoopback)).toBe(true)
  expect(['192.0.2.127', '::2', '2001:db8::1', '10.127.0.1'].some(isLoopback)).toBe(false)
})
