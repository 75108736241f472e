// Does a batch of sftp(1) on this machine, as `sftp -b -` would at the far end: the first line that fails ends it.
import {
  chmodSync,
  chownSync,
  constants,
  copyFileSync,
  linkSync,
  lstatSync,
  readFileSync,
  renameSync,
  symlinkSync,
} from 'node:fs'

const batch = readFileSync(0, 'utf8')

/** Words as sftp reads them: in double quotes, a backslash before a quote or a backslash. */
function wordsOf(line: string): string[] {
  const words = line.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? []
  return words.map((word) =>
    word.startsWith('"') ? word.slice(1, -1).replace(/\\(.)/g, '$1') : word,
  )
}

const commands: Readonly<Record<string, (...words: string[]) => void>> = {
  put: (flag = '', local = '', remote = '') => {
    if (flag !== '-f') throw new Error('put without -f would not be durable')
    copyFileSync(local, remote, constants.COPYFILE_EXCL)
    chmodSync(remote, lstatSync(local).mode & 0o777)
  },
  chmod: (mode = '', path = '') => chmodSync(path, Number.parseInt(mode, 8)),
  chown: (uid = '', path = '') => chownSync(path, Number(uid), lstatSync(path).gid),
  chgrp: (gid = '', path = '') => chownSync(path, lstatSync(path).uid, Number(gid)),
  rename: (from = '', to = '') => renameSync(from, to),
  ln: (...words) => {
    const [first = '', second = '', third = ''] = words
    if (first === '-s') symlinkSync(second, third)
    else linkSync(first, second)
  },
}

for (const line of batch.split('\n').filter((text) => text !== '')) {
  const [verb = '', ...words] = wordsOf(line)
  const command = commands[verb]
  if (!command) throw new Error(`Invalid command: ${verb}`)
  try {
    command(...words)
  } catch (error) {
    process.stderr.write(`remote ${verb}: ${String(error)}\n`)
    process.exit(1)
  }
}
