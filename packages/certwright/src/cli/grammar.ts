import { clouds } from '../cloud/registry.ts'
import { argumentTexts, commandDetails, exampleTexts } from '../runtime/messages/help-texts.ts'
import { optionTexts } from '../runtime/messages/option-texts.ts'
import {
  accountGrammars,
  caFile,
  issuer,
  issuerGrammars,
  newAccountOptions,
} from './account-grammar.ts'
import { acmeGrammars } from './acme-grammar.ts'
import { authorizationGrammars } from './authorization-grammar.ts'

import type { ArgumentGrammar, CommandGrammar, OptionGrammar } from './command-grammar.ts'
import { configGrammars } from './config-grammar.ts'
import { budgetGrammars } from './budget-grammar.ts'
import { upkeepGrammars } from './upkeep-grammar.ts'
import { languages } from './language.ts'
import { ancestor, noPreflight, noPropagationCheck, proving } from './proving-grammar.ts'
import { reasonNames } from './revocation-reason.ts'

export type { CommandGrammar, OptionGrammar } from './command-grammar.ts'

export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const
export const keyTypes = ['ec256', 'ec384', 'rsa2048', 'rsa3072', 'rsa4096'] as const
export const exportFormats = ['pem', 'der', 'pkcs12', 'pkcs12-legacy', 'jks'] as const
const keyFormats = ['pkcs8', 'traditional'] as const

/** Every command takes these, before its name or after it. */
export const globalOptions: readonly OptionGrammar[] = [
  { flags: '--state <DIR>', text: optionTexts.state, path: true },
  { flags: '--json', text: optionTexts.json },
  { flags: '-q, --quiet', text: optionTexts.quiet },
  { flags: '--lang <LANGUAGE>', text: optionTexts.lang, choices: languages },
  { flags: '--trace', text: optionTexts.trace },
  { flags: '--trace-file <FILE>', text: optionTexts.traceFile, path: true },
]

const id: ArgumentGrammar = { name: '<ID>', text: argumentTexts.id, offers: 'ids' }
const wait: OptionGrammar = { flags: '--wait <DURATION>', text: optionTexts.wait }

const issue: CommandGrammar = {
  name: 'issue',
  details: commandDetails.issue,
  listsProviders: 'all',
  arguments: [{ name: '[NAME...]', text: argumentTexts.names }],
  options: [
    { flags: '--cert <ID>', text: optionTexts.cert, offers: 'ids' },
    ...newAccountOptions,
    ...proving,
    noPropagationCheck,
    ancestor,
    { flags: '--profile <NAME>', text: optionTexts.profile },
    { flags: '--no-profile', text: optionTexts.noProfile },
    { flags: '--preferred-chain <NAME|FINGERPRINT>', text: optionTexts.preferredChain },
    { flags: '--no-preferred-chain', text: optionTexts.noPreferredChain },
    { flags: '--key <TYPE>', text: optionTexts.key, choices: keyTypes },
    { flags: '--reuse-key', text: optionTexts.reuseKey },
    { flags: '--no-reuse-key', text: optionTexts.noReuseKey },
    { flags: '--key-file <FILE>', text: optionTexts.keyFile, path: true },
    { flags: '--csr <FILE>', text: optionTexts.csr, path: true },
    { flags: '--out <DIR>', text: optionTexts.out, path: true },
    { flags: '--install <TARGET>', text: optionTexts.install, offers: 'targets', repeated: true },
    wait,
    noPreflight,
    { flags: '--force', text: optionTexts.forceIssue },
  ],
  examples: [
    ['issue www.example.com --email ops@example.com --agree-tos', exampleTexts.issueHttp],
    ['issue example.com www.example.com --webroot /var/www/html', exampleTexts.issueWebroot],
    [
      "issue example.com '*.example.com' --dns rfc2136 --dns-option server=192.0.2.1",
      exampleTexts.issueWildcard,
    ],
    ['issue www.example.com --issuer letsencrypt-staging --cert trial', exampleTexts.issueStaging],
    ['issue 192.0.2.1 --profile shortlived', exampleTexts.issueShortLived],
    ['issue --csr appliance.csr --webroot /var/www/html', exampleTexts.issueCsr],
    [
      'issue cdn.example.com --dns alibaba-dns --install alibaba-cdn:domain=cdn.example.com',
      exampleTexts.issueInstall,
    ],
  ],
}

const renew: CommandGrammar = {
  name: 'renew',
  details: commandDetails.renew,
  arguments: [{ ...id, name: '[ID...]' }],
  options: [
    { flags: '--all', text: optionTexts.all },
    { flags: '--force', text: optionTexts.forceRenew },
    { flags: '--check', text: optionTexts.check },
    wait,
    noPreflight,
  ],
  examples: [
    ['renew --quiet', exampleTexts.renewAll],
    ['renew --check', exampleTexts.renewCheck],
    ['renew www.example.com --force', exampleTexts.renewOne],
  ],
}

const revoke: CommandGrammar = {
  name: 'revoke',
  details: commandDetails.revoke,
  arguments: [id],
  options: [
    {
      flags: '--reason <R>',
      text: optionTexts.reason,
      params: { reasons: reasonNames.join(', ') },
      offers: reasonNames,
    },
    { flags: '--version <N>', text: optionTexts.revokeVersion },
  ],
  examples: [
    ['revoke www.example.com --reason keyCompromise', exampleTexts.revokeKey],
    ['revoke www.example.com --version 2 --reason superseded', exampleTexts.revokeOld],
  ],
}

const installing: readonly CommandGrammar[] = [
  {
    name: 'install',
    details: commandDetails.install,
    listsTargets: true,
    arguments: [id],
    options: [
      { flags: '--target <TARGET>', text: optionTexts.target, offers: 'targets', repeated: true },
      wait,
    ],
    examples: [
      [
        'install www.example.com --target alibaba-api-gateway:domain=www.example.com',
        exampleTexts.installOne,
      ],
      ['install www.example.com', exampleTexts.installAll],
    ],
  },
  {
    name: 'uninstall',
    details: commandDetails.uninstall,
    arguments: [id],
    options: [
      {
        flags: '--target <TARGET>',
        text: optionTexts.uninstallTarget,
        offers: 'targets',
        repeated: true,
      },
      { flags: '--all', text: optionTexts.uninstallAll },
      { flags: '--unbind', text: optionTexts.unbind },
    ],
    examples: [
      ['uninstall www.example.com --target alibaba-api-gateway', exampleTexts.uninstallOne],
      ['uninstall www.example.com --all --unbind', exampleTexts.uninstallAll],
    ],
  },
  {
    name: 'verify',
    details: commandDetails.verify,
    arguments: [{ ...id, name: '[ID...]' }],
    examples: [
      ['verify', exampleTexts.verifyAll],
      ['verify www.example.com --json', exampleTexts.verifyJson],
    ],
  },
]

const services: readonly CommandGrammar[] = [
  {
    name: 'discover',
    details: commandDetails.discover,
    arguments: [{ name: '<CLOUD>', text: argumentTexts.service, choices: Object.keys(clouds) }],
    options: [
      { flags: '--region <REGION>', text: optionTexts.region, repeated: true },
      { flags: '--account-option <KEY=VALUE>', text: optionTexts.accountOption, repeated: true },
    ],
    examples: [
      ['discover alibaba --region cn-hangzhou --region cn-shanghai', exampleTexts.discoverRegions],
      ['discover alibaba --json', exampleTexts.discoverJson],
    ],
  },
  {
    name: 'policy',
    details: commandDetails.policy,
    arguments: [{ name: '<CLOUD>', text: argumentTexts.service, choices: Object.keys(clouds) }],
    options: [
      {
        flags: '--for <TARGET>',
        text: optionTexts.policyFor,
        offers: 'targets',
        repeated: true,
      },
    ],
    examples: [
      ['policy alibaba', exampleTexts.policyAll],
      [
        'policy alibaba --for alibaba-cdn:domain=cdn.example.com --for dns:zone=example.com',
        exampleTexts.policyOne,
      ],
    ],
  },
]

const sweeping: CommandGrammar = {
  name: 'sweep',
  details: commandDetails.sweep,
  listsProviders: 'marking',
  arguments: [{ name: '<PROVIDER>', text: argumentTexts.provider }],
  options: [
    { flags: '--dns-option <KEY=VALUE>', text: optionTexts.dnsOption, repeated: true },
    { flags: '--older-than <DURATION>', text: optionTexts.olderThan },
    { flags: '--check', text: optionTexts.sweepCheck },
  ],
  examples: [
    ['sweep alibaba-dns --check', exampleTexts.sweepLook],
    ['sweep alibaba-dns --dns-option zone=example.com --older-than 7d', exampleTexts.sweepAll],
  ],
}

const looking: readonly CommandGrammar[] = [
  {
    name: 'list',
    options: [{ flags: '--due', text: optionTexts.due }],
    examples: [
      ['list', exampleTexts.listTable],
      ['list --json', exampleTexts.listJson],
    ],
  },
  { name: 'show', arguments: [id], examples: [['show www.example.com', exampleTexts.showOne]] },
]

const doctor: CommandGrammar = {
  name: 'doctor',
  details: commandDetails.doctor,
  listsProviders: 'all',
  arguments: [{ name: '<NAME...>', text: argumentTexts.names }],
  options: [
    { flags: '--cert <ID>', text: optionTexts.doctorCert, offers: 'ids' },
    issuer,
    caFile,
    ...proving,
    ancestor,
  ],
  examples: [
    ['doctor www.example.com', exampleTexts.doctorHttp],
    ["doctor example.com '*.example.com' --dns alibaba-dns", exampleTexts.doctorDns],
    ['doctor www.example.com --json', exampleTexts.doctorJson],
  ],
}

const exporting: CommandGrammar = {
  name: 'export',
  details: commandDetails.export,
  arguments: [id],
  options: [
    { flags: '--format <FORMAT>', text: optionTexts.format, choices: exportFormats },
    { flags: '--output <FILE>', text: optionTexts.output, path: true },
    { flags: '--password-file <FILE>', text: optionTexts.passwordFile, path: true },
    { flags: '--key-format <FORMAT>', text: optionTexts.keyFormat, choices: keyFormats },
    { flags: '--alias <NAME>', text: optionTexts.alias },
    { flags: '--version <N>', text: optionTexts.exportVersion },
  ],
  examples: [
    ['export www.example.com --format pkcs12 --output www.pfx', exampleTexts.exportPkcs12],
    [
      'export www.example.com --format jks --output www.jks --password-file password.txt',
      exampleTexts.exportJks,
    ],
    ['export www.example.com --format pem --output haproxy.pem', exampleTexts.exportPem],
  ],
}

const sandbox: CommandGrammar = {
  name: 'sandbox',
  details: commandDetails.sandbox,
  options: [
    { flags: '--dir <DIR>', text: optionTexts.sandboxDir, path: true },
    { flags: '--zone <NAME>', text: optionTexts.sandboxZone, repeated: true },
    { flags: '--host <ADDR>', text: optionTexts.sandboxHost },
    { flags: '--port <N>', text: optionTexts.sandboxPort },
    { flags: '--dns-port <N>', text: optionTexts.sandboxDnsPort },
    { flags: '--http-port <N>', text: optionTexts.sandboxHttpPort },
    { flags: '--tls-port <N>', text: optionTexts.sandboxTlsPort },
    { flags: '--nonce-reject <PERCENT>', text: optionTexts.sandboxNonceReject },
    { flags: '--authz-reuse <PERCENT>', text: optionTexts.sandboxAuthzReuse },
    { flags: '--validity <DURATION>', text: optionTexts.sandboxValidity },
  ],
  examples: [
    ['sandbox', exampleTexts.sandboxRun],
    ['sandbox --dir ./sandbox --port 14000 --zone example.test', exampleTexts.sandboxFixed],
  ],
}

const config: OptionGrammar = { flags: '--config <FILE>', text: optionTexts.config, path: true }

const desiring: readonly CommandGrammar[] = [
  {
    name: 'plan',
    details: commandDetails.plan,
    options: [config, { flags: '--out <FILE>', text: optionTexts.planOut, path: true }],
    examples: [
      ['plan', exampleTexts.plan],
      ['plan --config estate.yaml --out today.plan', exampleTexts.planOut],
    ],
  },
  {
    name: 'apply',
    details: commandDetails.apply,
    arguments: [{ name: '[PLAN]', text: argumentTexts.plan }],
    options: [
      config,
      { flags: '--concurrency <N>', text: optionTexts.concurrency },
      { flags: '-y, --yes', text: optionTexts.yesFinal },
      wait,
      noPreflight,
    ],
    examples: [
      ['apply', exampleTexts.apply],
      ['apply today.plan', exampleTexts.applyPlan],
    ],
  },
  {
    name: 'serve',
    details: commandDetails.serve,
    options: [
      config,
      { flags: '--once', text: optionTexts.once },
      { flags: '--health <ADDR:PORT>', text: optionTexts.health },
      { flags: '--concurrency <N>', text: optionTexts.concurrency },
      { flags: '--drain <DURATION>', text: optionTexts.drain },
      wait,
    ],
    examples: [
      ['serve --config /etc/certwright/certwright.yaml --health 9180', exampleTexts.serve],
      ['serve --once', exampleTexts.serveOnce],
    ],
  },
]

/** Every command, in the order of the help. */
export const commandGrammars: readonly CommandGrammar[] = [
  ...desiring,
  issue,
  renew,
  revoke,
  ...installing,
  ...looking,
  doctor,
  ...authorizationGrammars,
  exporting,
  ...configGrammars,
  ...budgetGrammars,
  ...upkeepGrammars,
  ...services,
  ...issuerGrammars,
  ...accountGrammars,
  sweeping,
  ...acmeGrammars,
  sandbox,
  {
    name: 'completion',
    arguments: [{ name: '<SHELL>', text: argumentTexts.shell, choices: shells }],
    examples: [
      ['completion bash >> ~/.bashrc', exampleTexts.completionBash],
      ['completion zsh >> ~/.zshrc', exampleTexts.completionZsh],
      ['completion fish > ~/.config/fish/completions/certwright.fish', exampleTexts.completionFish],
      ['completion powershell >> $PROFILE', exampleTexts.completionPowershell],
    ],
  },
]
