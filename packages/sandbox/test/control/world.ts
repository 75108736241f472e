import { request as httpRequest } from 'node:http'
import { onTestFinished } from 'vitest'
import { newKey, send, sign, type RawReply } from '../ca/raw-client.ts'
import { csr } from '../ca/world.ts'
import { startSandbox } from '../../src/index.ts'
import type { Sandbox, SandboxCa, SandboxOptions } from '../../src/index.ts'

export interface Answer {
  readonly status: number
  readonly type: string
  readonly text: string
  readonly json: unknown
}

export interface ControlWorld {
  readonly sandbox: Sandbox
  readonly url: string
  readonly call: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Answer>
}

const atOnce = { min: 0, max: 0 }

/** A sandbox that can be controlled and validates nothing, since that is not what is tested. */
export async function newControlWorld(options: SandboxOptions = {}): Promise<ControlWorld> {
  const ca = {
    alwaysValid: true,
    nonceRejectPercent: 0,
    authorizationReusePercent: 0,
    validationDelayMs: atOnce,
    issuanceDelayMs: atOnce,
    ...options.ca,
  }
  const sandbox = await startSandbox({ control: true, ...options, ca })
  onTestFinished(async () => sandbox.close())
  const url = sandbox.controlUrl ?? ''
  return {
    sandbox,
    url,
    async call(method, path, body, headers = {}) {
      const text = body === undefined ? undefined : JSON.stringify(body)
      const json = text === undefined ? {} : { 'content-type': 'application/json' }
      return exchange(`${url}${path}`, { method, headers: { ...json, ...headers }, body: text })
    },
  }
}

interface Exchange {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

/** By hand, since `fetch` lets nobody choose the Host. */
async function exchange(url: string, { method, headers, body }: Exchange): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(url, { method, headers, agent: false }, (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('error', reject)
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString('latin1')
        const type = incoming.headers['content-type'] ?? ''
        const json: unknown = /json/.test(type) ? JSON.parse(text) : undefined
        resolve({ status: incoming.statusCode ?? 0, type, text, json })
      })
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** A client of one of the CAs that has an account and signs by it. */
export interface Member {
  readonly kid: string
  post(url: string, payload: unknown): Promise<RawReply>
  order(...names: readonly string[]): Promise<RawReply>
  /** The whole way; gives the serial. */
  issue(...names: readonly string[]): Promise<string>
}

export async function newMember(
  at: Pick<SandboxCa, 'ca' | 'directoryUrl' | 'rootPem'>,
): Promise<Member> {
  const { ca, directoryUrl, rootPem } = at
  const key = await newKey()
  const get = async (url: string, method = 'GET'): Promise<RawReply> =>
    send(url, { ca: rootPem, method })
  const directory = (await get(directoryUrl)).json as Record<string, string>
  const post = async (url: string, payload: unknown, signer: object): Promise<RawReply> => {
    const nonce = (await get(directory['newNonce'] ?? '', 'HEAD')).headers['replay-nonce']
    const text = payload === '' ? '' : JSON.stringify(payload)
    const jws = await sign(key, { alg: key.alg, nonce, url, ...signer }, text)
    const headers = { 'content-type': 'application/jose+json' }
    return send(url, { ca: rootPem, method: 'POST', headers, body: JSON.stringify(jws) })
  }
  const agreed = { termsOfServiceAgreed: true }
  const made = await post(directory['newAccount'] ?? '', agreed, { jwk: key.jwk })
  const kid = made.headers['location'] ?? ''
  const asMember = async (url: string, payload: unknown) => post(url, payload, { kid })
  const order: Member['order'] = async (...names) =>
    asMember(directory['newOrder'] ?? '', {
      identifiers: names.map((value) => ({ type: 'dns', value })),
    })
  return {
    kid,
    post: asMember,
    order,
    async issue(...names) {
      const made = await order(...names)
      for (const url of made.json['authorizations'] as string[]) {
        const { challenges } = (await asMember(url, '')).json as { challenges: { url: string }[] }
        await asMember(challenges[0]?.url ?? '', {})
      }
      const url = made.headers['location'] ?? ''
      const until = async (wanted: string): Promise<void> => {
        for (let turn = 0; turn < 200; turn++) {
          if ((await asMember(url, '')).json['status'] === wanted) return
        }
        throw new Error(`${url} never was ${wanted}`)
      }
      await until('ready')
      const der = Buffer.from(await csr({ names })).toString('base64url')
      await asMember(String(made.json['finalize']), { csr: der })
      await until('valid')
      return ca.certificates().at(-1)?.serial ?? ''
    },
  }
}
