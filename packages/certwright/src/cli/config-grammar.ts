import { issuerNames } from '../issuance/known-issuers.ts'
import { argumentTexts } from '../runtime/messages/help-texts.ts'
import { optionTexts } from '../runtime/messages/option-texts.ts'
import { sources } from '../manager/takeover/sources/registry.ts'
import {
  configArguments,
  configDetails,
  configExamples,
  configOptions,
} from '../runtime/messages/config-command-texts.ts'
import type { CommandGrammar } from './command-grammar.ts'

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
    name: 'init',
    details: configDetails.init,
    listsProviders: 'all',
    arguments: [{ name: '[NAME...]', text: argumentTexts.names }],
    options: [
      { flags: '--write <FILE>', text: configOptions.write, path: true },
      {
        flags: '--issuer <URL|NAME>',
        text: optionTexts.issuer,
        params: { issuers: issuerNames.join(', ') },
        offers: issuerNames,
      },
      { flags: '--ca-file <FILE>', text: optionTexts.caFile, path: true },
      { flags: '--email <ADDR>', text: optionTexts.email },
      { flags: '--agree-tos', text: optionTexts.agreeTos },
      { flags: '--webroot <DIR>', text: optionTexts.webroot, path: true },
      { flags: '--http-port <N>', text: optionTexts.httpPort },
      { flags: '--dns <PROVIDER>', text: optionTexts.dns, offers: 'dns-providers' },
      { flags: '--dns-option <KEY=VALUE>', text: configOptions.dnsOption, repeated: true },
      { flags: '--install <TARGET>', text: optionTexts.install, offers: 'targets', repeated: true },
    ],
    examples: [
      ['init', configExamples.init],
      ['init www.example.com --email ops@example.com --agree-tos', configExamples.initNames],
      [
        "init example.com '*.example.com' --dns rfc2136 --dns-option server=192.0.2.1 --dns-option key-name=k --dns-option key-secret=env:TSIG",
        configExamples.initDns,
      ],
    ],
  },
  {
    name: 'import',
    details: configDetails.import,
    arguments: [
      {
        name: '<SOURCE>',
        text: configArguments.source,
        choices: [...Object.keys(sources), 'discover'],
      },
      { name: '[CLOUD]', text: configArguments.cloud },
    ],
    options: [
      { flags: '--path <DIR>', text: configOptions.path, path: true },
      { flags: '--write <FILE>', text: configOptions.write, path: true },
      { flags: '--apply', text: configOptions.apply },
      { flags: '--issuer <URL|NAME>', text: configOptions.issuer, offers: issuerNames },
      { flags: '--ca-file <FILE>', text: configOptions.caFile, path: true },
      { flags: '--dns <PROVIDER>', text: configOptions.dns, offers: 'dns-providers' },
      { flags: '--region <REGION>', text: configOptions.region, repeated: true },
      { flags: '--account-option <KEY=VALUE>', text: configOptions.accountOption, repeated: true },
    ],
    examples: [
      ['import certbot', configExamples.import],
      ['import acme.sh --path /root/.acme.sh --apply', configExamples.importApply],
      ['import discover alibaba --write estate.yaml', configExamples.importDiscover],
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
