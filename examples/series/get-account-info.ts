// Prints what the CA keeps of the account. The request has no payload: POST-as-GET (RFC 8555 §6.3).
// The series sent {} instead, which was the way in 2018 and is an update today.
import { getAccount } from '@certwright/acme'
import { account, client, print } from './settings.ts'

const ca = client()
const own = await account(ca)
print(own.url)
print(await getAccount(ca, own))
