import type { Identifier } from '@certwright/acme'
import { provenIdentifiers } from '../issuance/ancestor.ts'
import type { WantedRecord } from '../issuance/dns-persist.ts'
import type { CertwrightError } from '../runtime/error.ts'
import { isByDns, type ChallengeSettings } from '../solvers/challenge-settings.ts'
import type { SolverContext } from '../solvers/registry.ts'
import { caaFinding } from './caa.ts'
import { dnssecFinding } from './dnssec.ts'
import type { Area, Finding } from './finding.ts'
import { inTurns } from './in-turns.ts'
import type { Lookup } from './lookup.ts'
import { portsChecked, type PortsChecked } from './ports.ts'
import { recordFindings } from './records.ts'

/** Names that a CA is to be asked for, and how they are to be proven. */
export interface NamesRequest {
  readonly identifiers: readonly Identifier[]
  readonly challenge: ChallengeSettings
  /** The names by which CAA records know the CA; empty where it does not say. */
  readonly caaIdentities: readonly string[]
  /** Those that are known of it otherwise, for where it does not say. */
  readonly knownIdentities?: readonly string[] | undefined
  /** Absent where there is no account yet. */
  readonly accountUrl?: string | undefined
  /** How far the CA sees: `machine` is one for trials here, which connects to the ports that we listen on. */
  readonly reach: 'internet' | 'network' | 'machine'
  /** The records that prove names by dns-persist-01, where it is known what they have to say. */
  readonly persistRecords?: readonly WantedRecord[] | undefined
}

export interface NamesContext {
  readonly lookup: Lookup
  /** Lent to the solver and the DNS provider that are tried. */
  readonly solvers: SolverContext
  /** How long all of it may take, in real time; by default 20 s. */
  readonly patienceMs?: number
}

export interface NamesChecked {
  readonly findings: readonly Finding[]
  /** What the solver could not do: it would fail in the same way with the order made. */
  readonly hindrance?: CertwrightError
}

/** The name without `*.`. */
export function baseName({ value }: Identifier): string {
  return value.replace(/^\*\./, '')
}

/** Looks at everything that a CA will look at. Writes nothing into DNS; answers for a moment on the ports it tries. */
export async function checkNames(
  request: NamesRequest,
  context: NamesContext,
  signal?: AbortSignal,
): Promise<NamesChecked> {
  const { identifiers, challenge } = request
  const hosts = hostsOf(provenIdentifiers(request))
  const names = domainsOf(hosts)
  const about = hosts.map(({ value }) => value).join(', ')
  const inTime = timed({ about, ...context }, signal)
  const byDns = isByDns(challenge.type)
  const asked = [...new Set([...domainsOf(hostsOf(identifiers)), ...names])]

  const [policy, security, rest] = await Promise.all([
    inTime('caa', async (either) => ({ findings: await caaFindings(request, context, either) })),
    inTime('dnssec', async (either) => ({
      findings: await securityFindings(asked, byDns, context, either),
    })),
    byDns
      ? inTime('dns', async (either) => ({
          findings: await recordFindings(names, request, context, either),
        }))
      : inTime('port', async (either) => portsChecked(hosts, request, context, either)),
  ])
  return { ...rest, findings: [...policy.findings, ...security.findings, ...rest.findings] }
}

/** Each once, without `*.`. */
function hostsOf(identifiers: readonly Identifier[]): readonly Identifier[] {
  return [
    ...new Map(
      identifiers.map((one) => [baseName(one), { ...one, value: baseName(one) }]),
    ).values(),
  ]
}

function domainsOf(hosts: readonly Identifier[]): readonly string[] {
  return hosts.filter(({ type }) => type === 'dns').map(({ value }) => value)
}

type InTime = (
  area: Area,
  task: (signal: AbortSignal) => Promise<PortsChecked>,
) => Promise<PortsChecked>

/** What takes too long is given up, and the rest is told. */
function timed(
  { about, patienceMs = 20_000 }: Pick<NamesContext, 'patienceMs'> & { readonly about: string },
  signal: AbortSignal | undefined,
): InTime {
  // Real time, even where a lent clock leaps: sockets wait in no other.
  const patience = AbortSignal.timeout(patienceMs)
  const either = signal ? AbortSignal.any([signal, patience]) : patience
  return async (area, task) => {
    try {
      return await task(either)
    } catch (error) {
      signal?.throwIfAborted()
      if (!patience.aborted) throw error
      const params = { about, seconds: patienceMs / 1000 }
      return { findings: [{ area, level: 'skipped', code: 'check-late', params }] }
    }
  }
}

async function caaFindings(
  { identifiers, caaIdentities, knownIdentities, accountUrl, challenge }: NamesRequest,
  { lookup }: NamesContext,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const request = { caaIdentities, knownIdentities, accountUrl, method: challenge.type }
  const names = identifiers.filter(({ type }) => type === 'dns').map(({ value }) => value)
  return inTurns(names, async (name) => caaFinding(name, request, lookup, signal))
}

/** Of the answers that a CA needs about each name; TXT records come and go, so that they are not asked for. */
async function securityFindings(
  names: readonly string[],
  byDns: boolean,
  { lookup }: NamesContext,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const types = byDns ? (['CAA'] as const) : (['CAA', 'A', 'AAAA'] as const)
  return inTurns(names, async (name) => dnssecFinding(name, types, lookup, signal))
}
