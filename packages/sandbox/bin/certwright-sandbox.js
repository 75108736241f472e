#!/usr/bin/env node
// Kept in syntax that every Node reads, so that an old one can be told instead of failing in the middle of something.
var version = process.versions.node.split('.')
var major = Number(version[0])

if (major < 22 || (major === 22 && Number(version[1]) < 18)) {
  process.stderr.write(
    'certwright-sandbox: Node 22.18 or newer is needed, this is ' +
      process.versions.node +
      '; install it from https://nodejs.org/ or run `npx -p node@24 -p @certwright/sandbox certwright-sandbox`\n',
  )
  process.exitCode = 1
} else {
  void import('../dist/start.js').then(function (module) {
    return module.start()
  })
}
