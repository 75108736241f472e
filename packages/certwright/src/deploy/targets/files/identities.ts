import type { FilePlace, FileStep } from './place.ts'

/** Numbers of users and groups, by `owner NAME` and `group NAME`. */
export type Identities = ReadonlyMap<string, number>

/** The numbers of all owners and groups that steps name, found before anything is changed. */
export async function identitiesIn(
  steps: readonly FileStep[],
  run: FilePlace['run'],
): Promise<Identities> {
  const ids = new Map<string, number>()
  const puts = steps.filter((step) => step.do === 'put')
  for (const [kind, names] of [
    ['owner', puts.map(({ owner }) => owner)],
    ['group', puts.map(({ group }) => group)],
  ] as const) {
    for (const name of new Set(names)) {
      if (name !== undefined) ids.set(`${kind} ${name}`, await identity(kind, name, run))
    }
  }
  return ids
}

async function identity(
  kind: 'owner' | 'group',
  name: string,
  run: FilePlace['run'],
): Promise<number> {
  if (/^\d+$/.test(name)) return Number(name)
  // Directory services know users that no file names, so the system's own programs are asked.
  const { exit, output } = await run(
    kind === 'owner' ? ['id', '-u', name] : ['getent', 'group', name],
  )
  const [, number] = /^(?:[^:\s]*:[^:]*:)?(\d+)/.exec(output) ?? []
  if (exit === 0 && number !== undefined) return Number(number)
  throw Object.assign(new Error(`${kind}: ${name}`), { code: `${kind} ${name}: ?` })
}
