// Replaces the account's contacts by those of acme.ini (RFC 8555 §7.3.2). Some CAs keep none any more.
import { updateAccount } from '@certwright/acme'
import { account, client, print, settings } from './settings.ts'

const ca = client()
print(await updateAccount(ca, await account(ca), { contact: settings('Contacts') }))
