// Orders a certificate for the names in the CSR (RFC 8555 §7.4), and keeps the order for the next program.
import { readFileSync } from 'node:fs'
import { identifierFrom, newOrder, pemDecode, readCsr } from '@certwright/acme'
import { account, client, keepOrder, orderFile, print, setting } from './settings.ts'

const [block] = pemDecode(readFileSync(setting('CSRFile'), 'utf8'))
if (block === undefined) throw new Error(`${setting('CSRFile')} holds no CSR`)
const { dnsNames, ipAddresses } = readCsr(block.der)
const identifiers = [...dnsNames, ...ipAddresses].map(identifierFrom)

const ca = client()
const order = await newOrder(ca, await account(ca), { identifiers })
keepOrder(order)
print(order)
print(`The order is kept in ${orderFile}.`)
