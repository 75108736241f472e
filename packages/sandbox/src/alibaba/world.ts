import type { Clock } from '../clock.ts'
import type { RunningDns } from '../dns/dns.ts'
import { createAccounts } from './accounts.ts'
import type { Accounts } from './accounts.ts'
import { createCertificateStore } from './certificate-store.ts'
import type { CertificateStore } from './certificate-store.ts'
import { createInstallations } from './installations.ts'
import type { Installations } from './installations.ts'
import { createJobs } from './jobs.ts'
import type { Delay, Jobs } from './jobs.ts'
import { createPermissions } from './permissions.ts'
import type { Permissions } from './permissions.ts'
import { createThrottling } from './throttling.ts'
import type { Throttling } from './throttling.ts'

/** The two sites of Alibaba Cloud: the region of the store, and the suffix of its identifiers, differ. */
export type Site = 'china' | 'international'

/** What the products share. Each keeps its own resources in its own state. */
export interface World {
  readonly clock: Clock
  readonly site: Site
  readonly accounts: Accounts
  readonly permissions: Permissions
  readonly throttling: Throttling
  /** The account's certificates, which other products point to. */
  readonly store: CertificateStore
  /** What is in place where; the TLS server serves from it. */
  readonly installations: Installations
  readonly jobs: Jobs
  /** The most that a page of any list holds, where that is less than what is asked for. */
  readonly largestPage: number | undefined
  /** Where the records of the DNS products are answered. */
  readonly dns: RunningDns | undefined
  /** A number that was not given before. */
  readonly nextNumber: () => number
  /** An id that was not given before, e.g. `alb-00000000000007`. */
  readonly nextId: (prefix: string) => string
}

export interface WorldOptions {
  readonly clock: Clock
  readonly site: Site
  readonly delay: Delay
  readonly rateLimits: boolean
  readonly largestPage: number | undefined
  readonly dns: RunningDns | undefined
}

const firstCertificateId = 21_000_000

export function createWorld({
  clock,
  site,
  delay,
  rateLimits,
  largestPage,
  dns,
}: WorldOptions): World {
  let last = 0
  const nextNumber = (): number => (last += 1)
  const nextId = (prefix: string): string => prefix + String(nextNumber()).padStart(14, '0')
  const region = site === 'china' ? 'cn-hangzhou' : 'ap-southeast-1'
  const newId = (): number => firstCertificateId + nextNumber()
  return {
    clock,
    site,
    accounts: createAccounts(),
    permissions: createPermissions(),
    throttling: createThrottling({ clock, rateLimits }),
    store: createCertificateStore({ region, clock, newId }),
    installations: createInstallations(delay, clock),
    jobs: createJobs(delay, clock, () => nextId('job-')),
    largestPage,
    dns,
    nextNumber,
    nextId,
  }
}
