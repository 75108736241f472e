import {
  authorizationArgumentTexts,
  authorizationDetails,
  authorizationExampleTexts,
  authorizationOptionTexts,
} from '../runtime/messages/authorization-texts.ts'
import { optionTexts } from '../runtime/messages/option-texts.ts'
import { issuer, newAccountOptions } from './account-grammar.ts'
import type { CommandGrammar } from './command-grammar.ts'
import { noPreflight, noPropagationCheck, proving, writing } from './proving-grammar.ts'

/** The commands that prove names apart from any order. */
export const authorizationGrammars: readonly CommandGrammar[] = [
  {
    name: 'dns-persist',
    details: authorizationDetails.dnsPersist,
    listsProviders: 'all',
    arguments: [{ name: '<NAME...>', text: authorizationArgumentTexts.recordNames }],
    options: [
      { flags: '--wildcard', text: authorizationOptionTexts.wildcard },
      { flags: '--until <DATE>', text: authorizationOptionTexts.until, offers: ['forever'] },
      { ...issuer, text: optionTexts.accountIssuer },
      { flags: '--issuer-domain <DOMAIN>', text: authorizationOptionTexts.issuerDomain },
      ...writing,
    ],
    examples: [
      ['dns-persist www.example.com', authorizationExampleTexts.persistLook],
      [
        'dns-persist example.com --wildcard --until 2027-12-31 --write --dns alibaba-dns',
        authorizationExampleTexts.persistWrite,
      ],
    ],
  },
  {
    name: 'authorize',
    details: authorizationDetails.authorize,
    listsProviders: 'all',
    arguments: [{ name: '<NAME...>', text: authorizationArgumentTexts.authorizedNames }],
    options: [
      { flags: '--subdomains', text: authorizationOptionTexts.subdomains },
      ...newAccountOptions,
      ...proving,
      noPropagationCheck,
      noPreflight,
    ],
    examples: [
      [
        'authorize example.com --subdomains --issuer https://ca.example/directory --dns alibaba-dns',
        authorizationExampleTexts.authorizeBelow,
      ],
      [
        'authorize www.example.com --issuer https://ca.example/directory',
        authorizationExampleTexts.authorizeOne,
      ],
    ],
  },
]
