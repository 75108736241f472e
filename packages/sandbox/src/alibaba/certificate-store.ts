import type { Clock } from '../clock.ts'
import type { Certificate } from './certificate.ts'

/** A certificate in the account's store (CAS). It never changes: a renewed one gets a new id. */
export interface StoredCertificate {
  readonly id: number
  /** The id and the site's region, as other products want it: `123-cn-hangzhou`. */
  readonly identifier: string
  readonly name: string
  readonly certificate: Certificate
  /** Empty where the store holds none. */
  readonly keyPem: string
  readonly createdAt: number
  readonly source: 'UPLOAD' | 'BUY'
}

export interface CertificateStore {
  readonly region: 'cn-hangzhou' | 'ap-southeast-1'
  /** Throws a `TypeError` where the name is taken. */
  add(given: NewCertificate): StoredCertificate
  get(id: number): StoredCertificate | undefined
  named(name: string): StoredCertificate | undefined
  /** By `<id>-<region>`; the region must be the store's own. */
  identified(identifier: string): StoredCertificate | undefined
  remove(id: number): boolean
  /** Newest first. */
  readonly all: readonly StoredCertificate[]
}

type NewCertificate = Pick<StoredCertificate, 'name' | 'certificate' | 'keyPem'> &
  Partial<Pick<StoredCertificate, 'source'>>

export function createCertificateStore(given: {
  readonly region: CertificateStore['region']
  readonly clock: Clock
  readonly newId: () => number
}): CertificateStore {
  const { region, clock, newId } = given
  const byId = new Map<number, StoredCertificate>()
  const store: CertificateStore = {
    region,
    add({ source = 'UPLOAD', ...facts }) {
      if (store.named(facts.name)) throw new TypeError(`a certificate ${facts.name} exists`)
      const id = newId()
      const stored = { ...facts, id, identifier: `${id}-${region}`, createdAt: clock.now(), source }
      byId.set(id, stored)
      return stored
    },
    get: (id) => byId.get(id),
    named: (name) => [...byId.values()].find((stored) => stored.name === name),
    identified: (identifier) =>
      [...byId.values()].find((stored) => stored.identifier === identifier),
    remove: (id) => byId.delete(id),
    get all() {
      return [...byId.values()].toReversed()
    },
  }
  return store
}
