import { join, resolve } from 'node:path'
import type { Exchange, Transport } from '@certwright/acme'
import type { DiagnosisContext } from '../diagnosis/issue.ts'
import type { IssuanceContext, Progress } from '../issuance/issuance.ts'
import { CertwrightError } from '../runtime/error.ts'
import { progressTexts, promptTexts } from '../runtime/messages/command-texts.ts'
import { openStore, sealingOf } from '../store/open.ts'
import type { Certificate, Issuer, Store } from '../store/store.ts'
import { nearest } from '../runtime/nearest.ts'
import { withCertificateLock } from './certificate-lock.ts'
import { rootsIn } from './files.ts'
import type { Options } from './options.ts'
import type { Output } from './output.ts'
import { reportProgress } from './progress.ts'
import { promptOf, type Prompt } from './prompt.ts'
import { holdsState, stateDirectory } from './state-directory.ts'
import { traceFile, traceTo, type Trace } from './trace.ts'
import type { World } from './world.ts'

/** What one command works with. */
export interface Session {
  readonly world: World
  readonly output: Output
  readonly directory: string
  readonly signal: AbortSignal | undefined
  /** `undefined` where nobody can be asked. */
  readonly prompt: Prompt | undefined
  /** A path that a person gave, made absolute. */
  readonly path: (text: string) => string
  /** The state's store, made where it is not there. */
  readonly store: () => Promise<Store>
  /** The state's store; `undefined` where nothing was ever kept. */
  readonly keptStore: () => Promise<Store | undefined>
  /** A certificate that must be there. */
  certificate(id: string): Promise<Certificate>
  /** What everything works with but for the store, so that none is made. */
  lent(): Promise<Omit<DiagnosisContext, 'store'>>
  context(): Promise<DiagnosisContext>
  /** While no other process works on the certificate. */
  locked<T>(certificateId: string, task: () => Promise<T>): Promise<T>
  /** Lets go of everything that was opened. */
  close(): Promise<void>
}

export function sessionOf(world: World, output: Output, options: Options): Session {
  const directory = stateDirectory(options.text('state'), world)
  const signal = world.signal
  const traces = tracesOf(world, output, options)
  const transports = new Map<string, Transport>()
  let opened: Promise<Store> | undefined
  const host = world.host

  const store = async (): Promise<Store> => {
    const { env, openDatabase } = world
    opened ??= openStore({
      directory,
      sealing: sealingOf(env),
      host,
      ...(openDatabase && { openDatabase }),
    })
    return opened
  }
  const keptStore = async (): Promise<Store | undefined> =>
    holdsState(directory) ? store() : undefined
  const lent = async (): Promise<Omit<DiagnosisContext, 'store'>> => ({
    host,
    env: world.env,
    transport: await transportsOf(world, transports),
    onProgress: (progress: Progress) => reportProgress(progress, output, host.now()),
    ...asking(promptOf(world, output), output, signal),
    ...(world.fs && { fs: world.fs }),
    trustAnchors: world.trustAnchors,
    preflight: !options.off('preflight'),
    onExchange(exchange: Exchange) {
      for (const trace of traces) trace.record(exchange)
      const { attempt } = exchange
      const [, error] = /^ACME_NETWORK: (.*)$/s.exec(exchange.error ?? '') ?? []
      if (error !== undefined) {
        output.note(output.text(progressTexts.unanswered, { attempt, error }))
      }
    },
  })

  return {
    world,
    output,
    directory,
    signal,
    // Whoever looks opens standard input.
    get prompt() {
      return promptOf(world, output)
    },
    path: (text) => resolve(world.cwd, text),
    store,
    keptStore,
    async certificate(id) {
      const kept = await keptStore()
      const found = await kept?.certificate(id)
      if (found) return found
      const ids = (await kept?.certificates())?.map((certificate) => certificate.id) ?? []
      const suggestion = nearest(id, ids)
      throw suggestion === undefined
        ? new CertwrightError('CERTIFICATE_NOT_FOUND', { id, directory })
        : new CertwrightError('CERTIFICATE_NOT_FOUND_LIKE', { id, directory, suggestion })
    },
    lent,
    context: async () => ({ ...(await lent()), store: await store() }),
    locked: async (certificateId, task) =>
      withCertificateLock(
        {
          stateDirectory: directory,
          certificateId,
          host,
          signal,
          onWait: () => output.note(output.text(progressTexts.waiting, { id: certificateId })),
        },
        task,
      ),
    async close() {
      for (const transport of transports.values()) transport.close?.()
      for (const trace of traces) trace.close()
      await (await opened?.catch(() => undefined))?.close()
    },
  }
}

function tracesOf(world: World, output: Output, options: Options): Trace[] {
  const file = options.text('traceFile')
  return [
    ...(options.flag('trace') ? [traceTo(world.stderr, output.language)] : []),
    ...(file === undefined ? [] : [traceFile(resolve(world.cwd, file))]),
  ]
}

type TransportFactory = IssuanceContext['transport']

/** One transport a directory and CA file, kept open until the command ends. */
async function transportsOf(world: World, kept: Map<string, Transport>): Promise<TransportFactory> {
  const make = world.transport ?? (await httpTransport(world.env))
  return (issuer) => {
    const key = `${issuer.directoryUrl} ${issuer.caFile ?? ''}`
    const transport = kept.get(key) ?? make(issuer)
    kept.set(key, transport)
    return transport
  }
}

async function httpTransport(env: World['env']): Promise<TransportFactory> {
  const [{ nodeTransport }, { proxyRule }] = await Promise.all([
    import('@certwright/acme/node'),
    import('../runtime/proxy-rule.ts'),
  ])
  const proxy = proxyRule(env)
  return ({ caFile }: Pick<Issuer, 'directoryUrl' | 'caFile'>) =>
    nodeTransport({ proxy, ...(caFile !== undefined && { ca: rootsIn(caFile) }) })
}

/** Shows a record that a person has to add by hand, until they say that it is there. */
function asking(
  prompt: Prompt | undefined,
  output: Output,
  signal: AbortSignal | undefined,
): Pick<IssuanceContext, 'ask'> {
  if (!prompt) return {}
  return {
    async ask({ name, value, zone, ttlSeconds }) {
      const question = output.text(promptTexts.record, { name, value, zone, ttl: ttlSeconds })
      while (!(await prompt.confirm(question))) signal?.throwIfAborted()
    },
  }
}

/** Where a certificate's files go unless a person says otherwise. */
export function defaultOut(directory: string, certificateId: string): string {
  return join(directory, 'live', certificateId)
}
