const redacted = '[redacted]'

/** Text that must never be printed: every way of turning it into text says `[redacted]`, but for `reveal`. */
export class Secret {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  /** The text itself. Call it only where it goes on the wire, to disk sealed, or into a key. */
  reveal(): string {
    return this.#text
  }

  toString(): string {
    return redacted
  }

  toJSON(): string {
    return redacted
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return redacted
  }
}
