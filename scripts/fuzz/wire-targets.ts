import { verifyReply } from '../../packages/certwright/src/dns/tsig.ts'
import { readReply, txtValues } from '../../packages/certwright/src/dns/query.ts'
import { readSignedReply } from '../../packages/certwright/src/dns/resource-record.ts'
import { CertwrightError } from '../../packages/certwright/src/runtime/error.ts'
import { readCertificateRequest } from '../../packages/sandbox/src/ca/certificate-request.ts'
import { CertificateRequestError } from '../../packages/sandbox/src/ca/certificate-request.ts'
import { parseJws } from '../../packages/sandbox/src/ca/jws.ts'
import { AcmeProblem } from '../../packages/sandbox/src/ca/problem.ts'
import { readMessage, writeReply } from '../../packages/sandbox/src/dns/message.ts'
import { FormatError } from '../../packages/sandbox/src/dns/name.ts'
import { readableRecord, receivedRecord } from '../../packages/sandbox/src/dns/record.ts'
import { verifyTsig } from '../../packages/sandbox/src/dns/tsig.ts'
import { envelopes, messages, requests, signedAt, tsigKey } from './corpus.ts'
import { mutated } from './mutation.ts'
import type { FuzzTarget } from './target.ts'

const server = { address: '127.0.0.1', port: 53 }
const serverKey = {
  name: tsigKey.name,
  algorithm: tsigKey.algorithm,
  secret: tsigKey.secret.reveal(),
}

/** What travels between us and DNS servers, and between clients and the sandbox's CA. */
export const wireTargets: readonly FuzzTarget[] = [
  {
    name: 'DNS replies, as we read them',
    weight: 10,
    inputs: mutated(messages),
    read: (input) => {
      const reply = readReply(Buffer.from(input), server)
      return [reply, txtValues(reply, 'x.acme.example.net')]
    },
    refusal: (error) => error instanceof CertwrightError && error.code === 'DNS_REPLY_NOT_CONFORM',
  },
  {
    name: 'DNS replies, as DNSSEC reads them',
    weight: 8,
    inputs: mutated(messages),
    read: (input) => readSignedReply(Buffer.from(input)),
    refusal: () => false,
  },
  {
    name: 'signatures of DNS replies',
    weight: 6,
    inputs: mutated(messages),
    read: (input) => verifyReply(Buffer.from(input), tsigKey, Buffer.alloc(32), signedAt),
    refusal: (error) => error instanceof RangeError,
  },
  {
    name: 'DNS messages, as the sandbox reads them',
    weight: 10,
    inputs: mutated(messages),
    read: (input) => {
      const message = readMessage(Buffer.from(input))
      const records = [...message.answers, ...message.authorities, ...message.additionals]
      const readable = records.map((record) =>
        readableRecord(receivedRecord(message.bytes, record)),
      )
      const verdict = verifyTsig(message, [serverKey], signedAt)
      return [readable, verdict, writeReply(message, { rcode: 'REFUSED' })]
    },
    refusal: (error) => error instanceof FormatError,
  },
  {
    name: 'JWSs, as the sandbox reads them',
    weight: 6,
    inputs: mutated(envelopes),
    read: (input) => parseJws(input),
    refusal: (error) => error instanceof AcmeProblem,
  },
  {
    name: 'certificate requests, as the sandbox reads them',
    weight: 1,
    inputs: mutated(requests),
    read: async (input) => readCertificateRequest(input),
    refusal: (error) => error instanceof CertificateRequestError,
  },
]
