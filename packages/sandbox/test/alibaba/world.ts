import { onTestFinished } from 'vitest'
import { startAlibaba } from '../../src/alibaba/alibaba.ts'
import type { AlibabaOptions, RunningAlibaba } from '../../src/alibaba/alibaba.ts'
import type { Clock } from '../../src/clock.ts'
import { connect } from 'node:tls'
import type { PeerCertificate } from 'node:tls'

/** An emulator that closes with the test. Changes take effect at the third look. */
export async function open(options: AlibabaOptions = {}): Promise<RunningAlibaba> {
  const alibaba = await startAlibaba(options)
  onTestFinished(async () => alibaba.close())
  return alibaba
}

/** A clock that stands still until it is moved. It starts at the machine's time, by which the SDKs sign. */
export function stillClock(): Clock & { advance(ms: number): void } {
  let now = Date.now()
  return {
    now: () => now,
    random: () => 0.5,
    sleep: async () => undefined,
    advance(ms) {
      now += ms
    },
  }
}

/** The SHA-256 fingerprint of what is served under a name; `undefined` where the handshake fails. */
export async function servedAt(
  { servePort }: RunningAlibaba,
  servername: string,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const options = { host: '127.0.0.1', port: servePort, servername, rejectUnauthorized: false }
    const socket = connect(options, () => {
      const { fingerprint256 }: PeerCertificate = socket.getPeerCertificate()
      socket.end()
      resolve(fingerprint256.replaceAll(':', '').toLowerCase())
    })
    socket.on('error', () => resolve(undefined))
  })
}
