import type { Identifier } from '@certwright/acme'

/** An ID is part of paths. */
const idForm = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/

/** Whether a text can be the ID of a certificate. */
export function isCertificateId(text: string): boolean {
  return idForm.test(text)
}

/** The ID of a certificate that was given none: its first name, without what an ID cannot have. */
export function certificateIdFor([first]: readonly Identifier[]): string {
  const id = first?.value.replace(/^\*\./, '').replaceAll(':', '-').replace(/^-+/, '') ?? ''
  return id.slice(0, 128)
}
