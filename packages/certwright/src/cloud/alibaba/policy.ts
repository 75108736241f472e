import type { Grant } from '../registry.ts'

/** A RAM policy, as the console and CreatePolicy take it. */
export interface RamPolicy {
  readonly Version: '1'
  readonly Statement: readonly RamStatement[]
}

export interface RamStatement {
  readonly Effect: 'Allow'
  readonly Action: readonly string[]
  readonly Resource: readonly string[]
}

const on = (resource: string, actions: readonly string[]): readonly Grant[] =>
  actions.map((action) => ({ action, resource }))

/** What answering dns-01 takes. Listing zones is not allowed by a resource that names one of them. */
export const purposes = {
  dns: [
    ...on('acs:alidns:*:*:*', ['alidns:DescribeDomains', 'alidns:DescribeDomainInfo']),
    ...on('acs:alidns:*:*:domain/{zone}', [
      'alidns:AddDomainRecord',
      'alidns:DeleteDomainRecord',
      'alidns:DescribeDomainRecords',
      'alidns:SetDomainRecordStatus',
      'alidns:UpdateDomainRecordRemark',
    ]),
  ],
  'esa-dns': on('*', ['esa:ListSites', 'esa:ListRecords', 'esa:CreateRecord', 'esa:DeleteRecord']),
} as const satisfies Readonly<Record<string, readonly Grant[]>>

/** RAM: "The number of characters that a custom policy can contain". */
export const longestPolicy = 6144

export function isReading(action: string): boolean {
  return /:(?:Describe|List|Get|Query)/.test(action)
}

/** The least policy that allows these: one statement for each set of resources, in alphabetical order. */
export function policy(grants: readonly Grant[]): RamPolicy {
  const resources = new Map<string, Set<string>>()
  for (const { action, resource } of grants) {
    resources.set(action, (resources.get(action) ?? new Set<string>()).add(resource))
  }
  const actions = new Map<string, string[]>()
  for (const [action, all] of resources) {
    // What is allowed on everything need not be allowed on a part of it.
    const set = all.has('*') ? ['*'] : [...all].sort()
    const key = JSON.stringify(set)
    actions.set(key, [...(actions.get(key) ?? []), action])
  }
  const Statement = [...actions]
    .map(([key, Action]) => ({
      Effect: 'Allow' as const,
      Action: Action.sort(),
      Resource: JSON.parse(key) as string[],
    }))
    .sort((a, b) => ((a.Action[0] ?? '') < (b.Action[0] ?? '') ? -1 : 1))
  return { Version: '1', Statement }
}
