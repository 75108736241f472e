import type { Order } from '@certwright/acme'
import { CertwrightError } from '../runtime/error.ts'
import { fileText, replaceFile } from './files.ts'

/** Keeps an order for the next step: the CA's own JSON object, with the order's URL, which the CA sends as `Location`. */
export async function keepOrder(path: string, order: Order): Promise<void> {
  await replaceFile(path, Buffer.from(`${JSON.stringify(order, undefined, 2)}\n`), 0o644)
}

/** The URL of the order that an earlier step kept; the CA knows the rest better. */
export function keptOrderUrl(path: string): string {
  const text = fileText(path)
  try {
    const { url } = JSON.parse(text) as { readonly url?: unknown }
    if (typeof url === 'string' && URL.canParse(url)) return url
  } catch {
    // What is not JSON holds no order either.
  }
  throw new CertwrightError('ACME_ORDER_FILE_NOT_CONFORM', { path })
}
