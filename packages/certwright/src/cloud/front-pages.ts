/** What stands in front of a web server, and the words by which its own pages are known. */
const fronts: ReadonlyArray<readonly [front: string, words: RegExp]> = [
  ['Cloudflare', /cloudflare|cf-ray|error code: 5[23]\d/i],
  ['Amazon CloudFront', /cloudfront/i],
  ['AWS load balancer', /awselb/i],
  ['Akamai', /akamai|errors\.edgesuite\.net|Reference&#32;&#35;/i],
  ['Fastly', /Fastly error|fastly/i],
  ['Azure Front Door', /azure front door|x-azure-ref|Our services aren't available right now/i],
  ['Google Front End', /\bgfe\b|Error 404 \(Not Found\)!!1/i],
  ['Vercel', /vercel/i],
  ['Netlify', /netlify/i],
  ['GitHub Pages', /github\.com pages|There isn't a GitHub Pages site here/i],
  ['Imperva', /incapsula|imperva/i],
  ['Sucuri', /sucuri/i],
  // A site on the mainland whose name is not filed is answered for by a page of the provider's own.
  ['Alibaba Cloud (ICP filing)', /beian\.aliyun|Non-compliance ICP Filing/i],
  ['Alibaba Cloud CDN', /alicdn|aliyuncdn|powered by tengine/i],
  ['Tencent Cloud CDN', /\bNWS[_ ]|tencent-?cloud/i],
]

/** Who has written this page or header, where its words tell. */
export function frontIn(text: string): string | undefined {
  return fronts.find(([, words]) => words.test(text))?.[0]
}

/** Whether this is a page for people instead of an answer for a CA. */
export function isPage(text: string): boolean {
  return /<(?:!doctype html|html|head|title|body)\b/i.test(text)
}
