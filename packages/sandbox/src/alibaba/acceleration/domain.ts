import type { Served } from '../installations.ts'

/** A domain that CDN, DCDN, Live or VOD serves. */
export interface AcceleratedDomain {
  /** `www.example.com`; a wildcard is written `.example.com`, with no star. */
  readonly domain: string
  status: DomainStatus
  readonly resourceGroupId: string
  readonly createdAt: number
  /** Every certificate that was set, oldest first; `served` is absent where HTTPS was switched off. */
  readonly changes: CertificateChange[]
}

export type DomainStatus =
  | 'online'
  | 'offline'
  | 'configuring'
  | 'configure_failed'
  | 'checking'
  | 'check_failed'
  | 'stopping'
  | 'deleting'

export interface CertificateChange {
  readonly served: Served | undefined
  readonly certName: string
  readonly certType: string
  readonly certRegion: string
  readonly at: number
}

export interface AcceleratedState {
  readonly domains: Map<string, AcceleratedDomain>
}

export interface AcceleratedSeed {
  readonly domains?: readonly SeededDomain[]
}

export interface SeededDomain {
  readonly domain: string
  /** Default `online`. */
  readonly status?: DomainStatus
  readonly resourceGroupId?: string
  /** What is installed from the start. */
  readonly certificate?: {
    readonly certPem: string
    readonly keyPem: string
    readonly name?: string
  }
}
