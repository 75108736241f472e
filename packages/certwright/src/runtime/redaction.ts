import type { Secret } from './secret.ts'

const privateKeyBlock =
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g

/** Text of another program or service with every secret in it, and every line of one, taken out. */
export function redact(text: string, secrets: readonly Secret[] = []): string {
  const parts = secrets
    .flatMap((secret) => {
      const whole = secret.reveal()
      return [whole, ...whole.split(/\r?\n/).filter((line) => line.length >= 16)]
    })
    .filter((part) => part.length > 0 && !part.startsWith('-----'))
  return parts
    .sort((a, b) => b.length - a.length)
    .reduce((rest, part) => rest.replaceAll(part, '[redacted]'), text)
    .replace(privateKeyBlock, '[redacted]')
}
