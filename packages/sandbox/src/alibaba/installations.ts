import type { Clock } from '../clock.ts'
import { nameCovers } from './certificate.ts'
import type { Certificate } from './certificate.ts'
import { startWait } from './jobs.ts'
import type { Delay, Wait } from './jobs.ts'

/** A certificate and its key, ready for handshakes. */
export interface Served {
  readonly certificate: Certificate
  readonly keyPem: string
  /** Its id in the account's store, where it came from there. */
  readonly certId?: number
}

/** A place of a product where a certificate can be. */
export interface Place {
  /** As `UsingProductList` spells it, e.g. `CDN`. */
  readonly product: string
  /** The resource there, e.g. a domain or a listener id. */
  readonly resource: string
  /**
   * The names under which it is reached: `www.example.com`, or `*.example.com` for all one label below. Where they are
   * left out, the names of the certificate.
   */
  readonly names?: readonly string[]
}

export interface Installation extends Place {
  /** What handshakes get now. */
  readonly served: Served | undefined
  /** What was asked for last. */
  readonly wanted: Served | undefined
  /** Whether the two still differ in time: the change is on its way. */
  readonly pending: boolean
}

export interface Installations {
  /** Puts a certificate in place, or none. It takes effect at once, or by and by where `slowly` is given. */
  install(place: Place, served: Served | undefined, options?: { slowly?: boolean }): void
  /** Reads a place, which moves a pending change on. */
  look(product: string, resource: string): Installation | undefined
  /** What a handshake for a name gets. Counts as a look. An exact name goes before a wildcard. */
  serving(serverName: string): Installation | undefined
  /** The products that use a certificate of the store. */
  products(certId: number): readonly string[]
  readonly all: readonly Installation[]
}

interface Entry {
  place: Place
  served: Served | undefined
  wanted: Served | undefined
  wait?: Wait | undefined
}

export function createInstallations(delay: Delay, clock: Clock): Installations {
  const entries = new Map<string, Entry>()

  const settle = (entry: Entry, looked: boolean): Installation => {
    if (entry.wait && (looked ? entry.wait.look() : entry.wait.over())) {
      entry.served = entry.wanted
      entry.wait = undefined
    }
    const { place, served, wanted } = entry
    return { ...place, served, wanted, pending: entry.wait !== undefined }
  }

  return {
    install(place, served, { slowly = false } = {}) {
      const key = `${place.product} ${place.resource}`
      const before = entries.get(key)
      entries.set(key, {
        place,
        served: slowly ? before?.served : served,
        wanted: served,
        wait: slowly ? startWait(delay, clock) : undefined,
      })
    },
    look(product, resource) {
      const entry = entries.get(`${product} ${resource}`)
      return entry && settle(entry, true)
    },
    serving(serverName) {
      const host = serverName.toLowerCase()
      const found = [...entries.values()].flatMap((entry) =>
        namesOf(entry)
          .filter((name) => nameCovers(name, host))
          .map((name) => ({ entry, name })),
      )
      const best = found.find(({ name }) => name === host) ?? found[0]
      return best && settle(best.entry, true)
    },
    products(certId) {
      const using = [...entries.values()].filter(({ served, wanted }) =>
        [served?.certId, wanted?.certId].includes(certId),
      )
      return [...new Set(using.map(({ place }) => place.product))].toSorted()
    },
    get all() {
      return [...entries.values()].map((entry) => settle(entry, false))
    },
  }
}

function namesOf({ place, served, wanted }: Entry): readonly string[] {
  return place.names ?? (served ?? wanted)?.certificate.names ?? []
}
