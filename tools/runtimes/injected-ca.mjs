// A CA that is a `fetch`, and time that is a number: what the list needs no network and no waiting for.

/**
 * @import { Host } from '@certwright/acme'
 * @typedef {{ now?: () => number, busy?: number, looks?: readonly string[] }} Behaviour
 */

/**
 * Time that passes only by sleeping.
 * @type {() => Host & { slept: number[] }}
 */
export function heldHost() {
  let now = Date.UTC(2026, 0, 1)
  /** @type {number[]} */
  const slept = []
  return {
    slept,
    now: () => now,
    random: () => 0.5,
    async sleep(ms) {
      slept.push(ms)
      now += ms
    },
  }
}

const base = 'https://ca.test'
const objects = {
  '/dir': {
    newNonce: `${base}/nonce`,
    newAccount: `${base}/new-account`,
    newOrder: `${base}/new-order`,
    meta: { profiles: { classic: 'the usual one' } },
  },
  '/new-account': { status: 'valid' },
  '/authz/1': {
    status: 'pending',
    identifier: { type: 'dns', value: 'a.test' },
    challenges: [
      { type: 'http-01', url: `${base}/challenge/1`, token: 'token-1', status: 'pending' },
    ],
  },
}
const order = {
  status: 'pending',
  identifiers: [{ type: 'dns', value: 'a.test' }],
  authorizations: [`${base}/authz/1`],
  finalize: `${base}/finalize/1`,
}

/** @type {(body: unknown) => string | undefined} */
const nonceIn = (body) => {
  if (typeof body !== 'string') return undefined
  const jws = /** @type {{ protected: string }} */ (JSON.parse(body))
  const header = atob(jws.protected.replaceAll('-', '+').replaceAll('_', '/'))
  return /** @type {{ nonce?: string }} */ (JSON.parse(header)).nonce
}

/**
 * `busy` orders are refused with 503 and seven seconds. Each look at an order that is not done yet says one of `looks`
 * in its Retry-After; `date` is the moment five seconds ahead.
 * @type {(behaviour?: Behaviour) => { fetch: typeof globalThis.fetch, seen: { path: string, nonce?: string }[] }}
 */
export function answers({ now = () => 0, busy = 0, looks = [] } = {}) {
  /** @type {{ path: string, nonce?: string }[]} */
  const seen = []
  const waits = [...looks]
  let [nonces, refusals] = [0, busy]
  /** @type {(status: number, body: unknown, headers?: Record<string, string>) => Response} */
  const reply = (status, body, headers = {}) => {
    nonces += 1
    return new Response(status === 204 ? null : JSON.stringify(body), {
      status,
      headers: {
        'content-type': status < 400 ? 'application/json' : 'application/problem+json',
        'replay-nonce': `nonce-${nonces}`,
        ...headers,
      },
    })
  }
  return {
    seen,
    async fetch(input, init) {
      const path = new URL(new Request(input).url).pathname
      const nonce = nonceIn(init?.body)
      seen.push({ path, ...(nonce !== undefined && { nonce }) })
      if (path === '/nonce') return reply(init?.method === 'HEAD' ? 200 : 204, undefined)
      if (path === '/new-account') {
        return reply(201, objects[path], { location: `${base}/account/1` })
      }
      if (path === '/new-order') {
        refusals -= 1
        if (refusals >= 0) return reply(503, { detail: 'busy' }, { 'retry-after': '7' })
        return reply(201, order, { location: `${base}/order/1` })
      }
      if (path === '/order/1') {
        const wait = waits.shift()
        if (wait === undefined) return reply(200, { ...order, status: 'valid' })
        const date = new Date(now() + 5000).toUTCString()
        return reply(200, order, { 'retry-after': wait === 'date' ? date : wait })
      }
      return reply(200, objects[/** @type {'/dir'} */ (path)])
    },
  }
}
