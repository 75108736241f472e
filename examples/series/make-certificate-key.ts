// Makes the certificate key: RSA, 4096 bits. It belongs to your web site and never leaves it.
// It must not be the account key (RFC 8555 §11.1).
import { writeFileSync } from 'node:fs'
import { generateKeyObject } from '@certwright/acme/node'
import { print, setting } from './settings.ts'

const file = setting('CertificateKeyFile')
const key = await generateKeyObject('rsa4096')
const pem = key.export({ type: 'pkcs8', format: 'pem' })
writeFileSync(file, pem, { flag: 'wx', mode: 0o600 })
print(`${file}: a new certificate key`)
