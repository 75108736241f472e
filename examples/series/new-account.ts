// Makes an account for the account key (RFC 8555 §7.3). A key that has one already is answered with that account.
// Where there is no key, it offers to make one; before it asks the CA, it asks you about the terms of service.
import { existsSync } from 'node:fs'
import { getDirectory, newAccount } from '@certwright/acme'
import { accountSigner, client, confirm, print, setting, settings } from './settings.ts'

const file = setting('AccountKeyFile')
if (!existsSync(file)) {
  if (!(await confirm(`There is no ${file}. Make a key?`))) process.exit(1)
  await import('./make-account-key.ts')
}

const ca = client()
const { termsOfService } = (await getDirectory(ca)).meta
if (termsOfService !== undefined && !(await confirm(`Do you agree to ${termsOfService} ?`))) {
  process.exit(1)
}
const request = { contact: settings('Contacts'), termsOfServiceAgreed: true }
const { account, created } = await newAccount(ca, accountSigner(), request)
print(created ? 'A new account:' : 'The key had this account already:')
print(account.url)
