import type { ErrorText } from '../catalogue.ts'

/** Errors of the room `solvers`. */
export const solversErrors = {} as const satisfies Record<string, ErrorText>
