// Closes the account for good (RFC 8555 §7.3.6). Its certificates stay valid; its key can never be used again.
import { deactivateAccount } from '@certwright/acme'
import { account, client, confirm, print } from './settings.ts'

const ca = client()
const own = await account(ca)
if (!(await confirm(`Close ${own.url} for good?`))) process.exit(1)
print(await deactivateAccount(ca, own))
