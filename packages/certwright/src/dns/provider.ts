/** One TXT value to be published. */
export interface TxtRecord {
  /** The zone's apex, e.g. `example.com`. Without a final dot, in lower case, A-labels. */
  readonly zone: string
  /** The record's full name, CNAMEs already followed, e.g. `_acme-challenge.www.example.com`. */
  readonly name: string
  readonly value: string
  /** In seconds. A provider raises it to the least that its service takes. */
  readonly ttlSeconds: number
}

/** What `removeTxt` needs. Plain JSON, so that another process can clean up after this one has died. No secrets. */
export type TxtReceipt = Readonly<Record<string, string>>

/** A DNS service. Zone finding, CNAME delegation and waiting are done once, above, for all providers. */
export interface DnsProvider {
  /** Adds one value beside those that stand. Adding the same value twice is success. Safe to call concurrently. */
  addTxt(record: TxtRecord, signal?: AbortSignal): Promise<TxtReceipt>
  /** Removes exactly what the receipt names and nothing beside it. Gone already is success. */
  removeTxt(receipt: TxtReceipt, signal?: AbortSignal): Promise<void>
  /** The zones this account can edit, where the service can say. Otherwise the zone is found by SOA. */
  zones?(signal?: AbortSignal): AsyncIterable<string>
  /**
   * Where this service wants the value instead of the record's own name, where it decides that itself (acme-dns):
   * nothing is looked up, no zone is found, and `TxtRecord.zone` is the name.
   */
  readonly ownsName?: true
  /** Needs no zone, so that it works where none can be found: `TxtRecord.zone` may then be the name. */
  readonly ignoresZone?: true
}

/** What a person can set on a provider, as `--dns-option KEY=VALUE`. */
export interface ProviderOption {
  readonly key: string
  /** One sentence in every language. */
  readonly summary: Readonly<Record<'en' | 'zh', string>>
  readonly required?: true
  /** Its value is kept sealed and never printed. */
  readonly secret?: true
  /** Environment variables that are read where the option is not given. */
  readonly env?: readonly string[]
}
