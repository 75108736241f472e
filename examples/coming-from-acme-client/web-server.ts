import { createServer } from 'node:http'

/** What both programs are started with: the CA, a name, and where its web server listens. */
export const [directoryUrl = '', name = '', port = '80'] = process.argv.slice(2)

/** What the web server answers to the CA, by token. */
export const answers = new Map<string, string>()

createServer((request, response) => {
  const answer = answers.get(request.url?.replace('/.well-known/acme-challenge/', '') ?? '')
  response.writeHead(answer === undefined ? 404 : 200).end(answer)
})
  .listen(Number(port), '127.0.0.1')
  .unref()
