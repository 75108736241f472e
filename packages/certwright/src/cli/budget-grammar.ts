import { issuerNames } from '../issuance/known-issuers.ts'
import { budgetExamples, budgetOptions } from '../runtime/messages/budget-help-texts.ts'
import { optionTexts } from '../runtime/messages/option-texts.ts'
import type { CommandGrammar } from './command-grammar.ts'

/** The commands about what CAs allow. */
export const budgetGrammars: readonly CommandGrammar[] = [
  {
    name: 'budget',
    options: [{ flags: '--config <FILE>', text: optionTexts.config, path: true }],
    examples: [['budget', budgetExamples.budget]],
  },
  {
    name: 'budget simulate',
    options: [
      { flags: '--issuer <URL|NAME>', text: budgetOptions.issuer, offers: issuerNames },
      { flags: '--certificates <N>', text: budgetOptions.certificates },
      { flags: '--domains <N>', text: budgetOptions.domains },
      { flags: '--lifetime <DURATION>', text: budgetOptions.lifetime },
      { flags: '--duration <DURATION>', text: budgetOptions.duration },
      { flags: '--no-ari', text: budgetOptions.noAri },
    ],
    examples: [['budget simulate --certificates 10000 --lifetime 6d', budgetExamples.simulate]],
  },
]
