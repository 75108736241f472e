// Makes the certificate request (CSR, RFC 2986): the names, the public key, and a signature by the private one.
// The names stand in the extension subjectAltName. Browsers read nothing else; the common name is decoration.
import { readFileSync, writeFileSync } from 'node:fs'
import { createCsr, identifierFrom, pemEncode } from '@certwright/acme'
import { keyObjectSigner, readKeyObject } from '@certwright/acme/node'
import { print, setting, settings } from './settings.ts'

const key = keyObjectSigner(readKeyObject(readFileSync(setting('CertificateKeyFile'), 'utf8')))
const identifiers = settings('Names').map(identifierFrom)
const [first] = identifiers
const der = await createCsr({ identifiers, key, ...(first && { commonName: first.value }) })
writeFileSync(setting('CSRFile'), pemEncode('CERTIFICATE REQUEST', der))
print(`${setting('CSRFile')}: a request for ${settings('Names').join(', ')}`)
