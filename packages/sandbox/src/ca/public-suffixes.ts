import type { CaContext } from './context.ts'

/** What the Public Suffix List says of names. */
export interface PublicSuffixes {
  /** The suffix under which the name was delegated by ICANN; `undefined` where there is none. */
  icannSuffix(name: string): string | undefined
  /** The name right below the public suffix, private suffixes counted; a suffix stays what it is. */
  registeredDomain(name: string): string
}

/** The list, where rules or limits in force look at it. */
export async function suffixesFor({ knobs }: CaContext): Promise<PublicSuffixes | undefined> {
  const { rateLimits, rules } = knobs
  const { certificatesPerDomain = false } = rateLimits
  const isNeeded = rules.publicNames || rules.contactPolicy || certificatesPerDomain !== false
  return isNeeded ? publicSuffixes() : undefined
}

/** RFC 6761 §6.2 keeps it for tests, which is what this CA is for: it counts as a suffix here. */
const TEST = 'test'

let loaded: Promise<PublicSuffixes> | undefined

/** Loads the list when it is first asked for, since most worlds do without it. */
async function publicSuffixes(): Promise<PublicSuffixes> {
  loaded ??= load()
  return loaded
}

async function load(): Promise<PublicSuffixes> {
  const { parse } = await import('tldts')
  const options = { extractHostname: false, validateHostname: false, detectIp: false }
  return {
    icannSuffix(name) {
      if (isTest(name)) return TEST
      const { isIcann, publicSuffix } = parse(name, { ...options, allowPrivateDomains: false })
      return isIcann === true && publicSuffix !== null ? publicSuffix : undefined
    },
    registeredDomain(name) {
      const { domain } = parse(name, { ...options, allowPrivateDomains: true })
      return domain ?? name
    },
  }
}

function isTest(name: string): boolean {
  return name === TEST || name.endsWith(`.${TEST}`)
}
