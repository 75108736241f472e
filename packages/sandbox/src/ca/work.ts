/** What goes on after a reply has been sent. */
export interface Work {
  /** Runs the task by itself. The signal aborts when the CA closes; then a rejection is no error. */
  start(task: (signal: AbortSignal) => Promise<void>): void
  /** Runs the task as soon as fewer than the allowed number run. */
  inTurn<T>(task: () => Promise<T>): Promise<T>
  /** Aborts all tasks and waits for them to end. */
  close(): Promise<void>
}

/** `concurrency` is asked each time. */
export function createWork(concurrency: () => number): Work {
  const closing = new AbortController()
  const tasks = new Set<Promise<void>>()
  const waiting: (() => void)[] = []
  let running = 0

  return {
    start(task) {
      const ended = task(closing.signal)
        .catch((error: unknown) => {
          if (!closing.signal.aborted) throw error
        })
        .finally(() => tasks.delete(ended))
      tasks.add(ended)
    },

    async inTurn(task) {
      if (running >= concurrency()) await new Promise<void>((resolve) => void waiting.push(resolve))
      else running += 1
      try {
        return await task()
      } finally {
        const next = waiting.shift()
        if (next === undefined) running -= 1
        else next()
      }
    },

    async close() {
      closing.abort(new Error('the CA is closing'))
      await Promise.allSettled(tasks)
    },
  }
}
