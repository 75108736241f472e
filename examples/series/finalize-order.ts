// Hands in the CSR once every name is proven (RFC 8555 §7.4), and waits until the CA has made the certificate.
import { readFileSync } from 'node:fs'
import { finalizeOrder, pemDecode, pollOrder } from '@certwright/acme'
import { account, client, keepOrder, keptOrder, print, setting } from './settings.ts'

const [block] = pemDecode(readFileSync(setting('CSRFile'), 'utf8'))
if (block === undefined) throw new Error(`${setting('CSRFile')} holds no CSR`)

const ca = client()
const own = await account(ca)
const order = keptOrder()
await finalizeOrder(ca, own, order, block.der)
const valid = await pollOrder(ca, own, order.url, { until: ({ status }) => status === 'valid' })
keepOrder(valid)
print(`The order is ${valid.status}; its certificate: ${valid.certificate}`)
