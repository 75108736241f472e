import {
  AcmeError,
  acmeClient,
  getAccount,
  getDirectory,
  instantOf,
  momentOf,
  problemText,
  type AccountResource,
  type Client,
  type Directory,
  type Transport,
} from '@certwright/acme'
import { accountSigner, expectedSigner } from '../issuance/account-key.ts'
import type { IssuanceContext } from '../issuance/issuance.ts'
import { issuerName } from '../issuance/known-issuers.ts'
import { CertwrightError } from '../runtime/error.ts'
import type { Issuer } from '../store/store.ts'
import type { Finding } from './finding.ts'

/** What a look at a CA needs; no store is made for it. */
export type IssuerContext = Pick<IssuanceContext, 'host' | 'transport' | 'onExchange'>

export interface IssuerChecked {
  readonly findings: readonly Finding[]
  readonly client: Client
  /** Absent where it could not be read. */
  readonly directory?: Directory
}

/** How long the CA may take to answer. */
const deadlineMs = 20_000

/** How far two clocks may be apart before anybody should care, and before things break. */
const noticeableMs = 60_000
const harmfulMs = 30 * 60_000

/** Whether the CA's directory can be reached and trusted, and whether our clocks agree. */
export async function issuerChecked(
  issuer: Pick<Issuer, 'directoryUrl' | 'caFile'>,
  { host, transport, onExchange }: IssuerContext,
  signal?: AbortSignal,
): Promise<IssuerChecked> {
  const { directoryUrl } = issuer
  const name = issuerName(directoryUrl)
  const seen: { clock?: readonly Finding[] } = {}
  const watching = watched(transport(issuer), (date) => {
    seen.clock ??= [clockFinding(date, host.now())]
  })
  const options = { directoryUrl, transport: watching, host, ...(onExchange && { onExchange }) }
  const client = acmeClient(options)
  try {
    const directory = await getDirectory(client, { signal, deadlineMs })
    const params = { about: name, issuer: name }
    const reached: Finding = { area: 'issuer', level: 'ok', code: 'issuer-reached', params }
    return { client, directory, findings: [reached, ...(seen.clock ?? [])] }
  } catch (error) {
    if (!(error instanceof AcmeError)) throw error
    const params = { about: name, issuer: name, reason: error.message }
    const unreached: Finding = { area: 'issuer', level: 'fault', code: 'issuer-unreached', params }
    return { client, findings: [unreached, ...(seen.clock ?? [])] }
  }
}

function watched(inner: Transport, onReply: (date: string | undefined) => void): Transport {
  return {
    async exchange(request, signal) {
      const response = await inner.exchange(request, signal)
      onReply(response.headers['date'])
      return response
    },
  }
}

function clockFinding(date: string | undefined, now: number): Finding {
  const there = date === undefined ? undefined : momentOf(date)
  if (there === undefined) {
    return { area: 'clock', level: 'skipped', code: 'clock-unknown', params: { about: 'clock' } }
  }
  // The header has whole seconds.
  const apartMs = Math.max(0, Math.abs(now - there) - 1000)
  const params = {
    about: 'clock',
    seconds: Math.round(apartMs / 1000),
    here: instantOf(now),
    there: instantOf(there),
  }
  if (apartMs < noticeableMs) return { area: 'clock', level: 'ok', code: 'clock-right', params }
  const level = apartMs < harmfulMs ? 'warning' : 'fault'
  return { area: 'clock', level, code: 'clock-wrong', params }
}

/** Whether the CA still knows the account that is kept. Makes none. */
export async function accountFinding(
  issuer: Issuer | undefined,
  { client, directory }: IssuerChecked,
  { env, signal }: Pick<IssuanceContext, 'env'> & { readonly signal?: AbortSignal | undefined },
): Promise<Finding> {
  const name = issuerName(client.directoryUrl)
  const account = issuer?.accountUrl
  if (!issuer || account === undefined) {
    const bound = directory?.meta.externalAccountRequired ?? false
    const params = { about: name, issuer: name }
    return bound
      ? { area: 'account', level: 'fault', code: 'account-needs-binding', params }
      : { area: 'account', level: 'ok', code: 'account-none', params }
  }
  const params = { about: account, account }
  if (!directory) return { area: 'account', level: 'skipped', code: 'account-unasked', params }
  try {
    const { status } = await accountAtCa(issuer, account, { client, env, signal })
    return status === 'valid'
      ? { area: 'account', level: 'ok', code: 'account-valid', params }
      : { area: 'account', level: 'fault', code: 'account-unusable', params: { ...params, status } }
  } catch (error) {
    if (error instanceof CertwrightError) {
      const told = { ...params, reason: error.message }
      return { area: 'account', level: 'fault', code: 'account-key-unusable', params: told }
    }
    if (!(error instanceof AcmeError)) throw error
    const reason = error.problem ? problemText(error.problem) : error.message
    const told = { ...params, reason }
    return { area: 'account', level: 'fault', code: 'account-refused', params: told }
  }
}

interface AccountLook extends Pick<IssuanceContext, 'env'> {
  readonly client: Client
  readonly signal: AbortSignal | undefined
}

/** By the key of a rollover that is under way too: which one the CA has is not known then. */
async function accountAtCa(
  issuer: Issuer,
  url: string,
  { client, env, signal }: AccountLook,
): Promise<AccountResource> {
  const options = { signal, deadlineMs }
  const { nextKey, directoryUrl } = issuer
  if (nextKey) {
    const signer = await expectedSigner(nextKey, directoryUrl, { env })
    try {
      return await getAccount(client, { url, signer }, options)
    } catch (error) {
      if (!(error instanceof AcmeError)) throw error
    }
  }
  return getAccount(client, { url, signer: await accountSigner(issuer, { env }) }, options)
}
