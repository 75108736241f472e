import { describe, expect, it } from 'vitest'
import { committedCells, type Cell, type Cells } from '../../peers/cells.ts'
import { matrixPage } from '../../peers/matrix-page.ts'

const cell = (more: Partial<Cell>): Cell => ({
  peer: 'one',
  version: '1.0',
  row: 'gets it',
  knobs: {},
  outcome: 'passed',
  ...more,
})

/** The lines of a page about these clients, from the head of their table on. */
function page(...clients: readonly Cell[]): readonly string[] {
  const lines = matrixPage({ pebble: [], 'step-ca': [], clients }).split('\n')
  return lines.slice(lines.indexOf('## Clients of others at our CA')).filter((line) => line !== '')
}

describe('the page of the matrix', () => {
  it('says cannot, and why, where the peer cannot', () => {
    const lines = page(
      cell({}),
      cell({ row: 'revokes it', outcome: 'cannot', reason: 'only gets' }),
      cell({ peer: 'two', row: 'revokes it' }),
    )
    expect(lines).toContain('| revokes it | **cannot**<sup>1</sup> | ✓ |')
    expect(lines).toContain('1. only gets')
  })

  it('has a dash for what was not measured', () => {
    const lines = page(cell({}), cell({ peer: 'two', row: 'revokes it' }))
    expect(lines).toContain('| gets it | ✓ | – |')
    expect(lines).toContain('| revokes it | – | ✓ |')
  })

  it('has a column for each version', () => {
    const lines = page(cell({}), cell({ version: '2.0' }))
    expect(lines).toContain('|  | one 1.0 | one 2.0 |')
  })

  it('says what a server was told otherwise than usual, once for a row that has it throughout', () => {
    const gentle = { refused: 0 }
    const lines = page(
      cell({ knobs: gentle }),
      cell({ row: 'revokes it', knobs: gentle }),
      cell({ row: 'renews it', knobs: { ...gentle, window: 'past' } }),
      cell({ peer: 'two' }),
      cell({ peer: 'two', row: 'revokes it', knobs: { refused: 5 } }),
      cell({ peer: 'two', row: 'renews it', knobs: { window: 'past' } }),
      cell({ peer: 'two', row: 'sends it' }),
    )
    expect(lines).toContain('| renews it (`window=past`) | ✓ | ✓ |')
    expect(lines).toContain('| revokes it | ✓ | ✓ (`refused=5`) |')
    expect(lines).toContain('one 1.0, unless said otherwise: `refused=0`.')
  })
})

describe('the committed cells', () => {
  const cells: Cells = committedCells()
  const all = Object.values(cells).flat()

  it('give a reason for what cannot be, and for nothing else', () => {
    expect(
      all.filter(({ outcome, reason }) => (outcome === 'cannot') !== (reason !== undefined)),
    ).toEqual([])
    expect(all.some(({ outcome }) => outcome === 'cannot')).toBe(true)
  })

  it('name the version of every peer', () => {
    expect(all.filter(({ version }) => !/^\d+\.\d+(\.\d+)?$/.test(version))).toEqual([])
  })
})
