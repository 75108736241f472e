import { optionTexts } from '../runtime/messages/option-texts.ts'
import { argumentTexts } from '../runtime/messages/help-texts.ts'
import {
  upkeepArguments,
  upkeepDetails,
  upkeepExamples,
  upkeepOptions,
} from '../runtime/messages/upkeep-help-texts.ts'
import type { CommandGrammar, OptionGrammar } from './command-grammar.ts'

const passphraseFile: OptionGrammar = {
  flags: '--passphrase-file <FILE>',
  text: upkeepOptions.passphraseFile,
  path: true,
}

/** The commands that keep the state and the service. */
export const upkeepGrammars: readonly CommandGrammar[] = [
  {
    name: 'rollback',
    details: upkeepDetails.rollback,
    arguments: [{ name: '<ID>', text: argumentTexts.id, offers: 'ids' }],
    options: [
      { flags: '--to <N>', text: upkeepOptions.to },
      { flags: '--wait <DURATION>', text: optionTexts.wait },
    ],
    examples: [
      ['rollback www.example.com', upkeepExamples.rollback],
      ['rollback www.example.com --to 3', upkeepExamples.rollbackTo],
    ],
  },
  {
    name: 'events',
    details: upkeepDetails.events,
    options: [
      { flags: '--since <DURATION>', text: upkeepOptions.since },
      { flags: '--cert <ID>', text: upkeepOptions.cert, offers: 'ids' },
      { flags: '--follow', text: upkeepOptions.follow },
    ],
    examples: [
      ['events --since 24h', upkeepExamples.events],
      ['events --follow --json', upkeepExamples.eventsFollow],
    ],
  },
  { name: 'notify', group: true },
  {
    name: 'notify test',
    arguments: [{ name: '[NAME...]', text: upkeepArguments.notification }],
    options: [{ flags: '--config <FILE>', text: optionTexts.config, path: true }],
    examples: [['notify test', upkeepExamples.notify]],
  },
  { name: 'service', group: true },
  {
    name: 'service install',
    details: upkeepDetails.serviceInstall,
    options: [
      { flags: '--config <FILE>', text: optionTexts.config, path: true },
      { flags: '--timer', text: upkeepOptions.timer },
      { flags: '--user', text: upkeepOptions.user },
      {
        flags: '--manager <NAME>',
        text: upkeepOptions.manager,
        choices: ['systemd', 'launchd', 'windows'],
      },
      { flags: '--print', text: upkeepOptions.print },
    ],
    examples: [
      ['service install --print', upkeepExamples.service],
      ['service install --timer --user', upkeepExamples.serviceTimer],
    ],
  },
  {
    name: 'backup',
    details: upkeepDetails.backup,
    arguments: [{ name: '<FILE>', text: upkeepArguments.backup }],
    options: [passphraseFile],
    examples: [['backup certwright.backup', upkeepExamples.backup]],
  },
  {
    name: 'restore',
    arguments: [{ name: '<FILE>', text: upkeepArguments.backup }],
    options: [passphraseFile],
    examples: [['restore certwright.backup --state ./state', upkeepExamples.restore]],
  },
  {
    name: 'rekey',
    details: upkeepDetails.rekey,
    examples: [['rekey', upkeepExamples.rekey]],
  },
]
