import { handshakeOptions } from '../deploy/place.ts'
import type { TargetModule } from '../deploy/target-context.ts'
import type { TargetOption } from '../deploy/target.ts'
import { targetModule, targets, type TargetRegistry } from '../deploy/targets/registry.ts'
import { commonOptions, servicesOf } from '../manager/discovery.ts'
import { fill, type Language } from '../runtime/catalogue.ts'
import { targetTexts } from '../runtime/messages/deploy-texts.ts'
import { describedOption } from './provider-help.ts'
import { definitions, wrapped } from './table.ts'

/** Every target with what can be set on it; what all of a service or all at all have in common, once. */
export async function targetLines(
  language: Language,
  width: number,
  registry: TargetRegistry = targets,
): Promise<string[]> {
  const modules = await Promise.all(
    Object.keys(registry).map(async (name) => targetModule(name, registry)),
  )
  const groups = servicesOf(registry).map((service) => {
    const members = modules.filter(({ target }) => target.name.startsWith(`${service}-`))
    return { service, members, common: commonOptions(members) }
  })
  const ofGroup = ({ target }: TargetModule): readonly TargetOption[] =>
    groups.find(({ members }) => members.some((member) => member.target === target))?.common ?? []
  const rows = (options: readonly TargetOption[]): string[] =>
    definitions(
      options.map((option) => [`  ${option.key}`, describedOption(option, language)] as const),
      width,
    )
  return [
    ...wrapped(fill(targetTexts.heading, language), width),
    ...modules.flatMap((module) => {
      const { name, summary, options, keyTypes } = module.target
      const common = new Set(ofGroup(module).map(({ key }) => key))
      const params = { summary: summary[language], types: keyTypes.join(', ') }
      const about = fill(targetTexts.summary, language, params)
      return [
        `  ${name}`,
        ...wrapped(about, width - 4).map((line) => `    ${line}`),
        ...rows(options.filter(({ key }) => !common.has(key))),
      ]
    }),
    ...groups
      .filter(({ common }) => common.length > 0)
      .flatMap(({ service, common }) => [
        `  ${fill(targetTexts.common, language, { service })}`,
        ...rows(common),
      ]),
    `  ${fill(targetTexts.every, language)}`,
    ...rows(handshakeOptions),
  ]
}
