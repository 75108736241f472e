/** JSON for people, one member a line. */
export function jsonLines(value: unknown): readonly string[] {
  return JSON.stringify(value, undefined, 2).split('\n')
}
