import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, expect, it, TestRunner, type RunnerTask } from 'vitest'
import { committedCells, measuring, type Cell, type Part } from './cells.ts'

// A file of tests is a process of its own.
const measured: Array<{ readonly cell: Cell; readonly place: readonly number[] }> = []
const reasons = new Map<string, { readonly row: string; readonly reason: string }>()
const knobs = new Map<string, Cell['knobs']>()

/** Makes each test of this `describe` that passes a cell. `subject` stands before their titles. */
export function cellsOf(
  peer: string,
  version: () => string | Promise<string>,
  subject?: string,
): void {
  let said = ''
  beforeAll(async () => {
    said = await version()
  })
  afterEach(({ task }) => {
    if (task.result?.state !== 'pass') return
    const { row, reason } = reasons.get(task.name) ?? { row: task.name }
    const cell: Cell = {
      peer,
      version: said,
      row: subject === undefined ? row : `${subject} ${row}`,
      knobs: knobs.get(task.id) ?? {},
      outcome: reason === undefined ? 'passed' : 'cannot',
      ...(reason !== undefined && { reason }),
    }
    measured.push({ cell, place: placeOf(task) })
  })
}

/** The title of a test that measures that the peer does not do this. */
export function cannot(row: string, reason: string): string {
  const title = `${row} (cannot: ${reason})`
  reasons.set(title, { row, reason })
  return title
}

/** Says what the server of a test was told; of the one that runs, where tests run one after another. */
export function noteKnobs(told: Cell['knobs'], task = TestRunner.getCurrentTest()): void {
  if (task === undefined) throw new Error('no test runs')
  knobs.set(task.id, told)
}

/**
 * The last test of a file: what was measured is what was committed, no cell more and none less. `npm run matrix`
 * has it written down instead.
 */
export function agreesWithCommitted(part: Part): void {
  it('the committed cells are those that were measured', () => {
    const cells = measured.sort(byPlace).map(({ cell }) => cell)
    const own = cells.map(textOf)
    expect(new Set(own).size).toBe(own.length)
    const folder = process.env[measuring]
    if (folder !== undefined) {
      writeFileSync(join(folder, `${part}.json`), JSON.stringify(cells))
      return
    }
    const committed = committedCells()[part].map(textOf)
    expect({
      'committed, but did not run or pass': committed.filter((cell) => !own.includes(cell)),
      'measured, but not committed (npm run matrix)': own.filter(
        (cell) => !committed.includes(cell),
      ),
    }).toEqual({
      'committed, but did not run or pass': [],
      'measured, but not committed (npm run matrix)': [],
    })
  })
}

/** Where a test stands in its file: tests at once end in any order. */
function placeOf(task: RunnerTask): readonly number[] {
  const above = task.suite ?? task.file
  const index = above.tasks.indexOf(task)
  return above === task.file ? [index] : [...placeOf(above), index]
}

function byPlace(a: { place: readonly number[] }, b: { place: readonly number[] }): number {
  const at = a.place.findIndex((index, depth) => index !== b.place[depth])
  return (a.place[at] ?? 0) - (b.place[at] ?? 0)
}

/** Versions are told, not compared: another Debian has others. */
function textOf({ peer, row, knobs, outcome, reason = '' }: Cell): string {
  const told = Object.entries(knobs).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([peer, row, told, outcome, reason])
}
