/** Does tasks one after the other, in the order in which they came. One that fails does not hold up the next. */
export function takingTurns(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return async (task) => {
    const turn = last.then(task, task)
    last = turn
    return turn
  }
}
