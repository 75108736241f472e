import type { AlibabaOptions, Installation, RunningAlibaba } from '@certwright/sandbox'
import { expect, it, onTestFinished } from 'vitest'
import { served } from '../../../src/deploy/served.ts'
import { handshakeName } from '../../../src/deploy/targets/alibaba/bound-certificate.ts'
import type { TargetModule } from '../../../src/deploy/target-context.ts'
import type { DeployTarget, Discovered } from '../../../src/deploy/target.ts'
import { CertwrightError } from '../../../src/runtime/error.ts'
import type { DeployTargetWorld } from '../../../src/testing/index.ts'
import { actionsDone, renewals, testAccount, type TestAccount } from './account.ts'

type Values = Readonly<Record<string, string>>
type Held = Installation & { readonly wanted: NonNullable<Installation['wanted']> }

/** One place at the emulator, as a target of one product sees it. */
export interface EmulatedWorld extends Pick<AlibabaOptions, 'seed' | 'site'> {
  readonly module: TargetModule
  /** The target's own options. */
  readonly values: Values
  /** Of the certificate. */
  readonly names: readonly string[]
  /** Whether a place of the emulator, with what it holds, is the one that the target is to change. */
  readonly isPlace: (held: Held) => boolean
  /** What is there that is not ours, beside what every other place has. */
  readonly others?: (alibaba: RunningAlibaba) => unknown
  readonly wasOff?: (alibaba: RunningAlibaba) => boolean
  /** What a handshake asks for. Default: the first name of the certificate. */
  readonly servername?: string
}

/**
 * A world for `deployTargetSuite`: the target calls the emulator over HTTP with a key that may do no more than the
 * policy of its kind allows, and what it installs is looked at by handshakes.
 */
export async function emulatedWorld(given: EmulatedWorld): Promise<DeployTargetWorld> {
  const { module, values: own, names, seed, site, isPlace } = given
  const account = await testAccount({ ...(seed && { seed }), ...(site && { site }) })
  const { alibaba, context, refusing, host } = account
  const { values, secret } = account.policed(module.target, own)
  return {
    target: () => module.create(values, context),
    refused: () => module.create(values, refusing),
    host,
    bundle: renewals(names),
    held: () => heldAt(alibaba, isPlace),
    shown: async () => shownBy(alibaba, given.servername ?? handshakeName(names[0] ?? '')),
    wasOff: () => given.wasOff?.(alibaba) ?? false,
    others: () => [
      everyPlace(alibaba)
        .filter((one) => !isPlace(one))
        .map(({ product, resource, wanted }) => [product, resource, wanted.certificate.sha256]),
      structuredClone(given.others?.(alibaba)),
    ],
    count: () => alibaba.certificates.all.length + alibaba.state.slb.certificates.size,
    pass: (ms) => account.advance(ms),
    secrets: [secret],
    close: async () => alibaba.close(),
  }
}

function everyPlace({ installations }: RunningAlibaba): readonly Held[] {
  return installations.all.filter((one): one is Held => one.wanted !== undefined)
}

/** SHA-256 of what was asked for last at the one place that is meant. */
export function heldAt(
  alibaba: RunningAlibaba,
  isPlace: (held: Held) => boolean,
): string | undefined {
  return everyPlace(alibaba).find(isPlace)?.wanted.certificate.sha256
}

/** SHA-256 of what the emulator shows to a handshake for a name. */
export async function shownBy(
  { servePort: port }: Pick<RunningAlibaba, 'servePort'>,
  servername: string,
): Promise<string | undefined> {
  try {
    return (await served({ host: '127.0.0.1', port, servername })).fingerprint
  } catch (error) {
    if (error instanceof CertwrightError) return undefined
    throw error
  }
}

/** An account that is closed with the test. */
export async function emulatedAccount(options: AlibabaOptions = {}): Promise<TestAccount> {
  const account = await testAccount(options)
  onTestFinished(async () => account.alibaba.close())
  return account
}

/** A target at this account, with every right. */
export function targetAt(
  { values, context }: TestAccount,
  { create }: TargetModule,
  own: Values,
): DeployTarget {
  return create({ ...values, ...own }, context)
}

export async function discoveredAt(
  { values, context }: TestAccount,
  { discover }: TargetModule,
): Promise<readonly Discovered[]> {
  const found: Discovered[] = []
  for await (const one of discover?.(values, context) ?? []) found.push(one)
  return found
}

/** What the emulator was asked by these actions, oldest first. */
export function callsOf({ alibaba }: TestAccount, ...actions: readonly string[]) {
  return alibaba.calls.filter(({ action }) => actions.includes(action))
}

/** The last test of a target's file: its policy grants what it needs, as all the others show, and no more. */
export function policyIsTheLeast({ target: { name, permissions } }: TargetModule): void {
  it(`${name} is granted nothing that it never does`, () => {
    const done = actionsDone()
    const granted = permissions.map(({ action }) => action)
    expect(granted.filter((action) => !done.has(action.replace(/^.*:/, '')))).toEqual([])
  })
}
