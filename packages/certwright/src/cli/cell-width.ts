import stringWidth from 'fast-string-width'

/** How many cells of a terminal a text takes: a Chinese character takes two. */
export function cellWidth(text: string): number {
  // Most of what is measured is ASCII, for which the tables of all other characters need not be read.
  return /^[ -~]*$/.test(text) ? text.length : stringWidth(text)
}
