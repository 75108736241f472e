import { endPeers, removeFolders } from '../peers/process.ts'
import { arena, commands, libraries, type Cell, type Contestant, type Run } from './contest.ts'
import { median, rounded } from './statistics.ts'

/** The medians of one contestant in one cell. */
export interface Row extends Cell, Run {
  readonly contestant: Contestant
  /** The shortest of all runs: what a busy machine adds is in every other. */
  readonly shortestColdMs: number
  readonly runs: number
}

/** What one run of the whole says in five numbers. All of them are of this run. */
export interface Summary {
  /** Of ours, warm, one name, one at a time. */
  readonly requestsPerCertificate: number
  /** Of ours, cold, a new account, one name: by how much a round trip's length prolongs it, over 12. */
  readonly roundTripsOverMinimum: number
  /** One name, ten at once. */
  readonly throughputOverAcmeClient: number
  readonly cpuOverFloor: number
  readonly cpuOverAcmeClient: number
}

export interface Measured {
  readonly rows: readonly Row[]
  readonly summary: Summary
  readonly restarts: number
}

interface Plan {
  readonly cells: readonly Cell[]
  readonly repetitions: number
}

const warm: Cell = { rttMs: 0, names: 1, concurrency: 1, count: 20, validationS: 0 }
const crowded: Cell = { ...warm, concurrency: 10, count: 100 }
const far = (rttMs: number, names = 1): Cell => ({ ...warm, rttMs, names, count: 2 })

const quick: Plan = { repetitions: 2, cells: [warm, crowded, far(50), far(100)] }
const whole: Plan = {
  repetitions: 3,
  cells: [
    ...quick.cells,
    ...[10, 100].flatMap((names) => [0, 50, 100].map((rttMs) => far(rttMs, names))),
    { ...far(50), validationS: 4 },
    { ...far(50, 10), validationS: 4 },
  ],
}

/** Commands take a name after the other and wait for seconds: not where there are a hundred. */
function contestantsOf({ names, concurrency, rttMs, validationS }: Cell): readonly Contestant[] {
  const isSingle = concurrency === 1 && names <= 10 && (rttMs > 0 || validationS > 0)
  return isSingle ? [...libraries, ...commands] : libraries
}

/** Measures every cell, the contestants in turns within each repetition. */
export async function measureObtain(options: {
  readonly quick: boolean
  readonly tell: (line: string) => void
}): Promise<Measured> {
  const { cells, repetitions } = options.quick ? quick : whole
  const place = arena()
  const runs = new Map<string, Run[]>()
  const keyOf = (cell: Cell, contestant: Contestant): string => JSON.stringify([cell, contestant])
  try {
    for (let repetition = 1; repetition <= repetitions; repetition += 1) {
      for (const cell of cells) {
        for (const contestant of contestantsOf(cell)) {
          const key = keyOf(cell, contestant)
          const run = await place.run(contestant, cell)
          runs.set(key, [...(runs.get(key) ?? []), run])
        }
        options.tell(`${repetition}/${repetitions} ${JSON.stringify(cell)}`)
      }
    }
  } finally {
    endPeers()
    removeFolders()
  }
  const rows = cells.flatMap((cell) =>
    contestantsOf(cell).map((contestant) => {
      const measured = runs.get(keyOf(cell, contestant)) ?? []
      const shortestColdMs = rounded(Math.min(...measured.map(({ coldMs }) => coldMs)))
      return { contestant, ...cell, runs: measured.length, shortestColdMs, ...medians(measured) }
    }),
  )
  return { rows, summary: summaryOf(rows), restarts: place.restarts() }
}

function medians(runs: readonly Run[]): Run {
  const of = (column: Exclude<keyof Run, 'rssMb'>): number =>
    rounded(median(runs.map((run) => run[column])))
  const peaks = runs.flatMap(({ rssMb }) => rssMb ?? [])
  return {
    coldMs: of('coldMs'),
    certificatesPerSecond: of('certificatesPerSecond'),
    cpuMs: of('cpuMs'),
    rssMb: peaks.length > 0 ? rounded(median(peaks)) : null,
    requests: of('requests'),
    connections: of('connections'),
  }
}

/** How many round trips a first certificate takes: what 50 ms more of each cost, over 50 ms, in the shortest runs. */
export function roundTrips(rows: readonly Row[], contestant: Contestant, names: number): number {
  const cold = (rttMs: number): number =>
    found(rows, contestant, { ...far(rttMs, names) }).shortestColdMs
  return (cold(100) - cold(50)) / 50
}

/** Of a new account with ten nonces in flight: each step of RFC 8555 needs an answer of the one before. */
export function fewestRoundTrips(names: number): number {
  return 10 + 2 * Math.ceil(names / 10)
}

/** Of ten certificates at once, one name each. */
export function crowdedRow(rows: readonly Row[], contestant: Contestant): Row {
  return found(rows, contestant, crowded)
}

function found(rows: readonly Row[], contestant: Contestant, cell: Cell): Row {
  const row = rows.find(
    (row) =>
      row.contestant === contestant &&
      (Object.keys(cell) as (keyof Cell)[]).every((member) => row[member] === cell[member]),
  )
  if (row === undefined)
    throw new Error(`${contestant} was not measured in ${JSON.stringify(cell)}`)
  return row
}

function summaryOf(rows: readonly Row[]): Summary {
  const ours = crowdedRow(rows, 'ours node')
  const theirs = crowdedRow(rows, 'acme-client')
  return {
    requestsPerCertificate: found(rows, 'ours node', warm).requests,
    roundTripsOverMinimum: rounded(roundTrips(rows, 'ours node', 1) / fewestRoundTrips(1)),
    throughputOverAcmeClient: rounded(ours.certificatesPerSecond / theirs.certificatesPerSecond),
    cpuOverFloor: rounded(ours.cpuMs / crowdedRow(rows, 'floor').cpuMs),
    cpuOverAcmeClient: rounded(ours.cpuMs / theirs.cpuMs, 3),
  }
}
