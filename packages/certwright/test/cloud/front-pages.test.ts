import { describe, expect, it } from 'vitest'
import { frontIn, isPage } from '../../src/cloud/front-pages.ts'

describe('a page or header tells who answers', () => {
  it.each([
    ['cloudflare', 'Cloudflare'],
    ['<title>Attention Required! | Cloudflare</title>', 'Cloudflare'],
    ['1.1 0123abcd.cloudfront.net (CloudFront)', 'Amazon CloudFront'],
    ['AkamaiGHost', 'Akamai'],
    ['<p>Fastly error: unknown domain: www.example.com', 'Fastly'],
    ['<hr>Powered by Tengine</body>', 'Alibaba Cloud CDN'],
    ['<title>Non-compliance ICP Filing</title>', 'Alibaba Cloud (ICP filing)'],
    ["<p>There isn't a GitHub Pages site here.</p>", 'GitHub Pages'],
  ])('%s', (text, front) => {
    expect(frontIn(text)).toBe(front)
  })

  it('and nothing where its words are a web server’s own', () => {
    expect(frontIn('nginx/1.24.0')).toBeUndefined()
    expect(frontIn('<html><body><h1>It works!</h1></body></html>')).toBeUndefined()
  })
})

it('knows a page from an answer', () => {
  expect(isPage('"<!DOCTYPE html>\\n<html lang="en">')).toBe(true)
  expect(isPage('token.thumbprint')).toBe(false)
  expect(isPage('a < b')).toBe(false)
})
