const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const

/** Why the signal of a world aborts: somebody asked the process to stop. */
export class Interruption extends Error {
  override readonly name = 'Interruption'
  readonly signal: keyof typeof signalNumbers

  constructor(signal: keyof typeof signalNumbers) {
    super(signal)
    this.signal = signal
  }

  /** What a shell reports of a process that the signal ended: 128 and its number. */
  get exitCode(): number {
    return 128 + signalNumbers[this.signal]
  }
}
