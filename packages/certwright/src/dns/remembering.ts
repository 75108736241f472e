/** Asks once for each key. A failure is not remembered. */
export function remembering<T>(ask: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const known = new Map<string, Promise<T>>()
  return async (key) => {
    const asked = known.get(key) ?? ask(key)
    known.set(key, asked)
    try {
      return await asked
    } catch (error) {
      known.delete(key)
      throw error
    }
  }
}
