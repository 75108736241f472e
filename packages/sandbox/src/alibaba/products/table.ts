import type { Product, RestProduct } from '../product.ts'
import { alidns } from './alidns.ts'
import { cas } from './cas.ts'
import { cdn } from './cdn.ts'
import { cloudapi } from './cloudapi.ts'
import { dcdn } from './dcdn.ts'
import { esa } from './esa.ts'
import { fc } from './fc.ts'
import { live } from './live.ts'
import { oss } from './oss.ts'
import { slb } from './slb.ts'
import { sts } from './sts.ts'
import { vod } from './vod.ts'

/** Every product, by its name in the calls, the state and the seed. One row a product, one file a row. */
export const products = {
  alidns,
  cas,
  cdn,
  cloudapi,
  dcdn,
  esa,
  fc,
  live,
  oss,
  slb,
  sts,
  vod,
}

type Products = typeof products

/** What the account has, product by product. */
export type AlibabaState = {
  readonly [Name in keyof Products]: Products[Name] extends
    | Product<infer State, infer _Seed>
    | RestProduct<infer State, infer _Seed>
    ? State
    : never
}

/** What to put in place, product by product. */
export type AlibabaSeed = {
  readonly [Name in keyof Products]?: Products[Name] extends
    | Product<infer _State, infer Seed>
    | RestProduct<infer _State, infer Seed>
    ? Seed
    : never
}
