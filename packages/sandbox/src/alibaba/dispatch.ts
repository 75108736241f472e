import { randomUUID } from 'node:crypto'
import { httpDateOf } from '../clock.ts'
import { createAuthentication, schemeOf } from './authentication.ts'
import { hasSecret, loggedParameters } from './call-log.ts'
import type { LoggedCall } from './call-log.ts'
import { Refusal, refuse } from './errors.ts'
import type { Fault, Faults } from './faults.ts'
import { said } from './request.ts'
import { apiRoute, restRoute } from './route.ts'
import type { Opened } from './route.ts'
import type { Exchange, RawReply } from './server.ts'
import type { World } from './world.ts'

interface DispatchOptions {
  readonly world: World
  readonly opened: readonly Opened[]
  readonly faults: Faults
  readonly calls: LoggedCall[]
}

/** Answers requests: who asks, may he, not too fast, are the parameters there; then the product's own handler. */
export function createDispatch({ world, opened, faults, calls }: DispatchOptions): Exchange {
  const authenticate = createAuthentication(world.accounts, world.clock)

  return async (request) => {
    const requestId = randomUUID().toUpperCase()
    const scheme = schemeOf(request)
    const spoken = said(request)
    const route =
      scheme === 'oss'
        ? restRoute(request, opened, world)
        : apiRoute({ request, spoken, opened, world })
    const { action, version, found } = route
    const product = found?.product
    const parameters = loggedParameters(spoken)
    const fault = product
      ? faults({ product, action, parameters, earlier: countOf(calls, product, action) })
      : undefined
    let accessKeyId: string | undefined
    const outcome = await attempt(async () => {
      if (!found) throw refuse('InvalidApi.NotFound')
      const account = authenticate(request, spoken.values)
      accessKeyId = account.accessKeyId
      if (fault) await strike(fault, world)
      const { ram, denial, perSecond } = found
      world.throttling.check({ accessKeyId, product: found.product, action, perSecond })
      const resource = found.resource(account)
      world.permissions.check(account, { ram, action, resource, denial })
      return found.run(account, requestId)
    })
    const { refusal, failure } = outcome
    const reply = refusal ? route.refusal(refusal, requestId) : outcome.reply
    calls.push({
      product,
      action,
      version,
      parameters,
      method: request.method,
      scheme,
      accessKeyId,
      secretInUrl: hasSecret(request.query),
      requestId,
      status: reply?.status ?? 0,
      ...(refusal ? { code: refusal.code } : {}),
      ...(refusal?.assumed ? { assumed: true } : {}),
      ...(failure === undefined ? {} : { failure }),
    })
    const cut = !reply || (fault?.kind === 'cut' && fault.when === 'after')
    if (cut) return undefined
    const common = { date: httpDateOf(world.clock.now()), 'x-acs-request-id': requestId }
    return { ...reply, headers: { ...common, ...reply.headers } }
  }
}

function countOf(calls: readonly LoggedCall[], product: string, action: string): number {
  return calls.filter((call) => call.product === product && call.action === action).length
}

/** The connection is to be cut at once. */
class Cut extends Error {
  override readonly name = 'Cut'
}

async function strike(fault: Fault, { clock }: World): Promise<void> {
  if (fault.kind === 'delay') await clock.sleep(fault.ms)
  if (fault.kind === 'cut' && fault.when === 'before') throw new Cut()
  if (fault.kind !== 'refuse') return
  const { code, status = 503, message = 'The request was refused on purpose.' } = fault
  throw new Refusal(code, { status, message })
}

interface Outcome {
  readonly reply?: RawReply
  readonly refusal?: Refusal
  readonly failure?: unknown
}

async function attempt(run: () => Promise<RawReply>): Promise<Outcome> {
  try {
    return { reply: await run() }
  } catch (error) {
    if (error instanceof Cut) return {}
    if (error instanceof Refusal) return { refusal: error }
    return { refusal: refuse('InternalError'), failure: error }
  }
}
