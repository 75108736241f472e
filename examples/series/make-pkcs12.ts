// Bundles the certificate with its key as PKCS#12 for IIS: certificate.pfx, under the password in PFX_PASSWORD.
// On Windows:  Import-PfxCertificate -FilePath certificate.pfx -CertStoreLocation Cert:\LocalMachine\My -Password …
// Windows Server 2016 and older need --legacy, as they do not know the newer encryption.
import { writeFileSync } from 'node:fs'
import { exportBundle, Secret } from 'certwright'
import { bundle } from './install.ts'
import { print } from './settings.ts'

const password = process.env['PFX_PASSWORD']
if (password === undefined) throw new Error('set PFX_PASSWORD')
const format = process.argv.includes('--legacy') ? 'pkcs12-legacy' : 'pkcs12'
const [file] = exportBundle(bundle(), { format, password: new Secret(password) })
writeFileSync('certificate.pfx', file.bytes, { mode: 0o600 })
print('certificate.pfx: the key and its chain')
