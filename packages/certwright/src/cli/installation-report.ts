import { isIP } from 'node:net'
import { instantOf } from '@certwright/acme'
import type { ObservedEndpoint } from '../deploy/look.ts'
import type { StartTls } from '../deploy/starttls.ts'
import type { CommandOutcome } from '../deploy/target.ts'
import type { Verdict } from '../deploy/verify-installation.ts'
import type { Outcome } from '../manager/installations.ts'
import { deployTexts } from '../runtime/messages/deploy-texts.ts'
import type { Installation } from '../store/store.ts'
import type { Deployment } from './deployment.ts'
import { errorDocument, type ErrorDocument } from './error-report.ts'
import type { Output } from './output.ts'

/** One endpoint as `--json` shows it. */
export interface EndpointDocument {
  readonly endpoint: string
  readonly servername: string
  /** Where the endpoint's host is a name. */
  readonly address?: string
  readonly starttls?: StartTls
  readonly verdict: Verdict
  readonly reason?: string
  readonly fingerprint?: string
  readonly notAfter?: string
}

/** One installation as `--json` shows it. Others script against this: members are only added. Never a secret. */
export interface InstalledDocument {
  readonly target: string
  readonly domain?: string
  /** SHA-256 of the certificate that should be there, hex. */
  readonly fingerprint: string
  /** Whether anything had to be written. */
  readonly written: boolean
  /** What the target says of it, where it says anything. */
  readonly says?: Verdict
  /** Whether it has endpoints and every one of them serves it. */
  readonly served: boolean
  /** Whether nothing that was looked at denies it. */
  readonly proven: boolean
  /** Whether it was installed a moment ago, and the former version is all that is still seen elsewhere. */
  readonly settling: boolean
  /** What was run to install it. */
  readonly commands?: readonly CommandOutcome[]
  readonly endpoints: readonly EndpointDocument[]
  readonly error?: ErrorDocument
}

export function installedDocument(
  outcome: Outcome,
  output: Output,
  now: number,
): InstalledDocument {
  const { installation, version, written, observation, verified, error } = outcome
  const { target, options } = installation
  const { domain } = options
  const endpoints = verified?.endpoints ?? []
  return {
    target,
    ...(domain !== undefined && { domain }),
    fingerprint: version.fingerprint,
    written,
    ...(verified?.target && { says: verified.target }),
    served: isServed(outcome),
    proven: verified?.proven ?? false,
    settling: verified?.settling ?? false,
    ...(observation?.commands && { commands: observation.commands }),
    endpoints: endpoints.map(({ endpoint, address, verdict, reason }, index) => ({
      endpoint: endpointText(endpoint),
      servername: endpoint.servername,
      ...(address !== undefined && address !== endpoint.host && { address }),
      ...(endpoint.starttls && { starttls: endpoint.starttls }),
      verdict,
      ...(reason !== undefined && { reason }),
      ...shownBy(observation?.endpoints[index]),
    })),
    ...(error !== undefined && { error: errorDocument(error, output.language, now) }),
  }
}

/** What a command that installs adds to its document. */
export function deploymentDocument(
  { outcomes, pruned }: Deployment,
  output: Output,
  now: number,
): object {
  return {
    installed: outcomes.map((outcome) => installedDocument(outcome, output, now)),
    ...(pruned.length > 0 && {
      pruned: pruned.map(({ target, removed, error }) => ({
        target,
        removed,
        ...(error !== undefined && { error: errorDocument(error, output.language, now) }),
      })),
    }),
  }
}

/** One line a target that has it now; failures were told as they happened. */
export function deploymentLines({ outcomes }: Deployment, output: Output): string[] {
  return outcomes
    .filter(({ error }) => error === undefined)
    .map((outcome) => {
      const { installation, written, verified } = outcome
      const text = written ? deployTexts.installed : deployTexts.installedAlready
      const line = output.text(text, { target: installation.target })
      if (!isServed(outcome)) return line
      const names = verified?.endpoints.map(({ endpoint }) => endpoint.servername) ?? []
      return output.text(deployTexts.served, { line, names: [...new Set(names)].join(', ') })
    })
}

export function hasFailed({ outcomes }: Deployment): boolean {
  return outcomes.some(({ error }) => error !== undefined)
}

/** What is kept of an installation, as `--json` shows it. */
export function installationDocument(installation: Installation): object {
  const { target, createdAt, lastWritten, lastSeen, lastError } = installation
  return {
    target,
    createdAt: instantOf(createdAt),
    ...(lastWritten && { lastWritten: { ...lastWritten, at: instantOf(lastWritten.at) } }),
    ...(lastSeen && { lastSeen: { ...lastSeen, at: instantOf(lastSeen.at) } }),
    ...(lastError && { lastError: { ...lastError, at: instantOf(lastError.at) } }),
  }
}

export function endpointText({
  host,
  port,
}: {
  readonly host: string
  readonly port: number
}): string {
  return `${isIP(host) === 6 ? `[${host}]` : host}:${port}`
}

function isServed({ verified }: Outcome): boolean {
  const endpoints = verified?.endpoints ?? []
  return endpoints.length > 0 && endpoints.every(({ verdict }) => verdict === 'current')
}

function shownBy(observed: ObservedEndpoint | undefined): Partial<EndpointDocument> {
  if (!observed?.served) return {}
  const { fingerprint, notAfter } = observed.served
  return { fingerprint, notAfter: instantOf(notAfter) }
}
