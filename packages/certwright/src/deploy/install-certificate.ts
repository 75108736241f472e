import { systemHost, type Host } from '../runtime/host.ts'
import type { CertificateBundle } from '../x509/bundle.ts'
import { installVersion } from './install.ts'
import { placeOf } from './place.ts'
import { targetSpecifierFrom } from './target-specifier.ts'
import { verifyInstallation, type VerifiedInstallation } from './verify-installation.ts'

export interface InstallCertificateOptions {
  /** Where targets find credentials that no option names; empty where absent. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** The machine's own where absent. */
  readonly host?: Host
  /** For what was written to arrive, at the target and then at its endpoints; by default ten minutes each. */
  readonly deadlineMs?: number
  readonly signal?: AbortSignal
}

/** What came of an install. `proven` says whether the target and every endpoint show the certificate. */
export interface InstalledCertificate extends VerifiedInstallation {
  /** Whether anything had to be written. */
  readonly written: boolean
}

/**
 * Makes one target serve a certificate, and looks until it does. `target` is what `--install` takes, e.g.
 * `alibaba-cdn:domain=cdn.example.com`. Nothing is kept; for what is to be renewed the command is better.
 */
export async function installCertificate(
  target: string,
  bundle: CertificateBundle,
  { env = {}, host = systemHost, deadlineMs, signal }: InstallCertificateOptions = {},
): Promise<InstalledCertificate> {
  const place = await placeOf(targetSpecifierFrom(target), { host, env })
  const options = { target: place.target, ca: place.roots, bundle, host, deadlineMs }
  const { written, ...observation } = await installVersion(options, signal)
  return { written, ...verifyInstallation(observation, host.now()) }
}
