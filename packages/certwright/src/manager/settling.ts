/** How long a service may go on serving the former certificate before that is drift: CDNs take their time. */
const graceMs = 600_000

/** Whether what was written then should be served everywhere by now; else when it should. */
export function isSettled(writtenAt: number, now: number): true | number {
  return now >= writtenAt + graceMs ? true : writtenAt + graceMs
}
