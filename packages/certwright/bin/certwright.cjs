#!/usr/bin/env node
// Kept in syntax that every Node reads, so that an old one can be told instead of failing in the middle of something.
var version = process.versions.node.split('.')
var major = Number(version[0])

if (major < 22 || (major === 22 && Number(version[1]) < 18)) {
  var locale = process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || ''
  process.stderr.write(
    'certwright: ' +
      (/^zh/i.test(locale)
        ? '需要 Node 22.18 或更新版本，当前为 ' +
          process.versions.node +
          '；请从 https://nodejs.org/ 安装，或用 `npx -p node@24 -p certwright certwright` 运行\n'
        : 'Node 22.18 or newer is needed, this is ' +
          process.versions.node +
          '; install it from https://nodejs.org/ or run `npx -p node@24 -p certwright certwright`\n'),
  )
  process.exitCode = 1
} else {
  require('../dist/command/start.cjs').start()
}
