import { knobsShape } from '../ca/knob-shapes.ts'
import type { ClockOptions } from '../adjustable-clock.ts'
import type { ChainOptions } from '../sandbox-ca.ts'
import type { SandboxOptions, SecondaryOptions } from '../sandbox.ts'
import type { Member, Shape } from '../shape/shape.ts'
import { choice, count, either, flag, list, object, port, text } from '../shape/shape.ts'

type Said = Member & { readonly says: string }
type MembersOf<T> = { readonly [K in keyof T]-?: Said }

/** The shape of a CA's chains. */
export const chainMembers: MembersOf<ChainOptions> = {
  chainLength: {
    shape: { is: 'number', least: 1, most: 3, whole: true },
    says: 'How many intermediates stand between root and leaf: nobody may count on one.',
  },
  alternateRoots: {
    shape: count,
    says: 'How many more roots have signed the topmost intermediate: a client may choose among chains.',
  },
  keyAlgorithm: {
    shape: choice('ecdsa', 'rsa'),
    says: 'What the CA signs with: not every client can verify both.',
  },
}
const authority: Said = { shape: object(chainMembers), says: 'The shape of its chains.' }

const caMembers = {
  ...knobsShape.members,
  host: { shape: text, says: 'A loopback address to listen on.' },
  port: { shape: port, says: 'Port of the CA; 0 takes a free one.' },
  repositoryPort: { shape: port, says: 'Port for CRLs and issuers over plain HTTP.' },
  names: { shape: list(text), says: 'Names and addresses in its own certificate.' },
  authority,
}
const ca = object(caMembers)

const secondary: MembersOf<SecondaryOptions> = {
  address: { shape: text, says: 'A loopback address other than 127.0.0.1.' },
  lag: { shape: count, says: 'How many questions it answers from old data after each change.' },
}

const clock: MembersOf<Omit<ClockOptions, 'base'>> = {
  at: { shape: { is: 'number' }, says: 'Milliseconds since the Unix epoch.' },
  stopped: { shape: flag, says: 'Stands still until it is moved.' },
  seed: { shape: count, says: 'Draws the same again from the same number.' },
}

/** What can be said of a whole sandbox in a file. */
export const settingsMembers: MembersOf<SandboxOptions> = {
  zones: { shape: list(text, { least: 1 }), says: 'The zones that the DNS server has.' },
  ipv6: {
    shape: flag,
    says: 'Gives names ::1 beside 127.0.0.1: CAs connect to IPv6 first, and servers forget to listen there.',
  },
  dnsPort: { shape: port, says: 'Port of the DNS server; 0 takes a free one.' },
  httpPort: { shape: port, says: 'Where http-01 is looked for.' },
  tlsPort: { shape: port, says: 'Where tls-alpn-01 is looked for.' },
  secondary: {
    shape: object(secondary),
    says: 'A second name server that is slow to follow, as they are.',
  },
  standIns: {
    shape: { is: 'map', of: text },
    says: 'Where on this machine public addresses are found, so that certificates for them can be tried.',
  },
  authority,
  ca: { shape: ca, says: 'The CA; with cas, what all of them have in common.' },
  cas: {
    shape: { is: 'map', of: ca, names: /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/ },
    says: 'Several CAs by name: a client falls back from one to the other, or mixes them up.',
  },
  control: {
    shape: either(flag, object({ port: { shape: port, required: true } })),
    says: 'The control API, and its port.',
  },
  alibaba: { shape: choice(true), says: 'Alibaba Cloud beside them.' },
  clock: {
    shape: object(clock),
    says: 'Time as tests want it: renewal is a matter of weeks, which nobody waits for.',
  },
}

/** A file of options. */
export const settingsShape: Shape = object({ $schema: { shape: text }, ...settingsMembers })
