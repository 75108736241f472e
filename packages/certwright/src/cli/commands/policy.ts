import { cloudModule, type CloudModule, type Grant } from '../../cloud/registry.ts'
import { permissionsWith } from '../../deploy/permission.ts'
import type { TargetModule } from '../../deploy/target-context.ts'
import { targetSpecifierFrom, type TargetSpecifier } from '../../deploy/target-specifier.ts'
import { targetsOf } from '../../manager/discovery.ts'
import { CertwrightError } from '../../runtime/error.ts'
import { deployTexts } from '../../runtime/messages/deploy-texts.ts'
import type { CommandRun } from '../command.ts'
import { exitCode } from '../exit-code.ts'

/** Prints the least policy for what is named, or for everything. The policy itself is JSON. */
export const policy: CommandRun = async ({ arguments: [service = ''], options }, session) => {
  const { output, world } = session
  const cloud = await cloudModule(service)
  if (!cloud) throw new TypeError(`nothing is known of the policies of ${service}`)
  const modules = await targetsOf(service, world.targets)
  const asked = options.list('for').map(targetSpecifierFrom)
  const everything = [
    ...Object.keys(cloud.purposes),
    ...modules.map(({ target }) => target.name),
  ].map((name): TargetSpecifier => ({ name, values: {} }))
  const grants = (asked.length > 0 ? asked : everything).flatMap((one) =>
    grantsFor(one, cloud, modules),
  )
  const document = cloud.policy(grants)
  const { length } = JSON.stringify(document)
  output.result(document, () => JSON.stringify(document, undefined, 2).split('\n'))
  const limit = cloud.longestPolicy
  if (length > limit) output.warn(output.text(deployTexts.longPolicy, { length, limit }))
  return exitCode.done
}

function grantsFor(
  { name, values }: TargetSpecifier,
  { purposes, isReading }: CloudModule,
  modules: readonly TargetModule[],
): readonly Grant[] {
  const named = (grants: readonly Grant[]): readonly Grant[] => permissionsWith(grants, values)
  const purpose = Object.hasOwn(purposes, name) ? purposes[name] : undefined
  if (purpose) return named(purpose)
  if (name === 'discover') {
    const all = modules.filter(({ discover }) => discover).map(({ target }) => target.permissions)
    return named(all.flat().filter(({ action }) => isReading(action)))
  }
  const module = modules.find(({ target }) => target.name === name)
  if (module) return named(module.target.permissions)
  const choices = [
    ...Object.keys(purposes),
    'discover',
    ...modules.map(({ target }) => target.name),
  ]
  const params = { option: '--for', value: name, choices: choices.join(', ') }
  throw new CertwrightError('USAGE_NOT_A_CHOICE', params)
}
