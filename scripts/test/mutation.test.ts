import { describe, expect, it } from 'vitest'
import {
  changedSince,
  type Findings,
  livingIn,
  merged,
  recordText,
  sha256,
  staleIn,
} from '../mutation/record.ts'
import { foundIn, type MutationReport } from '../mutation/report.ts'

const source = 'const three = (\n  one + 2\n)\n'
const sources = { 'a.ts': source, 'b.ts': source }

type Mutants = MutationReport['files'][string]['mutants']

/** What a run finds in `source`, where these mutants of `one + 2` came to these ends. */
function found(file: string, ends: Readonly<Record<string, string>>): Findings {
  const location = { start: { line: 2, column: 3 }, end: { line: 2, column: 10 } }
  const mutants: Mutants = Object.entries(ends).map(([replacement, status]) => ({
    ...{ replacement, status, location },
  }))
  return foundIn({ files: { [`packages/acme/src/${file}`]: { source, mutants } } })
}

const lives = found('a.ts', { 'one - 2': 'Survived', '': 'Killed' })
const explanation = { file: 'a.ts', code: 'one + 2', why: 'Nobody asks.' }

describe('the record of mutation testing', () => {
  it('counts every mutant, and tells of one by one what lives', () => {
    expect(lives['a.ts']).toMatchObject({
      counts: { killed: 1, lived: 1, 'not reached': 0 },
      mutants: [{ outcome: 'lived', within: 'one + 2', code: 'one + 2', to: 'one - 2' }],
    })
  })

  it('is in the same order, whichever file was run first', () => {
    const other = found('b.ts', { 'one - 2': 'Killed' })
    const text = recordText(merged(lives, other, sources))
    expect(text).toBe(recordText(merged(other, lives, sources)))
    expect(JSON.parse(text)).toEqual({ ...lives, ...other })
  })

  it('takes what the last run of a file has found, and forgets a file that is gone', () => {
    const killed = found('a.ts', { 'one - 2': 'Killed' })
    expect(merged(lives, killed, sources)).toEqual(killed)
    expect(merged(lives, killed, {})).toEqual({})
  })

  it('names a file whose source is no longer the one that was mutated', () => {
    expect(changedSince(lives, sources)).toEqual([])
    expect(changedSince(lives, { 'a.ts': `${source}\n` })).toEqual(['a.ts'])
    expect(lives['a.ts']?.sha256).toBe(sha256(source))
  })

  it('has a reason for what lives where one is given for its code', () => {
    const whyOf = (more: object): string | undefined =>
      livingIn(lives, [{ ...explanation, ...more }])[0]?.why
    expect(whyOf({})).toBe('Nobody asks.')
    expect(whyOf({ within: 'one + 2', to: 'one - 2' })).toBe('Nobody asks.')
    expect(whyOf({ to: '' })).toBeUndefined()
    expect(whyOf({ within: 'one + 2 + 3' })).toBeUndefined()
    expect(whyOf({ file: 'b.ts' })).toBeUndefined()
  })

  it('calls an explanation stale that explains nothing', () => {
    const killed = found('a.ts', { 'one - 2': 'Killed' })
    const gone = { ...explanation, file: 'gone.ts' }
    expect(staleIn(lives, sources, [explanation])).toEqual([])
    expect(staleIn(killed, sources, [explanation])).toEqual([explanation])
    expect(staleIn(lives, sources, [explanation, gone])).toEqual([gone])
  })

  it('leaves that open for a file that has changed, or was never run', () => {
    const killed = found('a.ts', { 'one - 2': 'Killed' })
    expect(staleIn(killed, { 'a.ts': `${source}\n` }, [explanation])).toEqual([])
    expect(staleIn({}, sources, [explanation])).toEqual([])
  })
})
