// Downloads the certificate with its chain (RFC 8555 §7.4.2): yours first, each next one certifies the one before it.
import { writeFileSync } from 'node:fs'
import { downloadCertificate, readCertificate } from '@certwright/acme'
import { account, client, keptOrder, print, setting } from './settings.ts'

const { certificate } = keptOrder()
if (certificate === undefined)
  throw new Error('the order has no certificate: run finalize-order.ts')
const ca = client()
const chain = await downloadCertificate(ca, await account(ca), certificate)
writeFileSync(setting('ChainFile'), chain.pem)

const [leaf = new Uint8Array()] = chain.certificates
const { notAfter } = readCertificate(leaf)
print(`${setting('ChainFile')}: ${chain.certificates.length} certificates`)
print(`Valid until ${new Date(notAfter).toISOString()}`)
