/** At most so many names at once: a certificate can have a hundred. */
const atOnce = 10

/** Does a task for each item, a few at a time, and gives what came of each in their order. */
export async function inTurns<T, R>(
  items: readonly T[],
  task: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  for (let at = 0; at < items.length; at += atOnce) {
    results.push(...(await Promise.all(items.slice(at, at + atOnce).map(task))))
  }
  return results
}
