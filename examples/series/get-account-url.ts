// Finds the URL of the account that the key has, and makes none (onlyReturnExisting, RFC 8555 §7.3.1).
import { findAccount } from '@certwright/acme'
import { accountSigner, client, print } from './settings.ts'

const found = await findAccount(client(), accountSigner())
print(found?.account.url ?? 'The key has no account at this CA.')
