import type { RunningAlibaba } from '../../src/alibaba/alibaba.ts'
import { genericSdk, refusalOf } from './sdk.ts'
import type { Key, SdkError } from './sdk.ts'

type Body = Readonly<Record<string, unknown>>

/** Calls RPC actions of one version through the official generic SDK, parameters in the form body. */
export function rpcCaller(alibaba: RunningAlibaba, version: string, key: Key = alibaba) {
  const sdk = genericSdk(alibaba, { key })
  const call = async (action: string, parameters: Body = {}): Promise<Body> =>
    (await sdk({ action, version, body: parameters })).body
  const refusal = async (action: string, parameters?: Body): Promise<SdkError> =>
    refusalOf(call(action, parameters))
  return { call, refusal }
}

interface RoaCall {
  readonly action: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly query?: Body
  readonly body?: unknown
}

/** Calls ROA actions of one version through the official generic SDK. */
export function roaCaller(alibaba: RunningAlibaba, version: string, key: Key = alibaba) {
  const sdk = genericSdk(alibaba, { key })
  const call = async ({ path: pathname, ...rest }: RoaCall): Promise<Body> =>
    (await sdk({ ...rest, version, style: 'ROA', pathname, reqBodyType: 'json' })).body
  const refusal = async (asked: RoaCall): Promise<SdkError> => refusalOf(call(asked))
  return { call, refusal }
}

/** Asks again until the reply is as wanted; fails after too many times, with what was told last. */
export async function until<Reply>(
  ask: () => Promise<Reply>,
  wanted: (reply: Reply) => boolean,
): Promise<Reply> {
  let reply = await ask()
  for (let i = 0; i < 10 && !wanted(reply); i += 1) reply = await ask()
  if (!wanted(reply)) throw new Error(`it stays ${JSON.stringify(reply)}`)
  return reply
}
