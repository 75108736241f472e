import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { issuerNames } from '../../issuance/known-issuers.ts'
import { commonOptions, discoverAll, servicesOf, targetsOf } from '../../manager/discovery.ts'
import { providers } from '../../dns/providers/registry.ts'
import type { LoadedConfig } from '../../manager/config/load.ts'
import type { Keeping } from '../../manager/takeover/keep.ts'
import { sources, type SourceName } from '../../manager/takeover/sources/registry.ts'
import type { Takeover, TakeoverOptions } from '../../manager/takeover/takeover.ts'
import { CertwrightError } from '../../runtime/error.ts'
import type { CommandRun } from '../command.ts'
import { directoryUrlFrom } from '../definition.ts'
import { managerContext } from '../estate.ts'
import { exitCode } from '../exit-code.ts'
import { newFile, rootsIn } from '../files.ts'
import { keyValues, type Options } from '../options.ts'
import type { Session } from '../session.ts'
import { takeoverNotes, reportTakeover } from '../takeover-report.ts'

/** Takes over what another client left, or what an account serves: shows what it would do, and does it when told to. */
export const importFrom: CommandRun = async (
  { arguments: [from = '', cloud], options },
  session,
) => {
  const found =
    from === 'discover'
      ? await discovered(cloud, options, session)
      : await left(from, cloud, options, session)
  const { path, decided } = found
  const file = session.path(options.text('write') ?? 'certwright.yaml')
  if (existsSync(file)) throw new CertwrightError('FILE_EXISTS', { path: file })
  const [{ configText }, { parseConfig }] = await Promise.all([
    import('../../manager/config/config-text.ts'),
    import('../../manager/config/load.ts'),
  ])
  const { language } = session.output
  const text = configText(decided.file, { language, notes: takeoverNotes(decided, language) })
  const config = await parseConfig(text, file, { ...session.world, checkOnly: true })
  const report = { client: from, path, decided, file, text }
  if (!options.flag('apply')) {
    const { standingInStore } = await import('../../manager/takeover/keep.ts')
    const store = await session.keptStore()
    const standing = store && (await standingInStore(decided, store))
    reportTakeover({ ...report, standing }, session.output)
    return exitCode.done
  }
  const keepings = await keep(decided, config, options, session)
  await newFile(file, text, 0o644)
  reportTakeover({ ...report, keepings }, session.output)
  return exitCode.done
}

interface Decision {
  /** Where it was found. */
  readonly path: string
  readonly decided: Takeover
}

/** What a client left on disk. */
async function left(
  client: string,
  cloud: string | undefined,
  options: Options,
  session: Session,
): Promise<Decision> {
  if (cloud !== undefined) {
    throw new CertwrightError('USAGE_ARGUMENT_FOR', { argument: cloud, needed: 'discover' })
  }
  const said = common(options, session)
  const source = await sources[client as SourceName]()
  const asked = options.text('path')
  const candidates = source.paths(session.world.home)
  const path =
    asked === undefined
      ? (candidates.find((one) => existsSync(one)) ?? candidates[0] ?? '')
      : session.path(asked)
  const taken = await source.read(path, session.world)
  if (taken.accounts.length + taken.certificates.length + taken.remarks.length === 0) {
    throw new CertwrightError('TAKEOVER_NOTHING', { client, path })
  }
  const { takeover } = await import('../../manager/takeover/takeover.ts')
  const decided = await takeover({ client, taken, ...said }, session.world)
  return { path, decided }
}

/** What an account serves. */
async function discovered(
  cloud: string | undefined,
  options: Options,
  session: Session,
): Promise<Decision> {
  const { world, signal } = session
  const services = servicesOf(world.targets)
  if (cloud === undefined)
    throw new CertwrightError('USAGE_MISSING_ARGUMENT', { argument: 'CLOUD', command: 'import ' })
  if (!services.includes(cloud)) {
    const params = { option: 'CLOUD', value: cloud, choices: services.join(', ') }
    throw new CertwrightError('USAGE_NOT_A_CHOICE', params)
  }
  const values = keyValues(options.list('accountOption'), '--account-option')
  const registry = world.targets
  const { found, failures } = await discoverAll(
    { service: cloud, values, regions: options.list('region'), registry },
    world,
    signal,
  )
  const [first] = failures
  if (first) throw first.error
  const [{ providerOfService, takenFromDiscovery, withCredentials }, { takeover }] =
    await Promise.all([
      import('../../manager/takeover/discovered.ts'),
      import('../../manager/takeover/takeover.ts'),
    ])
  const shared = common(options, session)
  const decided = await takeover(
    {
      client: 'discover',
      taken: takenFromDiscovery(found),
      ...shared,
      directoryUrl: shared.directoryUrl ?? directoryUrlFrom(issuerNames[0] ?? ''),
      provider: shared.provider ?? providerOfService(cloud),
    },
    world,
  )
  const account = {
    service: cloud,
    values,
    options: commonOptions(await targetsOf(cloud, registry)),
  }
  const { file, secrets } = withCredentials(decided.file, account)
  return { path: cloud, decided: { ...decided, file, secrets: [...decided.secrets, ...secrets] } }
}

/** What the options say of what the files do not. */
function common(
  options: Options,
  { world, path }: Session,
): Pick<TakeoverOptions, 'directoryUrl' | 'caFile' | 'provider' | 'targets' | 'now'> {
  const [issuer, caFile, provider] = [
    options.text('issuer'),
    options.text('caFile'),
    options.text('dns'),
  ]
  if (caFile !== undefined) rootsIn(path(caFile))
  if (provider !== undefined && !Object.hasOwn(providers, provider)) {
    const choices = Object.keys(providers).join(', ')
    throw new CertwrightError('USAGE_NOT_A_CHOICE', { option: '--dns', value: provider, choices })
  }
  return {
    directoryUrl: issuer === undefined ? undefined : directoryUrlFrom(issuer),
    caFile: caFile === undefined ? undefined : path(caFile),
    provider,
    targets: world.targets,
    now: world.host.now(),
  }
}

/** First secrets, then accounts, then certificates; the file comes last, so that a run that dies can be run again. */
async function keep(
  { secrets, accounts, certificates }: Takeover,
  { desired, file }: LoadedConfig,
  options: Options,
  session: Session,
): Promise<ReadonlyMap<string, Keeping>> {
  const { keepAccount, keepCertificate } = await import('../../manager/takeover/keep.ts')
  const { readFile } = await import('node:fs/promises')
  for (const { path, text } of secrets) {
    const at = join(dirname(file), path)
    const there = await readFile(at, 'utf8').catch(() => undefined)
    if (there !== text.reveal()) await newFile(at, text.reveal(), 0o600)
  }
  const context = await managerContext(options, session)
  for (const account of accounts) {
    const issuer = desired.issuers.find(({ directoryUrl }) => directoryUrl === account.directoryUrl)
    await keepAccount(account, { ...context, caFile: issuer?.caFile })
  }
  const keepings = new Map<string, Keeping>()
  for (const one of certificates) {
    keepings.set(one.id, await keepCertificate(one, { desired, file }, context))
  }
  return keepings
}
