import {
  AcmeError,
  createCsr,
  obtain,
  type Account,
  type Client,
  type ClientOptions,
  type Obtained,
  type ObtainOptions,
  type Solver,
} from '@certwright/acme'
import { fakeCa, knownAccount, newSigner, type FakeCa, type FakeCaOptions } from '../fake-ca.ts'

export const identifiers = [{ type: 'dns', value: 'example.org' }]

export interface World {
  readonly ca: FakeCa
  readonly client: Client
  readonly account: Account
  readonly run: (options?: Partial<ObtainOptions>) => Promise<Obtained>
}

/** A CA with these manners, and a client that has an account there and solves dns-01 by doing nothing. */
export async function world(
  options: FakeCaOptions = {},
  client: Partial<ClientOptions> = {},
): Promise<World> {
  const ca = fakeCa(options)
  const account = await knownAccount(ca)
  const made = ca.client(client)
  const run: World['run'] = async (more = {}) =>
    obtain(made, account, {
      identifiers,
      solvers: [idleSolver()],
      csr: async () =>
        createCsr({ identifiers: more.identifiers ?? identifiers, key: await newSigner() }),
      ...more,
    })
  return { ca, client: made, account, run }
}

export function idleSolver(more: Partial<Solver> = {}): Solver {
  return {
    type: 'dns-01',
    present: async ({ token }) => ({ token }),
    cleanUp: async () => undefined,
    ...more,
  }
}

/** The nonce of every signed request to a path that begins so, in order. */
export function noncesTo({ seen }: FakeCa, path: string): unknown[] {
  return seen
    .filter(({ method, path: at }) => method === 'POST' && at.startsWith(path))
    .map((request) => request.protected?.['nonce'])
}

export function count({ calls }: FakeCa, call: string): number {
  return calls().filter((one) => one === call).length
}

/** What a promise that must fail rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<AcmeError> {
  const error: unknown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (error instanceof AcmeError) return error
  throw new Error('expected an AcmeError', { cause: error })
}
