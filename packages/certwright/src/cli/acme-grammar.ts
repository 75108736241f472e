import {
  acmeCommandDetails,
  acmeCommandExampleTexts,
  acmeCommandOptionTexts,
} from '../runtime/messages/acme-help-texts.ts'
import { optionTexts } from '../runtime/messages/option-texts.ts'
import { accountKeyTypes, caFile, issuer } from './account-grammar.ts'
import type { CommandGrammar, OptionGrammar } from './command-grammar.ts'
import { reasonNames } from './revocation-reason.ts'

const texts = acmeCommandOptionTexts
const captions = acmeCommandExampleTexts
const details = acmeCommandDetails

/** What a key can be for. */
export const keyUses = ['account', 'certificate'] as const

const ini: OptionGrammar = { flags: '--ini <FILE>', text: texts.ini, path: true }
const atCa: readonly OptionGrammar[] = [ini, issuer, caFile]
const accountKey: OptionGrammar = {
  flags: '--account-key <FILE>',
  text: texts.accountKey,
  path: true,
}
const byAccount: readonly OptionGrammar[] = [...atCa, accountKey]
const csr: OptionGrammar = { flags: '--csr <FILE>', text: texts.csr, path: true }
const order: OptionGrammar = { flags: '--order <FILE>', text: texts.order, path: true }
const email: OptionGrammar = { flags: '--email <ADDR>', text: optionTexts.email }
const challenge: OptionGrammar = {
  flags: '--challenge <TYPE>',
  text: texts.challengeType,
  offers: ['dns-01', 'http-01', 'tls-alpn-01'],
}

const looking: readonly CommandGrammar[] = [
  {
    name: 'acme directory',
    details: details.directory,
    options: atCa,
    examples: [
      ['acme directory --issuer letsencrypt-staging', captions.staging],
      ['acme directory --ini acme.ini', captions.ini],
    ],
  },
  {
    name: 'acme nonce',
    options: atCa,
    examples: [['acme nonce --issuer letsencrypt-staging', captions.staging]],
  },
  {
    name: 'acme terms',
    options: atCa,
    examples: [['acme terms --issuer letsencrypt-staging', captions.staging]],
  },
]

const making: readonly CommandGrammar[] = [
  {
    name: 'acme key',
    details: details.key,
    arguments: [{ name: '<USE>', text: texts.which, choices: keyUses }],
    options: [
      ini,
      { flags: '--type <TYPE>', text: texts.keyType, choices: accountKeyTypes },
      { flags: '--output <FILE>', text: texts.keyOutput, path: true },
    ],
    examples: [
      ['acme key account', captions.accountKey],
      ['acme key certificate --type ec256', captions.certificateKey],
    ],
  },
  {
    name: 'acme csr',
    details: details.csr,
    arguments: [{ name: '<NAME...>', text: texts.names }],
    options: [
      ini,
      { flags: '--key <FILE>', text: texts.certificateKey, path: true },
      { flags: '--common-name <NAME>', text: texts.commonName },
      { flags: '--output <FILE>', text: texts.csrOutput, path: true },
    ],
    examples: [['acme csr example.com www.example.com', captions.csr]],
  },
  {
    name: 'acme csr show',
    arguments: [{ name: '<FILE>', text: texts.csrFile }],
    examples: [['acme csr show certificate.csr', captions.csrShow]],
  },
  {
    name: 'acme jws',
    details: details.jws,
    arguments: [{ name: '<URL>', text: texts.url }],
    options: [
      { flags: '--key <FILE>', text: texts.jwsKey, path: true },
      { flags: '--payload <JSON>', text: texts.payload },
      { flags: '--kid <URL>', text: texts.kid },
      { flags: '--nonce <NONCE>', text: texts.nonce },
      { flags: '--explain', text: texts.explain },
    ],
    examples: [
      [
        'acme jws https://ca.example/account/1 --key account.key --kid https://ca.example/account/1 --nonce NONCE',
        captions.jwsRead,
      ],
      [
        `acme jws https://ca.example/new-account --key account.key --nonce NONCE --payload '{"termsOfServiceAgreed":true}' --explain`,
        captions.jwsNew,
      ],
    ],
  },
]

const accounts: readonly CommandGrammar[] = [
  { name: 'acme account', group: true },
  {
    name: 'acme account new',
    details: details.accountNew,
    options: [...byAccount, email, { flags: '--agree-tos', text: optionTexts.agreeTos }],
    examples: [['acme account new --ini acme.ini --agree-tos', captions.account]],
  },
  {
    name: 'acme account url',
    options: byAccount,
    examples: [['acme account url --ini acme.ini', captions.ini]],
  },
  {
    name: 'acme account info',
    options: byAccount,
    examples: [['acme account info --ini acme.ini', captions.ini]],
  },
  {
    name: 'acme account update',
    options: [...byAccount, email, { flags: '--no-email', text: texts.noContact }],
    examples: [['acme account update --email team@example.com', captions.update]],
  },
  {
    name: 'acme account deactivate',
    options: [...byAccount, { flags: '-y, --yes', text: optionTexts.yes }],
    examples: [['acme account deactivate --ini acme.ini', captions.ini]],
  },
]

const ordering: readonly CommandGrammar[] = [
  { name: 'acme order', group: true },
  {
    name: 'acme order new',
    details: details.order,
    options: [...byAccount, csr, order],
    examples: [['acme order new --csr certificate.csr', captions.plain]],
  },
  {
    name: 'acme order show',
    options: [...byAccount, order],
    examples: [['acme order show', captions.plain]],
  },
  {
    name: 'acme challenge',
    details: details.challenge,
    options: [...byAccount, order],
    examples: [['acme challenge', captions.plain]],
  },
  {
    name: 'acme answer',
    options: [...byAccount, order, challenge],
    examples: [['acme answer --challenge dns-01', captions.plain]],
  },
  {
    name: 'acme finalize',
    options: [...byAccount, csr, order],
    examples: [['acme finalize --csr certificate.csr', captions.plain]],
  },
  {
    name: 'acme download',
    options: [...byAccount, order, { flags: '--output <FILE>', text: texts.chain, path: true }],
    examples: [['acme download --output chain.pem', captions.plain]],
  },
  {
    name: 'acme revoke',
    details: details.revoke,
    arguments: [{ name: '<FILE>', text: texts.certificate }],
    options: [
      ...byAccount,
      { flags: '--key <FILE>', text: texts.revokeKey, path: true },
      {
        flags: '--reason <R>',
        text: optionTexts.reason,
        params: { reasons: reasonNames.join(', ') },
        offers: reasonNames,
      },
    ],
    examples: [
      ['acme revoke chain.pem --reason superseded', captions.plain],
      ['acme revoke chain.pem --key certificate.key --reason keyCompromise', captions.revokeOwn],
    ],
  },
]

/** The protocol's steps, one command each. */
export const acmeGrammars: readonly CommandGrammar[] = [
  { name: 'acme', group: true },
  ...looking,
  ...making,
  ...accounts,
  ...ordering,
]
