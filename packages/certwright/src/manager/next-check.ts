import type { Schedule } from '../store/store.ts'
import { nextAttemptAt } from './back-off.ts'
import { currentOf } from './current.ts'
import type { DesiredCertificate } from './desired.ts'
import { nextOpening } from './maintenance-window.ts'
import type { ManagerContext } from './manager-context.ts'
import { renewalAt } from './replacement.ts'
import { observedVersion } from './observe.ts'

/** What is served is looked at this often, at the least. */
export const verifyEveryMs = 6 * 3_600_000
/** What could not be installed is tried again after this. */
const retryInstallMs = 600_000

export interface Prospects extends Pick<Schedule, 'failures' | 'lastFailure'> {
  /** Something planned has to wait until then. */
  readonly deferredUntil?: number | undefined
}

/** When a certificate is to be looked at again: whichever of its reasons comes first. */
export async function nextCheckAt(
  certificate: DesiredCertificate,
  { deferredUntil, ...failing }: Prospects,
  { store, host }: Pick<ManagerContext, 'store' | 'host'>,
): Promise<number> {
  const now = host.now()
  const kept = await store.certificate(certificate.id)
  const { version, renewal: suggested } = await currentOf(kept ?? { id: certificate.id }, store)
  const installations = await store.installations(certificate.id)
  const attempt = nextAttemptAt(failing)
  const renewal = version && renewalAt(observedVersion(version, suggested), certificate)
  const times = [
    now + verifyEveryMs,
    version?.revokedAt === undefined ? suggested?.nextPollAt : undefined,
    deferredUntil,
    attempt,
    // Not before the next attempt: what is due and has failed waits.
    renewal === undefined || attempt !== undefined
      ? undefined
      : nextOpening(certificate.renewal.windows, renewal),
    installations.some(({ lastError }) => lastError) ? now + retryInstallMs : undefined,
  ].filter((time) => time !== undefined)
  return Math.max(Math.min(...times), now + 1000)
}
