import type { ErrorText } from '../catalogue.ts'

/** Errors of the room `store`. */
export const storeErrors = {} as const satisfies Record<string, ErrorText>
