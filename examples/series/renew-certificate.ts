// Renews the certificate when the CA says that it is time (ARI, RFC 9773), or at once with --force.
// obtain() is all that came before in one call: order, proof, CSR, download.
import { readFileSync, writeFileSync } from 'node:fs'
import {
  certificateId,
  getRenewalInfo,
  identifierFrom,
  obtain,
  pemDecode,
  readChain,
} from '@certwright/acme'
import { solver } from './dns.ts'
import { account, client, print, setting, settings } from './settings.ts'

const [leaf = new Uint8Array()] = readChain(readFileSync(setting('ChainFile'), 'utf8'))
const [csr] = pemDecode(readFileSync(setting('CSRFile'), 'utf8'))
if (csr === undefined) throw new Error(`${setting('CSRFile')} holds no CSR`)

const ca = client()
const { suggestedWindow } = await getRenewalInfo(ca, leaf)
print(`The CA suggests to renew from ${new Date(suggestedWindow.start).toISOString()}.`)
if (Date.now() >= suggestedWindow.start || process.argv.includes('--force')) {
  const { chain } = await obtain(ca, await account(ca), {
    identifiers: settings('Names').map(identifierFrom),
    solvers: [await solver()],
    csr: () => Promise.resolve(csr.der),
    // Tells the CA which certificate this one replaces, which exempts it from rate limits.
    replaces: certificateId(leaf),
  })
  writeFileSync(setting('ChainFile'), chain.pem)
  print(`${setting('ChainFile')}: renewed`)
}
