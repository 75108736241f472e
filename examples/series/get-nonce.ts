// Prints a nonce: a number used once, which the next signed request must contain (RFC 8555 §7.2).
// The CA sends it as the header Replay-Nonce. Every later reply brings another one, so that it need not be asked for.
import { getDirectory, newNonce } from '@certwright/acme'
import { client, print } from './settings.ts'

const ca = client()
const { newNonce: url } = await getDirectory(ca)
print(`GET ${url}`)
print(`Replay-Nonce: ${await newNonce(ca)}`)
