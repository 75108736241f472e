import { issuerNames, knownIssuers } from '../issuance/known-issuers.ts'
import {
  accountArgumentTexts,
  accountDetails,
  accountExampleTexts,
  accountOptionTexts,
} from '../runtime/messages/account-help-texts.ts'
import { exampleTexts } from '../runtime/messages/help-texts.ts'
import { optionTexts } from '../runtime/messages/option-texts.ts'
import type { CommandGrammar, OptionGrammar } from './command-grammar.ts'

/** What an account's key can be: every kind that CAs take for accounts. */
export const accountKeyTypes = [
  'ec256',
  'ec384',
  'ec521',
  'rsa2048',
  'rsa3072',
  'rsa4096',
  'ed25519',
] as const

export const macAlgorithms = ['HS256', 'HS384', 'HS512'] as const
export const keyForms = ['pem', 'jwk'] as const

export const issuer: OptionGrammar = {
  flags: '--issuer <URL|NAME>',
  text: optionTexts.issuer,
  params: { issuers: issuerNames.join(', ') },
  offers: issuerNames,
}
const accountIssuer: OptionGrammar = { ...issuer, text: optionTexts.accountIssuer }
export const caFile: OptionGrammar = {
  flags: '--ca-file <FILE>',
  text: optionTexts.caFile,
  path: true,
}

const signer = (text: OptionGrammar['text']): OptionGrammar => ({
  flags: '--account-signer <PROGRAM>',
  text,
  offers: ['exec:'],
})

const keyType = (text: OptionGrammar['text']): OptionGrammar => ({
  flags: '--key-type <TYPE>',
  text,
  choices: accountKeyTypes,
})

/** What every command takes that may have to make an account. */
export const newAccountOptions: readonly OptionGrammar[] = [
  issuer,
  caFile,
  { flags: '--email <ADDR>', text: optionTexts.email },
  { flags: '--agree-tos', text: optionTexts.agreeTos },
  { flags: '--eab-kid <ID>', text: accountOptionTexts.eabKid },
  { flags: '--eab-key-file <FILE>', text: accountOptionTexts.eabKeyFile, path: true },
  { flags: '--eab-key-env <VARIABLE>', text: accountOptionTexts.eabKeyEnv },
  { flags: '--eab-alg <ALGORITHM>', text: accountOptionTexts.eabAlg, choices: macAlgorithms },
  signer(accountOptionTexts.accountSigner),
]

export const issuerGrammars: readonly CommandGrammar[] = [
  {
    name: 'issuers',
    details: accountDetails.issuers,
    arguments: [
      {
        name: '[NAME]',
        text: accountArgumentTexts.issuerName,
        choices: knownIssuers.map(({ name }) => name),
      },
    ],
    examples: [
      ['issuers', accountExampleTexts.issuersTable],
      ['issuers letsencrypt', accountExampleTexts.issuersOne],
    ],
  },
]

const keys: readonly CommandGrammar[] = [
  {
    name: 'account rollover',
    details: accountDetails.rollover,
    options: [
      accountIssuer,
      keyType(accountOptionTexts.newKeyType),
      signer(accountOptionTexts.newSigner),
      { flags: '--force', text: accountOptionTexts.forceRollover },
    ],
    examples: [
      ['account rollover', accountExampleTexts.rolloverPlain],
      [
        'account rollover --account-signer exec:/usr/local/bin/sign',
        accountExampleTexts.rolloverSigner,
      ],
    ],
  },
  {
    name: 'account recover',
    details: accountDetails.recover,
    options: [
      { flags: '--key-file <FILE>', text: accountOptionTexts.keyFile, path: true },
      issuer,
      caFile,
      { flags: '--password-file <FILE>', text: accountOptionTexts.keyPasswordFile, path: true },
      signer(accountOptionTexts.heldBySigner),
      { flags: '--replace', text: accountOptionTexts.replaceAccount },
    ],
    examples: [
      [
        'account recover --key-file /etc/letsencrypt/accounts/…/private_key.json',
        accountExampleTexts.recoverCertbot,
      ],
      ['account recover --key-file account.key --issuer zerossl', accountExampleTexts.recoverLego],
    ],
  },
  {
    name: 'account export-key',
    details: accountDetails.exportKey,
    options: [
      accountIssuer,
      { flags: '--output <FILE>', text: accountOptionTexts.keyOutput, path: true },
      { flags: '--format <FORMAT>', text: accountOptionTexts.keyForm, choices: keyForms },
      { flags: '--password-file <FILE>', text: accountOptionTexts.encryptBy, path: true },
      { flags: '--print', text: accountOptionTexts.print },
    ],
    examples: [
      ['account export-key --output account.pem', accountExampleTexts.exportFile],
      [
        'account export-key --output account.pem --password-file password.txt',
        accountExampleTexts.exportFile,
      ],
    ],
  },
]

export const accountGrammars: readonly CommandGrammar[] = [
  { name: 'account', group: true },
  {
    name: 'account create',
    details: accountDetails.create,
    options: [...newAccountOptions, keyType(accountOptionTexts.accountKeyType)],
    examples: [
      ['account create --email ops@example.com --agree-tos', exampleTexts.accountCreate],
      [
        'account create --issuer google --eab-kid KID --eab-key-file mac-key.txt',
        accountExampleTexts.createBound,
      ],
      [
        'account create --issuer zerossl --eab-kid KID --eab-key-file -',
        accountExampleTexts.createStdin,
      ],
      [
        'account create --account-signer exec:/usr/local/bin/sign',
        accountExampleTexts.createSigner,
      ],
    ],
  },
  {
    name: 'account show',
    options: [accountIssuer],
    examples: [['account show --issuer letsencrypt', exampleTexts.accountShow]],
  },
  {
    name: 'account update',
    options: [
      accountIssuer,
      { flags: '--email <ADDR>', text: optionTexts.newEmail },
      { flags: '--no-email', text: optionTexts.noEmail },
    ],
    examples: [['account update --email team@example.com', exampleTexts.accountUpdate]],
  },
  {
    name: 'account agree',
    details: accountDetails.agree,
    options: [accountIssuer, { flags: '--terms <URL>', text: accountOptionTexts.terms }],
    examples: [
      ['account agree --terms https://ca.example/terms/2', accountExampleTexts.agreePlain],
    ],
  },
  ...keys,
  {
    name: 'account orders',
    details: accountDetails.orders,
    options: [accountIssuer, { flags: '--limit <N>', text: accountOptionTexts.limit }],
    examples: [['account orders', accountExampleTexts.ordersPlain]],
  },
  {
    name: 'account deactivate',
    options: [accountIssuer, { flags: '-y, --yes', text: optionTexts.yes }],
    examples: [
      ['account deactivate --issuer letsencrypt-staging --yes', exampleTexts.accountDeactivate],
    ],
  },
  { name: 'account list' },
]
