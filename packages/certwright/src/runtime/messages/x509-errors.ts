import type { ErrorText } from '../catalogue.ts'

/** Errors of the room `x509`. */
export const x509Errors = {} as const satisfies Record<string, ErrorText>
