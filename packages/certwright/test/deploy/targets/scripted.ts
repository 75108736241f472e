import type { TargetContext, TargetModule } from '../../../src/deploy/target-context.ts'
import type { DeployTarget, Discovered } from '../../../src/deploy/target.ts'
import type { DeployTargetWorld } from '../../../src/testing/index.ts'
import { renewals, testAccount, type TestAccount } from './account.ts'

/** One call of a product's API. */
export interface ScriptedCall {
  readonly action: string
  readonly method: string
  readonly path: string
  /** Of the form and of the query, as they are on the wire. */
  readonly parameters: Readonly<Record<string, string>>
  readonly body: unknown
}

/** What a product answers, by action: a reply, or a `Response` where it is none of HTTP 200. */
export type Script = Readonly<Record<string, (call: ScriptedCall) => unknown>>

/** An account with one more product, which a test has written down. The store is the emulator's. */
export interface ScriptedAccount extends TestAccount {
  /** What the product was asked, oldest first. */
  readonly asked: readonly ScriptedCall[]
}

export async function scriptedAccount(script: Script): Promise<ScriptedAccount> {
  const account = await testAccount()
  const asked: ScriptedCall[] = []
  const answering: typeof fetch = async (input, init) => {
    const call = callOf(input, init)
    const answer = script[call.action]
    if (!answer) return fetch(input, init)
    asked.push(call)
    const reply = answer(call)
    return reply instanceof Response ? reply : Response.json({ RequestId: 'R-1', ...Object(reply) })
  }
  const refusing: typeof fetch = async (input, init) => {
    const holdsKey = typeof init?.body === 'string' && init.body.includes('PRIVATE')
    return holdsKey ? account.refusing.host.fetch(input, init) : answering(input, init)
  }
  const context = (fetched: typeof fetch): TargetContext => ({
    host: { ...account.host, fetch: fetched },
    env: {},
  })
  return { ...account, asked, context: context(answering), refusing: context(refusing) }
}

function callOf(input: Parameters<typeof fetch>[0], init: RequestInit = {}): ScriptedCall {
  const url = new URL(String(input instanceof Request ? input.url : input))
  const headers = new Headers(init.headers)
  const text = typeof init.body === 'string' ? init.body : ''
  const isJson = headers.get('content-type')?.includes('json') ?? false
  const form = new URLSearchParams(isJson ? '' : text)
  return {
    action: headers.get('x-acs-action') ?? '',
    method: init.method ?? 'GET',
    path: url.pathname,
    parameters: Object.fromEntries([...url.searchParams, ...form]),
    body: isJson ? (JSON.parse(text) as unknown) : undefined,
  }
}

/** A refusal as every product tells it. */
export function refusal(Code: string, status = 400, Message = 'No.'): Response {
  return Response.json({ Code, Message, RequestId: 'R-1' }, { status })
}

/** The list under a name: `Certificates.1.CertificateId`, `CertificateIds.1`. */
export function listIn(call: ScriptedCall, name: string, member?: string): string[] {
  const found: string[] = []
  for (let i = 1; ; i += 1) {
    const value = call.parameters[[name, i, member].filter(Boolean).join('.')]
    if (value === undefined) return found
    found.push(value)
  }
}

export interface ScriptedWorld {
  readonly module: TargetModule
  readonly values: Readonly<Record<string, string>>
  readonly names: readonly string[]
  readonly script: Script
  /** The reference to the store, or the digest, of what the place holds. */
  readonly held: () => string | undefined
  /** What stands beside it. */
  readonly others?: () => unknown
  readonly count?: () => number
  readonly wasOff?: (calls: readonly ScriptedCall[]) => boolean
}

/** A world for `deployTargetSuite`. */
export async function scriptedWorld(given: ScriptedWorld): Promise<DeployTargetWorld> {
  const account = await scriptedAccount(given.script)
  const { alibaba, context, refusing, host } = account
  const { create } = given.module
  const values = { ...account.values, ...given.values }
  return {
    target: () => create(values, context),
    refused: () => create(values, refusing),
    host,
    bundle: renewals(given.names),
    held: () => digestOf(account, given.held()),
    wasOff: () => given.wasOff?.(account.asked) ?? false,
    others: () => structuredClone(given.others?.()),
    count: () => alibaba.certificates.all.length + (given.count?.() ?? 0),
    secrets: [alibaba.accessKeySecret],
    close: async () => alibaba.close(),
  }
}

/** SHA-256 of the certificate that a reference to the store leads to; a digest is itself. */
export function digestOf(
  { alibaba }: TestAccount,
  reference: string | undefined,
): string | undefined {
  if (reference === undefined || /^[0-9a-f]{64}$/.test(reference)) return reference
  return alibaba.certificates.get(Number(reference.split('-')[0]))?.certificate.sha256
}

/** A target at this account. */
export function targetAt(
  account: ScriptedAccount,
  { create }: TargetModule,
  values: Readonly<Record<string, string>>,
): DeployTarget {
  return create({ ...account.values, ...values }, account.context)
}

export async function discoveredAt(
  account: ScriptedAccount,
  { discover }: TargetModule,
): Promise<readonly Discovered[]> {
  const found: Discovered[] = []
  for await (const one of discover?.(account.values, account.context) ?? []) found.push(one)
  return found
}
