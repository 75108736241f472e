import type { Language } from '../runtime/catalogue.ts'
import { CertwrightError } from '../runtime/error.ts'
import type { CommandRun } from './command.ts'
import { exitCode, exitCodeOf } from './exit-code.ts'
import type { CommandGrammar } from './command-grammar.ts'
import { outputTo, type Output } from './output.ts'
import { readCommandLine, type Invocation } from './command-line.ts'
import { packageVersion } from './version.ts'
import type { World } from './world.ts'

/** What each command does; loaded when it is asked for. */
const runs: Readonly<Partial<Record<CommandGrammar['name'], () => Promise<CommandRun>>>> = {
  plan: async () => (await import('./commands/plan.ts')).plan,
  apply: async () => (await import('./commands/apply.ts')).apply,
  serve: async () => (await import('./commands/serve.ts')).serve,
  'notify test': async () => (await import('./commands/notify.ts')).notifyTest,
  budget: async () => (await import('./commands/budget.ts')).budget,
  'budget simulate': async () => (await import('./commands/budget.ts')).budgetSimulate,
  rollback: async () => (await import('./commands/rollback.ts')).rollback,
  events: async () => (await import('./commands/events.ts')).events,
  'service install': async () => (await import('./commands/service.ts')).serviceInstall,
  backup: async () => (await import('./commands/backup.ts')).backup,
  restore: async () => (await import('./commands/backup.ts')).restore,
  rekey: async () => (await import('./commands/rekey.ts')).rekey,
  issue: async () => (await import('./commands/issue.ts')).issue,
  renew: async () => (await import('./commands/renew.ts')).renew,
  revoke: async () => (await import('./commands/revoke.ts')).revoke,
  install: async () => (await import('./commands/install.ts')).install,
  uninstall: async () => (await import('./commands/uninstall.ts')).uninstall,
  verify: async () => (await import('./commands/verify.ts')).verify,
  discover: async () => (await import('./commands/discover.ts')).discover,
  policy: async () => (await import('./commands/policy.ts')).policy,
  sweep: async () => (await import('./commands/sweep.ts')).sweepOrphans,
  list: async () => (await import('./commands/list.ts')).list,
  show: async () => (await import('./commands/show.ts')).show,
  doctor: async () => (await import('./commands/doctor.ts')).doctor,
  'dns-persist': async () => (await import('./commands/dns-persist.ts')).dnsPersist,
  authorize: async () => (await import('./commands/authorize.ts')).authorize,
  export: async () => (await import('./commands/export.ts')).exportCertificate,
  'config check': async () => (await import('./commands/config-check.ts')).configCheck,
  init: async () => (await import('./commands/init.ts')).init,
  import: async () => (await import('./commands/import.ts')).importFrom,
  schema: async () => (await import('./commands/schema.ts')).schema,
  'account create': async () => (await import('./commands/account.ts')).accountCreate,
  'account show': async () => (await import('./commands/account.ts')).accountShow,
  'account update': async () => (await import('./commands/account.ts')).accountUpdate,
  'account deactivate': async () => (await import('./commands/account.ts')).accountDeactivate,
  'account rollover': async () => (await import('./commands/account-rollover.ts')).accountRollover,
  'account recover': async () => (await import('./commands/account-key.ts')).accountRecover,
  'account export-key': async () => (await import('./commands/account-key.ts')).accountExportKey,
  'account orders': async () => (await import('./commands/account-orders.ts')).accountOrderList,
  'account agree': async () => (await import('./commands/account-agree.ts')).accountAgree,
  issuers: async () => (await import('./commands/issuers.ts')).issuers,
  'account list': async () => (await import('./commands/account.ts')).accountList,
  'acme directory': async () => (await import('./commands/acme/directory.ts')).directory,
  'acme nonce': async () => (await import('./commands/acme/nonce.ts')).nonce,
  'acme terms': async () => (await import('./commands/acme/terms.ts')).terms,
  'acme key': async () => (await import('./commands/acme/key.ts')).key,
  'acme csr': async () => (await import('./commands/acme/csr.ts')).csr,
  'acme csr show': async () => (await import('./commands/acme/csr.ts')).csrShow,
  'acme jws': async () => (await import('./commands/acme/jws.ts')).jws,
  'acme account new': async () => (await import('./commands/acme/account-new.ts')).accountNew,
  'acme account url': async () => (await import('./commands/acme/account.ts')).accountUrl,
  'acme account info': async () => (await import('./commands/acme/account.ts')).accountInfo,
  'acme account update': async () => (await import('./commands/acme/account.ts')).accountContacts,
  'acme account deactivate': async () => (await import('./commands/acme/account.ts')).accountEnd,
  'acme order new': async () => (await import('./commands/acme/order.ts')).orderNew,
  'acme order show': async () => (await import('./commands/acme/order.ts')).orderShow,
  'acme challenge': async () => (await import('./commands/acme/challenge.ts')).challenge,
  'acme answer': async () => (await import('./commands/acme/answer.ts')).answer,
  'acme finalize': async () => (await import('./commands/acme/finalize.ts')).finalize,
  'acme download': async () => (await import('./commands/acme/download.ts')).download,
  'acme revoke': async () => (await import('./commands/acme/revoke.ts')).revoke,
  sandbox: async () => (await import('./commands/sandbox.ts')).sandbox,
  completion: async () => (await import('./commands/completion.ts')).completion,
}

/** Reads one command line and does what it says; resolves with the exit code. */
export async function runCommandLine(
  argv: readonly string[],
  world: World,
  language: Language,
): Promise<number> {
  const own = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv
  const json = own.includes('--json')
  const quiet = own.some((argument) => argument === '--quiet' || argument === '-q')
  const output = outputTo(world, { language, json, quiet })
  try {
    return await runRequest(argv, world, output)
  } catch (error) {
    const reason: unknown = world.signal?.aborted ? world.signal.reason : error
    await reportError(reason, world, output, own.includes('--trace'))
    return exitCodeOf(reason)
  }
}

async function runRequest(argv: readonly string[], world: World, output: Output): Promise<number> {
  const request = readCommandLine(argv)
  if (request.type === 'run') return runInvocation(request, world, output)
  if (request.type === 'help') {
    output.raw(await helpOf(request.command, world, output))
    return exitCode.done
  }
  if (request.type === 'version') {
    output.result({ version: packageVersion() }, () => [packageVersion()])
    return exitCode.done
  }
  const { command } = request
  if (output.json)
    throw new CertwrightError('USAGE_NO_COMMAND', { command: command ? `${command.name} ` : '' })
  world.stderr.write(await helpOf(command, world, output))
  return exitCode.usage
}

async function helpOf(
  command: CommandGrammar | undefined,
  { targets: registry }: World,
  { language, width }: Output,
): Promise<string> {
  const { helpText } = await import('./help.ts')
  const providers = command?.listsProviders
    ? await (
        await import('./provider-help.ts')
      ).providerLines(command.listsProviders, { language, width })
    : []
  const targets = command?.listsTargets
    ? await (await import('./target-help.ts')).targetLines(language, width, registry)
    : []
  return helpText(command, { language, width, providers, targets })
}

async function runInvocation(
  { command, arguments: args, options }: Invocation,
  world: World,
  output: Output,
): Promise<number> {
  const load = runs[command.name]
  if (!load) throw new TypeError(`nothing is known to do for ${command.name}`)
  const [run, { sessionOf }] = await Promise.all([load(), import('./session.ts')])
  const session = sessionOf(world, output, options)
  try {
    return await run({ arguments: args, options }, session)
  } finally {
    await session.close()
  }
}

/** A stack is shown only of what nobody expected, and only to somebody who traces. */
async function reportError(
  error: unknown,
  { host }: World,
  output: Output,
  traced: boolean,
): Promise<void> {
  const { errorDocument, errorLines } = await import('./error-report.ts')
  const document = errorDocument(error, output.language, host.now())
  if (output.json) output.result({ error: document }, () => [])
  for (const line of errorLines(document, output.language)) output.warn(line)
  if (traced && document.code === 'UNEXPECTED' && error instanceof Error) {
    for (const line of (error.stack ?? '').split('\n')) output.warn(line)
  }
}
