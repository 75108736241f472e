// Prints the CA's directory: where each kind of request goes (RFC 8555 §7.1.1).
// A member with a random name may be among them. It is there so that clients learn to pass over what they do not know.
import { get } from '@certwright/acme'
import { client, print } from './settings.ts'

const ca = client()
const { headers, body } = await get(ca, ca.directoryUrl)
print(`Content-Type: ${headers['content-type']}`)
print(JSON.parse(new TextDecoder().decode(body)))
