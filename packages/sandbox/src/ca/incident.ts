import type { CaContext } from './context.ts'
import type { Certificate } from './records.ts'
import { pastWindow } from './renewal-info.ts'

/** A mass revocation, as CAs must carry it out within a day or five. */
export interface Incident {
  /** The certificates concerned, by serial. Default all that are valid now. */
  readonly serials?: readonly string[]
  /** Where people can read what has happened. */
  readonly explanationUrl?: string
  /** From the announcement to the revocation, in the time of the CA's clock. Default never. */
  readonly revokeAfterMs?: number
  /** RFC 5280 §5.3.1. Default 4, superseded. */
  readonly reason?: number
}

/**
 * Tells by renewal information that the certificates should be renewed now, and revokes them when the
 * time has come, but for those that were revoked meanwhile. Gives the serials concerned.
 */
export function announceIncident(context: CaContext, incident: Incident): readonly string[] {
  const { clock, records, work } = context
  const { serials, explanationUrl, revokeAfterMs, reason = 4 } = incident
  const concerned = [...records.certificates.values()].filter((certificate) =>
    serials === undefined
      ? isValid(context, certificate)
      : serials.includes(certificate.leaf.serial),
  )
  for (const certificate of concerned) {
    const window = pastWindow(context)
    certificate.renewal = explanationUrl === undefined ? window : { ...window, explanationUrl }
  }
  if (revokeAfterMs !== undefined) {
    work.start(async (signal) => {
      await clock.sleep(revokeAfterMs, signal)
      for (const one of concerned) one.revoked ??= { at: clock.now(), reason }
    })
  }
  return concerned.map(({ leaf }) => leaf.serial)
}

function isValid({ clock }: CaContext, { leaf, revoked }: Certificate): boolean {
  return revoked === undefined && clock.now() <= leaf.notAfter
}
