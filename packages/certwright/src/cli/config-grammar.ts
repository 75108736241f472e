import {
  configArguments,
  configDetails,
  configExamples,
} from '../runtime/messages/config-command-texts.ts'
import type { CommandGrammar } from './grammar.ts'

/** The commands about the file that says what is wanted. */
export const configGrammars: readonly CommandGrammar[] = [
  { name: 'config', group: true },
  {
    name: 'config check',
    details: configDetails.check,
    arguments: [{ name: '[FILE]', text: configArguments.file }],
    examples: [
      ['config check', configExamples.check],
      ['config check certwright.yaml --json', configExamples.checkJson],
    ],
  },
  {
    name: 'schema',
    details: configDetails.schema,
    examples: [
      ['schema > certwright.schema.json', configExamples.schema],
      ['schema --lang zh > certwright.schema.json', configExamples.schemaZh],
    ],
  },
]
