import type { ErrorText } from '../catalogue.ts'

/** Errors of the room `cli`. */
export const cliErrors = {} as const satisfies Record<string, ErrorText>
