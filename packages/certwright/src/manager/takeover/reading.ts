import type { TakeoverCode, TakeoverRemark } from './taken.ts'

/** Collects what a person has to hear while files are read. */
export interface Notes {
  readonly all: readonly TakeoverRemark[]
  add(code: TakeoverCode, params?: TakeoverRemark['params'], certificate?: string): void
  /** What `task` gives; `undefined`, and a remark that names the path, where it throws. */
  trying<T>(path: string, task: () => Promise<T>): Promise<T | undefined>
}

export function notes(): Notes {
  const all: TakeoverRemark[] = []
  const add: Notes['add'] = (code, params = {}, certificate) => {
    all.push({ code, params, ...(certificate !== undefined && { certificate }) })
  }
  return {
    all,
    add,
    async trying(path, task) {
      try {
        return await task()
      } catch (error) {
        add('unreadable', { path, reason: reasonOf(error) })
        return undefined
      }
    },
  }
}

/** What is wrong, without what stands in the file: parsers quote it, and it may be a key. */
function reasonOf(error: unknown): string {
  if (error instanceof SyntaxError) return 'JSON?'
  const { code } = error as { readonly code?: unknown }
  return typeof code === 'string' ? code : error instanceof Error ? error.name : '?'
}
