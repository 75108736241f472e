// Makes the account key: RSA, 4096 bits. It signs everything that you say to the CA.
// Lost, nobody can act for the account; stolen, others can revoke its certificates and close it. Keep a copy.
import { writeFileSync } from 'node:fs'
import { generateKeyObject } from '@certwright/acme/node'
import { print, setting } from './settings.ts'

const file = setting('AccountKeyFile')
const key = await generateKeyObject('rsa4096')
const pem = key.export({ type: 'pkcs8', format: 'pem' })
// "wx" fails where there is a file: a key is never overwritten.
writeFileSync(file, pem, { flag: 'wx', mode: 0o600 })
print(`${file}: a new account key`)
