// Prints what the CA wants to see for each name of the order (RFC 8555 §7.5), and what to publish for it.
import { dns01Name, dns01Value, getAuthorization, keyAuthorization } from '@certwright/acme'
import { account, client, keptOrder, print } from './settings.ts'

const ca = client()
const own = await account(ca)
for (const url of keptOrder().authorizations) {
  const { identifier, wildcard, status, challenges } = await getAuthorization(ca, own, url)
  print(`${wildcard ? '*.' : ''}${identifier.value}: ${status}`)
  for (const { type, token } of challenges) {
    if (token === undefined) continue
    const proof = await keyAuthorization(token, own.signer.jwk)
    if (type === 'dns-01') {
      print(`  dns-01   ${dns01Name(identifier.value)} TXT ${await dns01Value(proof)}`)
    }
    if (type === 'http-01') {
      print(`  http-01  http://${identifier.value}/.well-known/acme-challenge/${token} ${proof}`)
    }
  }
}
