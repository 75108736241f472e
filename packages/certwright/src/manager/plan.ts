import { graceMs, type Verdict } from '../deploy/verify-installation.ts'
import type { Action, Fault } from './action.ts'
import { issuersOf, type Desired, type DesiredCertificate, type DesiredInstall } from './desired.ts'
import type { Observed, ObservedCertificate, ObservedInstallation } from './observed.ts'
import { replacementOf } from './replacement.ts'

/** What turns the observed into the desired. Data: printable, saveable, compared. */
export interface Plan {
  /** To be done now, one certificate after the other, each in the order in which it is done. */
  readonly actions: readonly Action[]
  /** What has to wait, and until when. */
  readonly later: readonly Action[]
  /** What could not be looked at. */
  readonly unseen: readonly Unseen[]
}

export interface Unseen {
  readonly certificateId: string
  readonly target: string
  /** A code. */
  readonly error: string
}

export interface PlanInput {
  readonly desired: Desired
  readonly observed: Observed
  /** Milliseconds since the epoch. */
  readonly now: number
  /** The file whose certificates these are: those of others are left alone. */
  readonly managedBy: string
}

/** Decides. Pure: the same input gives the same plan, and a plan that was applied leaves an empty one. */
export function plan({ desired, observed, now, managedBy }: PlanInput): Plan {
  const kept = new Map(observed.certificates.map((one) => [one.certificate.id, one]))
  const wanted = new Set(desired.certificates.map(({ id }) => id))
  const orphans = observed.certificates.filter(
    ({ certificate, schedule }) => !wanted.has(certificate.id) && schedule?.managedBy === managedBy,
  )
  const all = [
    ...desired.certificates.flatMap((certificate) =>
      actionsFor({ desired, certificate, observed: kept.get(certificate.id), now, managedBy }),
    ),
    ...orphans.map(({ certificate: { id } }): Action => ({
      kind: 'forget',
      certificateId: id,
      reason: 'not-in-file',
    })),
  ]
  return {
    actions: all.filter(({ delayed }) => !delayed),
    later: all.filter(({ delayed }) => delayed),
    unseen: observed.certificates
      .filter(({ certificate: { id } }) => wanted.has(id))
      .flatMap(({ certificate: { id }, installations }) => unseenOf(id, installations)),
  }
}

interface CertificateInput extends Pick<PlanInput, 'desired' | 'now' | 'managedBy'> {
  readonly certificate: DesiredCertificate
  readonly observed: ObservedCertificate | undefined
}

function actionsFor(input: CertificateInput): readonly Action[] {
  const { certificate, observed, now } = input
  const certificateId = certificate.id
  if (certificate.revoke !== undefined) return revocation(certificate, observed)
  const issuers = issuersOf(input.desired, certificate)
  const replacement = replacementOf({ desired: certificate, issuers, observed, now })
  const comes = replacement && !replacement.delayed
  const update: Action = { kind: 'update', certificateId, reason: 'settings' }
  const files: Action = { kind: 'files', certificateId, reason: 'files' }
  return [
    ...(observed && !fits(input, observed) ? [update] : []),
    ...(replacement ? [replacement] : []),
    ...(observed?.version && !observed.files && !comes ? [files] : []),
    ...(comes ? installsOfNext(input) : installsOfCurrent(input)),
    ...dropped(certificate, observed),
  ]
}

function revocation(
  { id: certificateId, revoke }: DesiredCertificate,
  observed: ObservedCertificate | undefined,
): readonly Action[] {
  const version = observed?.version
  if (!version || version.revokedAt !== undefined) return []
  return [{ kind: 'revoke', certificateId, reason: 'asked', params: { as: revoke ?? '-' } }]
}

/** Whether what is kept of it is what the file says; what only a new version changes is not asked here. */
function fits(
  { certificate: { out }, managedBy }: CertificateInput,
  { certificate, challengeFits, schedule, installations }: ObservedCertificate,
): boolean {
  return (
    challengeFits !== false &&
    schedule?.managedBy === managedBy &&
    (out === undefined || out === certificate.out) &&
    installations.every(({ optionsFit }) => optionsFit !== false)
  )
}

/** What follows a new version: it goes everywhere, and what it replaces there is removed. */
function installsOfNext({ certificate, observed }: CertificateInput): readonly Action[] {
  const { id: certificateId, installs } = certificate
  const each = installs.map(({ text: target }): Action => ({
    kind: 'install',
    certificateId,
    target,
    reason: 'new-version',
  }))
  const collects = installs.some((install) => {
    const kept = installationAt(install, observed)
    return kept?.collects && kept.installation.lastWritten !== undefined
  })
  return collects ? [...each, { kind: 'collect', certificateId, reason: 'replaced' }] : each
}

function installsOfCurrent({ certificate, observed }: CertificateInput): readonly Action[] {
  const { id: certificateId, installs } = certificate
  const fingerprint = observed?.version?.fingerprint
  if (fingerprint === undefined) return []
  return installs.flatMap((install) => {
    const kept = installationAt(install, observed)
    return installationAction({ certificateId, target: install.text, kept, fingerprint })
  })
}

function installationAt(
  { text }: DesiredInstall,
  observed: ObservedCertificate | undefined,
): ObservedInstallation | undefined {
  return observed?.installations.find(({ installation }) => installation.target === text)
}

interface InstallationInput {
  readonly certificateId: string
  readonly target: string
  readonly kept: ObservedInstallation | undefined
  /** Of the current version. */
  readonly fingerprint: string
}

function installationAction(input: InstallationInput): readonly Action[] {
  const { certificateId, target, kept, fingerprint } = input
  const head = { certificateId, target }
  if (!kept) return [{ ...head, kind: 'install', reason: 'not-installed' }]
  const { installation, verified } = kept
  if (installation.lastWritten === undefined) {
    const reason = installation.lastError ? 'failed-before' : 'not-installed'
    return [{ ...head, kind: 'install', reason }]
  }
  if (installation.lastWritten.fingerprint !== fingerprint) {
    return [{ ...head, kind: 'install', reason: 'behind' }]
  }
  if (!verified) return []
  if (verified.proven) {
    return installation.lastError ? [{ ...head, kind: 'repair', reason: 'failed-before' }] : []
  }
  const verdict =
    [verified.target, ...verified.endpoints.map((endpoint) => endpoint.verdict)].find(isFault) ??
    'not-served'
  const repair: Action = { ...head, kind: 'repair', reason: verdict }
  if (!verified.settling) return [repair]
  return [{ ...repair, delayed: { until: installation.lastWritten.at + graceMs, by: 'settling' } }]
}

function isFault(verdict: Verdict | undefined): verdict is Fault {
  return verdict !== undefined && verdict !== 'current' && verdict !== 'out-of-reach'
}

/** Installations of this certificate that the file no longer names: what they serve stays as it is. */
function dropped(
  { id: certificateId, installs: wanted }: DesiredCertificate,
  observed: ObservedCertificate | undefined,
): readonly Action[] {
  return (observed?.installations ?? [])
    .filter(({ installation: { target } }) => !wanted.some(({ text }) => text === target))
    .map(({ installation: { target } }) => ({
      kind: 'forget',
      certificateId,
      target,
      reason: 'not-in-file',
    }))
}

function unseenOf(
  certificateId: string,
  installations: readonly ObservedInstallation[],
): readonly Unseen[] {
  return installations.flatMap(({ installation: { target }, error }) =>
    error === undefined ? [] : [{ certificateId, target, error }],
  )
}
