import type { ErrorText } from '../catalogue.ts'

/** Errors of the room `issuance`. */
export const issuanceErrors = {} as const satisfies Record<string, ErrorText>
