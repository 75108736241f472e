/** A mutant that no test kills, and why that is as it should be. */
export interface Survivor {
  /** In `packages/acme/src`. */
  readonly file: string
  /** The code that was changed, as it stands in the file; its first line. */
  readonly code: string
  /** The line that it begins in, without its indent, where the same code stands in several. */
  readonly within?: string
  /** What it was changed to, where other changes of the same code are killed. */
  readonly to?: string
  readonly why: string
}

/** Read one by one. What is not here is to be killed by a test. */
export const survivors: readonly Survivor[] = [
  {
    file: 'renewal-info.ts',
    code: '/^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?(?:Z|[+-]\\d\\d:\\d\\d)$/',
    to: '/^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?(?:Z|[+-]\\d\\d:\\d\\d)/',
    why: 'Node’s parser takes nothing behind such a time either; that of another runtime may.',
  },
  {
    file: 'transcript.ts',
    code: "''",
    within:
      "if (!/^application\\/(?:[\\w.-]+\\+)?json\\b/i.test(headers['content-type'] ?? '')) return text",
    why: 'No other words are JSON’s media type either.',
  },
  {
    file: 'fetch-transport.ts',
    code: 'reader?.read',
    why: 'What has been read from has a reader; this is for the type.',
  },
  {
    file: 'der/pem.ts',
    code: "''",
    within: "text += alphabet[group >> 18] ?? ''",
    why: 'The alphabet has a character for six bits; this is for the type.',
  },
  {
    file: 'der/pem.ts',
    code: "''",
    within: "text += alphabet[(group >> 12) & 63] ?? ''",
    why: 'The alphabet has a character for six bits; this is for the type.',
  },
  {
    file: 'der/pem.ts',
    code: "'='",
    why: 'The length is a multiple of four; this is for the type.',
  },
  {
    file: 'der/pem.ts',
    code: 'value !== undefined',
    to: 'true',
    why: 'A header has a name and a value or neither; both are asked for by the type.',
  },
  {
    file: 'der/pem.ts',
    code: 'name !== undefined && value !== undefined',
    to: 'name !== undefined || value !== undefined',
    why: 'A header has a name and a value or neither; both are asked for by the type.',
  },
  {
    file: 'der/pem.ts',
    code: 'name !== undefined',
    to: 'true',
    why: 'A header has a name and a value or neither; both are asked for by the type.',
  },
  {
    file: 'der/pem.ts',
    code: "''",
    within: "const [, edge, label = ''] = boundary.exec(line) ?? []",
    why: 'The label is not looked at where there is no edge.',
  },
  {
    file: 'der/pem.ts',
    code: '[]',
    within: "const [, edge, label = ''] = boundary.exec(line) ?? []",
    to: '["Stryker was here"]',
    why: 'The first entry, the whole match, is not looked at.',
  },
  {
    file: 'der/pem.ts',
    code: '[]',
    within: 'const [, name, value] = /^([A-Za-z][A-Za-z0-9-]*):\\s*(.*)$/.exec(line) ?? []',
    to: '["Stryker was here"]',
    why: 'The first entry, the whole match, is not looked at.',
  },
  {
    file: 'der/pem.ts',
    code: 'i < body.length',
    to: 'i <= body.length',
    why: 'What is written beyond the end of a Uint8Array is nowhere.',
  },
  {
    file: 'der/der.ts',
    code: "text < '50'",
    to: "text <= '50'",
    why: 'The whole time is never just `50`.',
  },
  {
    file: 'der/der.ts',
    code: "'primitive'",
    why: 'Whatever is not constructed is primitive.',
  },
  {
    file: 'der/der.ts',
    code: '/^\\d{14}Z$/',
    to: '/^\\d{14}Z/',
    why: 'The Z of an instant is its last character.',
  },
  {
    file: 'der/der.ts',
    code: "text >= '1950'",
    to: "text > '1950'",
    why: 'The whole time is never just the year.',
  },
  {
    file: 'der/der.ts',
    code: "text < '2050'",
    to: "text <= '2050'",
    why: 'The whole time is never just the year.',
  },
  {
    file: 'der/der.ts',
    code: 'tag === undefined',
    to: 'false',
    why: 'Without a tag there is no octet after it either; this is for the type.',
  },
  {
    file: 'der/oid.ts',
    code: 'head < 80n',
    to: 'head <= 80n',
    why: '80 is 2.0 by either way.',
  },
  {
    file: 'abort.ts',
    code: '{ once: true }',
    why: 'A signal aborts once; this only lets go of the listener then.',
  },
  {
    file: 'host.ts',
    code: '{ once: true }',
    why: 'A signal aborts once; this only lets go of the listener then.',
  },
  {
    file: 'abort.ts',
    code: 'true',
    within: "else signal.addEventListener('abort', onAbort, { once: true })",
    to: 'false',
    why: 'A signal aborts once; this only lets go of the listener then.',
  },
  {
    file: 'abort.ts',
    code: 'true',
    within: "signal?.addEventListener('abort', onAbort, { once: true })",
    to: 'false',
    why: 'A signal aborts once; this only lets go of the listener then.',
  },
  {
    file: 'host.ts',
    code: 'true',
    to: 'false',
    why: 'A signal aborts once; this only lets go of the listener then.',
  },
  {
    file: 'abort.ts',
    code: 'signal?.reason',
    why: 'Only the signal calls it, so that there is one; this is for the type.',
  },
  {
    file: 'abort.ts',
    code: "outcome.status === 'fulfilled'",
    to: 'true',
    why: 'By then none has failed; this is for the type.',
  },
  {
    file: 'abort.ts',
    code: '[]',
    within:
      "return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))",
    why: 'By then none has failed; this is for the type.',
  },
  {
    file: 'dns-persist-01.ts',
    code: "''",
    within: "const [issuer = '', ...parts] = value.split(';').map((part) => part.trim())",
    why: 'Splitting always gives a first part; the default is for the type.',
  },
  {
    file: 'dns-persist-01.ts',
    code: "typeof name !== 'string'",
    to: 'false',
    why: 'What is no text throws within the `try`, which is the same answer; this is for the type.',
  },
  {
    file: 'dns-persist-01.ts',
    code: '{',
    within: '} catch {',
    why: 'A function that ends gives what is as false as `false`.',
  },
  {
    file: 'dns-persist-01.ts',
    code: "''",
    within:
      "const [, tag = '', content = ''] = /^([A-Za-z0-9]+)[ \\t]*=[ \\t]*([!-:<-~]*)$/.exec(part) ?? []",
    why: 'Where nothing is matched the tag is empty, and the content is not looked at.',
  },
  {
    file: 'dns-persist-01.ts',
    code: '[]',
    within:
      "const [, tag = '', content = ''] = /^([A-Za-z0-9]+)[ \\t]*=[ \\t]*([!-:<-~]*)$/.exec(part) ?? []",
    to: '["Stryker was here"]',
    why: 'The first entry, the whole match, is not looked at.',
  },
  {
    file: 'fulfilment.ts',
    code: "''",
    within: "const { type, token = '', url = '', raw } = challenge",
    why: 'No text of words is a token, as none is.',
  },
  {
    file: 'fulfilment.ts',
    code: "(): Error => new Error('not given up in time')",
    why: 'Giving up is best effort: its own failure is thrown away for the one that led to it.',
  },
  {
    file: 'fulfilment.ts',
    code: "'not given up in time'",
    why: 'Giving up is best effort: its own failure is thrown away for the one that led to it.',
  },
  {
    file: 'pre-authorization.ts',
    code: 'options.onStep?.(step)',
    why: 'Calling a listener that is not there throws into the `catch` that is for its faults.',
  },
  {
    file: 'preferred-chain.ts',
    code: '!(error instanceof AcmeError)',
    to: 'false',
    why: 'Nothing else is thrown there; whatever it should be one day is to be seen.',
  },
  {
    file: 'preferred-chain.ts',
    code: '{ key: new Uint8Array() }',
    why: 'A missing key is hashed as an empty one.',
  },
  {
    file: 'user-action.ts',
    code: 'problem?.instance',
    why: 'Such an error always has a problem; this is for the type.',
  },
  {
    file: 'user-action.ts',
    code: 'visitUrl !== undefined',
    to: 'true',
    why: 'What is not there is no URL, by the next condition; this is for the type.',
  },
  {
    file: 'node/key-object-signer.ts',
    code: "'-'",
    why: 'Node’s OpenSSL knows both spellings of a hash; other runtimes know one.',
  },
  {
    file: 'node/key-object-signer.ts',
    code: '(privateKey.asymmetricKeyDetails?.modulusLength ?? 0) > longestSignedHere',
    why: 'On which thread it signs, not what: only a clock could tell.',
  },
  {
    file: 'node/key-object-signer.ts',
    code: 'privateKey.asymmetricKeyDetails?.modulusLength ?? 0',
    why: 'On which thread it signs, not what: only a clock could tell.',
  },
  {
    file: 'node/key-object-signer.ts',
    code: 'privateKey.asymmetricKeyDetails?.modulusLength',
    why: 'A private key always has details; this is for the type.',
  },
  {
    file: 'node/key-object-signer.ts',
    code: "'unknown'",
    why: 'Node names every kind that it can make; this is for the type.',
  },
  {
    file: 'node/key-object-signer.ts',
    code: 'error === null',
    to: 'true',
    why: 'Making a key of these kinds does not fail.',
  },
  {
    file: 'node/key-object-signer.ts',
    code: 'reject(error)',
    why: 'Making a key of these kinds does not fail.',
  },
  {
    file: 'node/private-key.ts',
    code: "cause instanceof Error && 'code' in cause",
    why: 'Whatever Node throws here is an Error with a code; this is for the type.',
  },
  {
    file: 'node/private-key.ts',
    code: "''",
    why: 'Whatever Node throws here is an Error with a code; this is for the type.',
  },
  {
    file: 'directory.ts',
    code: '{ kept: undefined, reading: undefined }',
    why: 'What is missing is undefined, too.',
  },
  {
    file: 'identifier.ts',
    code: "''",
    within: "if (/^(?:\\d+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? '')) return 'number-at-end'",
    why: 'A name always has a last label; this is for the type.',
  },
  {
    file: 'ip-address.ts',
    code: "''",
    within: "const [before = '', after, ...more] = text.split('::')",
    why: 'Splitting always gives a first part; the default is for the type.',
  },
  {
    file: 'ip-address.ts',
    code: '() => 0',
    why: 'The octets are made into a Uint8Array, where undefined is 0.',
  },
  {
    file: 'transcript.ts',
    code: "typeof part !== 'string'",
    to: 'false',
    why: 'What is no text cannot be decoded either, and is shown as it came; this is for the type.',
  },
  {
    file: 'fetch-transport.ts',
    code: 'reader?.cancel',
    why: 'What has been read from has a reader; this is for the type.',
  },
  {
    file: 'keys/jwk.ts',
    code: "typeof text !== 'string'",
    to: 'false',
    why: 'What is no text throws in decoding too, into the same error; this is for the type.',
  },
  {
    file: 'keys/private-key.ts',
    code: "'both halves belong together'",
    why: 'Whatever is signed, it is what is verified.',
  },
  {
    file: 'keys/pbes2.ts',
    code: 'false',
    why: 'The key that cannot be exported never leaves the function: care, not behaviour.',
  },
  {
    file: 'client.ts',
    code: 'onExchange?.(exchange())',
    why: 'Calling a listener that is not there throws into the `catch` that is for its faults.',
  },
  {
    file: 'external-account-binding.ts',
    code: '{',
    within: '} catch {',
    why: 'A function that ends gives what `return undefined` gives.',
  },
  {
    file: 'external-account-binding.ts',
    code: 'false',
    within: "const key = await crypto.subtle.importKey('raw', secret, parameters, false, ['sign'])",
    why: 'The key that cannot be exported never leaves the function: care, not behaviour.',
  },
  {
    file: 'key-change.ts',
    code: '() => Promise.resolve()',
    why: 'What it gives is waited for, and nobody reads it.',
  },
  {
    file: 'key-change.ts',
    code: 'problem !== undefined',
    to: 'true',
    why: 'An error with a status has a problem, if only `about:blank`; this is for the type.',
  },
  {
    file: 'obtain.ts',
    code: 'options.onStep?.(step)',
    why: 'Calling a listener that is not there throws into the `catch` that is for its faults.',
  },
  {
    file: 'obtain.ts',
    code: 'order.expires === undefined',
    to: 'false',
    why: 'What is not there is read as no date, as it should be; this is for the type.',
  },
  {
    file: 'obtain.ts',
    code: 'expires !== undefined',
    to: 'true',
    why: 'A missing date is never earlier than now; this is for the type.',
  },
  {
    file: 'orders.ts',
    code: 'pages.size < pagesAtMost',
    why: 'Ten thousand pages would be a test of many seconds, for the last defence against a CA without end.',
  },
  {
    file: 'renewal-info.ts',
    code: 'explanationUrl !== undefined',
    to: 'true',
    why: 'What is not there is no page, by the next condition; this is for the type.',
  },
  {
    file: 'renewal-info.ts',
    code: "''",
    within: "return error.code === 'ACME_NETWORK' && !lastingReasons.has(error.reason ?? '')",
    why: 'No word of any runtime is as good as none.',
  },
  {
    file: 'link.ts',
    code: "''",
    within: "let rest = field ?? ''",
    why: 'A text without `<` has no links, as no text has none.',
  },
  {
    file: 'link.ts',
    code: "''",
    within: "const [whole, name = '', quoted, token] = match",
    why: 'The name is always matched, if only as nothing; the default is for the type.',
  },
  {
    file: 'link.ts',
    code: 'end < 0',
    to: 'end <= 0',
    why: 'What is searched from a `<` on is never found at 0.',
  },
  {
    file: 'nonce.ts',
    code: '[]',
    within: 'const kept: { readonly nonce: string; readonly at: number }[] = []',
    why: 'An entry of no age is as one that is too old: it is dropped at the first look.',
  },
  {
    file: 'nonce.ts',
    code: '{ once: true }',
    why: 'A signal aborts once; this only lets go of the listener then.',
  },
  {
    file: 'nonce.ts',
    code: 'true',
    within: "signal?.addEventListener('abort', onAbort, { once: true })",
    why: 'A signal aborts once; this only lets go of the listener then.',
  },
  {
    file: 'problem.ts',
    code: '{',
    within: '} catch {',
    why: 'A function that ends gives what `return undefined` gives.',
  },
  {
    file: 'reply.ts',
    code: 'nonce !== undefined',
    to: 'true',
    why: 'The pattern fits the word `undefined`, and what is given back then is the missing nonce itself.',
  },
  {
    file: 'retry.ts',
    code: "''",
    within: "const text = field?.trim() ?? ''",
    why: 'A text that is no wait is read as no field is.',
  },
  {
    file: 'base64.ts',
    code: 'i < octets.length',
    to: 'i <= octets.length',
    why: 'What is read beyond the end is nothing, and what is written there is nowhere.',
  },
  {
    file: 'base64.ts',
    code: 'c < 4',
    to: 'c <= 4',
    why: 'A fifth character is overwritten by the next four, or is beyond the end.',
  },
  {
    file: 'base64.ts',
    code: 'i < binary.length',
    to: 'i <= binary.length',
    why: 'What is read beyond the end is nothing, and what is written there is nowhere.',
  },
  {
    file: 'der/revocation-list.ts',
    code: '[]',
    within: 'const extensions = octets === undefined ? [] : extensionsFrom(octets, what)',
    why: 'What is no extension has no identifier, and is passed over.',
  },
  {
    file: 'der/revocation-list.ts',
    code: 'key * 256',
    to: 'key / 256',
    why: 'Which serials share a place in the map is not seen: each that is found there is compared whole.',
  },
  {
    file: 'der/revocation-list.ts',
    code: 'key * 256 + (octets[at] ?? 0)',
    to: 'key * 256 - (octets[at] ?? 0)',
    why: 'Which serials share a place in the map is not seen: each that is found there is compared whole.',
  },
  {
    file: 'der/revocation-list.ts',
    code: 'octets.length === 14 && reasonAlone.every((octet, at) => octets[at] === octet)',
    to: 'false',
    why: 'The short way gives what the long one gives: only a clock could tell.',
  },
  {
    file: 'der/revocation-list.ts',
    code: '(octet, at) => octets[at] === octet',
    why: 'The short way gives what the long one gives: only a clock could tell.',
  },
  {
    file: 'der/revocation-list.ts',
    code: 'octets[at] === octet',
    to: 'false',
    why: 'The short way gives what the long one gives: only a clock could tell.',
  },
  {
    file: 'der/revocation-list.ts',
    code: 'octets[at] === octet',
    to: 'octets[at] !== octet',
    why: 'The short way gives what the long one gives: only a clock could tell.',
  },
  {
    file: 'der/revocation-list.ts',
    code: 'octets.length === 14',
    to: 'octets.length !== 14',
    why: 'The short way gives what the long one gives: only a clock could tell.',
  },
  {
    file: 'der/revocation-list.ts',
    code: 'isUsual',
    to: 'false',
    why: 'The short way gives what the long one gives: only a clock could tell.',
  },
]
