import type { Clock } from '../clock.ts'

/** How long changes take: until they were looked at so often and so much time has passed. */
export interface Delay {
  readonly looks: number
  /** Milliseconds of the clock. */
  readonly ms: number
}

/** A change on its way. */
export interface Wait {
  /** Looks at it, which moves it on; says whether it is over. */
  look(): boolean
  over(): boolean
}

export function startWait({ looks, ms }: Delay, clock: Clock): Wait {
  const end = clock.now() + ms
  let left = looks
  const over = (): boolean => left <= 0 && clock.now() >= end
  return {
    look() {
      const was = over()
      left -= 1
      return was
    },
    over,
  }
}

export interface JobOptions {
  /** The action that started it. */
  readonly action: string
  readonly resource: string
  /** Makes its change. Called once, when it succeeds. */
  readonly finish: () => void
  /** Makes it end in failure instead. */
  readonly failure?: { readonly code: string; readonly message: string }
}

export interface Job extends Pick<JobOptions, 'action' | 'resource' | 'failure'> {
  readonly id: string
  readonly status: 'Processing' | 'Succeeded' | 'Failed'
  readonly createdAt: number
}

export interface Jobs {
  /** Gives the job's id. */
  start(job: JobOptions): string
  /** Reads a job, which moves it on. */
  look(id: string): Job | undefined
  /** Reads a resource, which moves on what is under way there; true while something is. */
  busy(resource: string): boolean
  readonly all: readonly Job[]
}

/** Asynchronous work. A job that nobody looks at stays where it is. */
export function createJobs(delay: Delay, clock: Clock, newId: () => string): Jobs {
  const jobs = new Map<string, { job: Job; wait: Wait; finish: () => void }>()

  const advance = (id: string): Job | undefined => {
    const entry = jobs.get(id)
    if (!entry) return undefined
    if (entry.job.status === 'Processing' && entry.wait.look()) {
      entry.job = { ...entry.job, status: entry.job.failure ? 'Failed' : 'Succeeded' }
      if (!entry.job.failure) entry.finish()
    }
    return entry.job
  }

  return {
    start({ finish, ...facts }) {
      const id = newId()
      const job: Job = { ...facts, id, status: 'Processing', createdAt: clock.now() }
      jobs.set(id, { job, wait: startWait(delay, clock), finish })
      return id
    },
    look: advance,
    busy: (resource) =>
      [...jobs.values()]
        .filter(({ job }) => job.resource === resource && job.status === 'Processing')
        .map(({ job }) => advance(job.id))
        .some((job) => job?.status === 'Processing'),
    get all() {
      return [...jobs.values()].map(({ job }) => job)
    },
  }
}
