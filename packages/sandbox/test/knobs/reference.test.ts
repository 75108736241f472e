import { glob, readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { faultRuleMembers, knobsShape } from '../../src/ca/knob-shapes.ts'
import { knobsFrom } from '../../src/ca/knobs.ts'
import { chainMembers, settingsMembers } from '../../src/config/settings-shape.ts'
import { described, type Member, type Members, type Shape } from '../../src/shape/shape.ts'

const root = new URL('../../', import.meta.url)
const defaults = knobsFrom({}, 'a page of this CA') as unknown as Readonly<Record<string, unknown>>

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}

function table(members: Members, withDefaults: boolean): string {
  const head = withDefaults
    ? ['| knob | value | default | why |', '|---|---|---|---|']
    : ['| member | value | why |', '|---|---|---|']
  const rows = Object.entries(members).map(([name, { shape, says = '' }]) => {
    const own = withDefaults ? ` ${defaultOf(name)} |` : ''
    return `| \`${name}\` | ${cell(valueOf(name, shape))} |${own} ${cell(says)} |`
  })
  return [...head, ...rows].join('\n')
}

function valueOf(name: string, shape: Shape): string {
  const below = ['quirks', 'rules', 'rateLimits', 'profiles', 'perspectives', 'faults', 'ca', 'cas']
  if (below.includes(name)) return `see [below](#${name.toLowerCase()})`
  return described(shape)
}

function defaultOf(name: string): string {
  const value = defaults[name]
  if (['rules', 'rateLimits', 'quirks', 'profiles', 'faults'].includes(name)) return 'none'
  if (value === undefined) return 'none'
  if (value === Number.POSITIVE_INFINITY) return 'never'
  return cell(`\`${JSON.stringify(value)}\``)
}

/** The members of the object that the shape has, alone, in a list or by name. */
function membersIn(shape: Shape): Members {
  if (shape.is === 'object') return shape.members
  if (shape.is === 'list' || shape.is === 'map') return membersIn(shape.of)
  if (shape.is === 'either') return membersIn(shape.of.find(({ is }) => is === 'object') as Shape)
  return {}
}

function reference(): string {
  const { members } = knobsShape
  const nested = ['quirks', 'rules', 'rateLimits', 'profiles', 'perspectives'] as const
  const sections = nested.map(
    (name) =>
      `## ${name}\n\n${members[name].says}\n\n${table(membersIn(members[name].shape), false)}`,
  )
  const faults = `## faults\n\n${members.faults.says}\n\n${table(faultRuleMembers, false)}`
  const { ca, cas, ...settings } = settingsMembers
  const around: Record<string, Member> = { ...settings, ca, cas, ...chainMembers }
  return `# Knobs

Every option of the sandbox and why it is there. In code they are the options of \`startSandbox\` and, under \`ca\`, of
\`startCa\`; in a file they are read by \`certwright-sandbox --config FILE\`; on the command line \`--knob NAME=VALUE\`
sets one for every CA. What ends in \`Ms\` is in milliseconds.

A test whose name begins with \`4.3\` and the knob shows what each does.

## ca

What a CA does. All of them can be changed while it runs, by \`ca.setKnobs\` or over the control API, but for
\`caaIdentities\`, \`termsOfService\` and \`faults\`, which have calls of their own or stay.

${table(members, true)}

${[...sections, faults].join('\n\n')}

## sandbox

What there is around the CAs. \`chainLength\`, \`alternateRoots\` and \`keyAlgorithm\` stand under \`authority\`.

${table(around, false)}

## cas

An object that has the options of \`ca\` by the name of each CA, with \`host\`, \`port\`, \`repositoryPort\`, \`names\` and
\`authority\` beside its knobs. What stands under \`ca\` holds for all of them.
`
}

async function titles(): Promise<readonly string[]> {
  const found: string[] = []
  for await (const file of glob('test/**/*.test.ts', { cwd: root })) {
    const text = await readFile(new URL(file, root), 'utf8')
    found.push(...(text.match(/(?<=['"`])4\.[123] [^'"`\n]*/g) ?? []))
  }
  return found
}

describe('KNOBS.md', () => {
  it('has every knob, with its reason', async () => {
    await expect(reference()).toMatchFileSnapshot(new URL('KNOBS.md', root).pathname)
  })
})

describe('each has a test that names it', () => {
  const numbersOf = (all: readonly string[], section: string): Set<number> =>
    new Set(
      all
        .filter((title) => title.startsWith(`${section} #`))
        .flatMap((title) => /^4\.\d((?: #\d+)+)/.exec(title)?.[1]?.match(/\d+/g) ?? [])
        .map(Number),
    )
  const upTo = (last: number): number[] => Array.from({ length: last }, (_, at) => at + 1)

  it('every check of Pebble, and every one of Let’s Encrypt', async () => {
    const all = await titles()
    expect([...numbersOf(all, '4.1')].sort((a, b) => a - b)).toEqual(upTo(79))
    expect([...numbersOf(all, '4.2')].sort((a, b) => a - b)).toEqual(upTo(22))
  })

  it('every knob', async () => {
    const all = (await titles()).filter((title) => title.startsWith('4.3 '))
    const words = new Set(all.flatMap((title) => title.slice(4).split(/[\s:]+/)))
    const { quirks, ...knobs } = knobsShape.members
    const known = [
      ...Object.keys(knobs),
      ...Object.keys(membersIn(quirks.shape)).map((name) => `quirks.${name}`),
      ...Object.keys(chainMembers),
      ...['ipv6', 'httpPort', 'tlsPort', 'secondary', 'standIns', 'cas', 'clock', 'control'],
      ...['setServfail', 'suggestRenewal', 'changeTerms', 'forgetAccount', 'announceIncident'],
    ]
    expect(known.filter((name) => !words.has(name))).toEqual([])
  })
})
