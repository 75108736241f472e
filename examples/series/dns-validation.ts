// Proves every name of the order by DNS (RFC 8555 §8.4): adds the TXT values, waits until every name server has them,
// tells the CA, waits for its judgement, and removes exactly what was added.
import { getAuthorization, keyAuthorization, pollOrder, respondToChallenge } from '@certwright/acme'
import type { ChallengeReceipt, ChallengeWork } from '@certwright/acme'
import { solver } from './dns.ts'
import { account, client, keepOrder, keptOrder, print } from './settings.ts'

const ca = client()
const own = await account(ca)
const order = keptOrder()
const works: ChallengeWork[] = []
for (const authorizationUrl of order.authorizations) {
  const { identifier, wildcard, status, challenges } = await getAuthorization(
    ca,
    own,
    authorizationUrl,
  )
  if (status === 'valid') continue
  const { url = '', token = '' } = challenges.find(({ type }) => type === 'dns-01') ?? {}
  const proof = await keyAuthorization(token, own.signer.jwk)
  works.push({ type: 'dns-01', identifier, wildcard, token, keyAuthorization: proof, url })
}

const dns = await solver()
const receipts: ChallengeReceipt[] = []
try {
  for (const work of works) receipts.push(await dns.present(work))
  await dns.settle?.(works)
  for (const { url } of works) await respondToChallenge(ca, own, url)
  const ready = await pollOrder(ca, own, order.url, { until: ({ status }) => status === 'ready' })
  keepOrder(ready)
  print(`The order is ${ready.status}.`)
} finally {
  for (const receipt of receipts) await dns.cleanUp(receipt)
}
