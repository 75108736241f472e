import type { Permission } from './target.ts'

/**
 * What these permissions come to with a person's options: `{option}` is what the option names, each of several, and
 * everything where it names nothing or says `all`.
 */
export function permissionsWith(
  permissions: readonly Permission[],
  values: Readonly<Record<string, string>>,
): readonly Permission[] {
  return permissions.flatMap(({ action, resource }) =>
    resourcesOf(resource, values).map((filled) => ({ action, resource: filled })),
  )
}

function resourcesOf(resource: string, values: Readonly<Record<string, string>>): string[] {
  const [whole, key = ''] = /\{([\w-]+)\}/.exec(resource) ?? []
  if (whole === undefined) return [resource]
  const given = (values[key] ?? 'all').split(',').map((value) => value.trim())
  return given.flatMap((value) => {
    const filled = resource.replace(whole, () => (value === 'all' ? '*' : value))
    return resourcesOf(filled, values)
  })
}
