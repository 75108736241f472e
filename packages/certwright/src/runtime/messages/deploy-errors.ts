import type { ErrorText } from '../catalogue.ts'

/** Errors of the room `deploy`. */
export const deployErrors = {} as const satisfies Record<string, ErrorText>
