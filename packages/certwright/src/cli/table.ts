import { printable } from '../runtime/catalogue.ts'
import { cellWidth } from './cell-width.ts'

const gap = '  '

/** Rows as lines, columns aligned by what a terminal shows: a Chinese character is two cells wide. */
export function alignedRows(rows: readonly (readonly string[])[]): string[] {
  const cells = rows.map((row) => row.map((cell) => printable(cell).replace(/[\n\t]/g, ' ')))
  const widths: number[] = []
  for (const row of cells) {
    for (const [column, cell] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, cellWidth(cell))
    }
  }
  return cells.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - cellWidth(cell)))
      .join(gap)
      .trimEnd(),
  )
}

/** A word with the spaces before it, or one wide character; either with the punctuation that may not begin a line. */
const unbreakable = /\s*(?:[\u2e80-\uffef]|[^\s\u2e80-\uffef]+)[，。；：！？、）」】]*/gu

/** `text` broken into lines of at most `width` cells: at spaces, and between Chinese characters. */
export function wrapped(text: string, width: number): string[] {
  if (cellWidth(text) <= width) return [text]
  const lines: string[] = []
  let line = ''
  let room = width
  for (const [piece] of text.matchAll(unbreakable)) {
    room -= cellWidth(piece)
    if (line !== '' && room < 0) {
      lines.push(line)
      line = piece.trimStart()
      room = width - cellWidth(line)
    } else line += piece
  }
  lines.push(line)
  return lines
}

/** Terms with their descriptions beside them, wrapped to `width` cells. */
export function definitions(
  rows: readonly (readonly [term: string, description: string])[],
  width: number,
): string[] {
  const indent = 2
  const widest = Math.max(0, ...rows.map(([term]) => cellWidth(term)))
  const column = Math.min(widest, 30) + indent + gap.length
  return rows.flatMap(([term, description]) => {
    const [first = '', ...rest] = wrapped(description, Math.max(24, width - column))
    const head = ' '.repeat(indent) + term
    const room = column - cellWidth(head)
    const opening =
      room >= gap.length ? [head + ' '.repeat(room) + first] : [head, ' '.repeat(column) + first]
    return [
      ...opening.map((line) => line.trimEnd()),
      ...rest.map((line) => ' '.repeat(column) + line),
    ]
  })
}
