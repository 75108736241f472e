import { authorizationOptionTexts } from '../runtime/messages/authorization-texts.ts'
import { optionTexts } from '../runtime/messages/option-texts.ts'
import type { OptionGrammar } from './command-grammar.ts'

const challengeTypes = [
  'http-01',
  'dns-01',
  'tls-alpn-01',
  'dns-account-01',
  'dns-persist-01',
] as const

const dnsOption: OptionGrammar = {
  flags: '--dns-option <KEY=VALUE>',
  text: optionTexts.dnsOption,
  repeated: true,
}
const resolver: OptionGrammar = {
  flags: '--resolver <ADDR:PORT>',
  text: optionTexts.resolver,
  repeated: true,
}

/** How names are proven. */
export const proving: readonly OptionGrammar[] = [
  { flags: '--challenge <TYPE>', text: optionTexts.challenge, choices: challengeTypes },
  { flags: '--http-port <N>', text: optionTexts.httpPort },
  { flags: '--tls-port <N>', text: optionTexts.tlsPort },
  { flags: '--webroot <DIR>', text: optionTexts.webroot, path: true },
  { flags: '--dns <PROVIDER>', text: optionTexts.dns, offers: 'dns-providers' },
  dnsOption,
  resolver,
]

export const noPropagationCheck: OptionGrammar = {
  flags: '--no-propagation-check',
  text: optionTexts.noPropagationCheck,
}

export const noPreflight: OptionGrammar = {
  flags: '--no-preflight',
  text: optionTexts.noPreflight,
}

/** For orders: which name is proven in the stead of those below it. */
export const ancestor: OptionGrammar = {
  flags: '--ancestor <DOMAIN>',
  text: authorizationOptionTexts.ancestor,
}

/** Where a record that stays is written. */
export const writing: readonly OptionGrammar[] = [
  { flags: '--write', text: authorizationOptionTexts.write },
  { flags: '--dns <PROVIDER>', text: authorizationOptionTexts.writeBy, offers: 'dns-providers' },
  dnsOption,
  resolver,
]
