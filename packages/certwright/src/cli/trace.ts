import { closeSync, fchmodSync, openSync, writeSync } from 'node:fs'
import type { Exchange } from '@certwright/acme'
import { fill, printable, type Language, type Params, type Text } from '../runtime/catalogue.ts'
import { traceTexts } from '../runtime/messages/command-texts.ts'
import { fileError } from './files.ts'

/** Takes each exchange as it ends. */
export interface Trace {
  record(exchange: Exchange): void
  close(): void
}

/** Headers that the protocol gives a meaning (RFC 8555 §6.5, §7.4.2, RFC 9110 §10.2.3, RFC 9773 §4.2). */
const headersOfInterest = ['content-type', 'location', 'replay-nonce', 'link', 'retry-after']

/** Tells the exchanges to a person, each as a page of a tutorial would. */
export function traceTo(sink: { write(text: string): unknown }, language: Language): Trace {
  let number = 0
  return {
    record(exchange) {
      number += 1
      sink.write(`${exchangeLines(exchange, number, language).map(printable).join('\n')}\n`)
    },
    close() {},
  }
}

/** Appends each exchange to a file as a line of JSON. Only the file's owner can read it. */
export function traceFile(path: string): Trace {
  const file = opened(path)
  return {
    record(exchange) {
      writeSync(file, `${JSON.stringify(exchange)}\n`)
    },
    close() {
      closeSync(file)
    },
  }
}

function opened(path: string): number {
  try {
    const file = openSync(path, 'a', 0o600)
    // It may have stood there with a wider mode.
    fchmodSync(file, 0o600)
    return file
  } catch (error) {
    throw fileError('FILE_NOT_WRITABLE', path, error)
  }
}

function exchangeLines(exchange: Exchange, number: number, language: Language): string[] {
  const say = (text: Text, params?: Params): string => fill(text, language, params)
  const { method, url, attempt, status, durationMs: ms, error, body, responseHeaders } = exchange
  return [
    '',
    say(traceTexts.request, { number, method, url }),
    ...(attempt > 1 ? [say(traceTexts.repeated, { attempt })] : []),
    ...jwsLines(exchange, say),
    status === undefined
      ? say(traceTexts.noReply, { ms, error: error ?? '?' })
      : say(traceTexts.reply, { status, ms }),
    ...headersOfInterest.flatMap((name) => {
      const value = responseHeaders[name]
      return value === undefined ? [] : [`   ${name}: ${value}`]
    }),
    ...(body === undefined ? [] : [say(traceTexts.body), ...indented(body)]),
  ]
}

function jwsLines(exchange: Exchange, say: (text: Text, params?: Params) => string): string[] {
  const { protected: header, payload, signature } = exchange
  if (signature === undefined) return []
  return [
    say(traceTexts.protected),
    ...indented(header),
    ...(payload === ''
      ? [say(traceTexts.postAsGet)]
      : [say(traceTexts.payload), ...indented(payload)]),
    say(traceTexts.signature, { signature }),
  ]
}

function indented(value: unknown): string[] {
  const text = typeof value === 'string' ? value.trimEnd() : JSON.stringify(value, undefined, 2)
  return text.split(/\r?\n/).map((line) => `     ${line}`)
}
