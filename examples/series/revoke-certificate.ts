// Revokes the certificate (RFC 8555 §7.6): nobody should trust it any more, and that cannot be undone.
// Reason 4, superseded: another one has taken its place. A stolen key is reason 1, keyCompromise.
import { readFileSync } from 'node:fs'
import { readChain, revokeCertificate } from '@certwright/acme'
import { account, client, confirm, print, setting } from './settings.ts'

const file = process.argv.find((argument) => argument.endsWith('.pem')) ?? setting('ChainFile')
const [certificate = new Uint8Array()] = readChain(readFileSync(file, 'utf8'))
if (!(await confirm(`Revoke the certificate in ${file}?`))) process.exit(1)
const ca = client()
await revokeCertificate(ca, await account(ca), { certificate, reason: 4 })
print(`${file}: revoked`)
