import type { Product, RestProduct } from '../product.ts'
import { alb } from './alb.ts'
import { alidns } from './alidns.ts'
import { apig } from './apig.ts'
import { cas } from './cas.ts'
import { cdn } from './cdn.ts'
import { cloudapi } from './cloudapi.ts'
import { cr } from './cr.ts'
import { dcdn } from './dcdn.ts'
import { ddoscoo } from './ddoscoo.ts'
import { eas } from './eas.ts'
import { esa } from './esa.ts'
import { fc } from './fc.ts'
import { ga } from './ga.ts'
import { live } from './live.ts'
import { mse } from './mse.ts'
import { nlb } from './nlb.ts'
import { oss } from './oss.ts'
import { rds } from './rds.ts'
import { sae } from './sae.ts'
import { slb } from './slb.ts'
import { sts } from './sts.ts'
import { vod } from './vod.ts'
import { wafopenapi } from './wafopenapi.ts'

/** Every product, by its name in the calls, the state and the seed. One row a product, one file a row. */
export const products = {
  alb,
  alidns,
  apig,
  cas,
  cdn,
  cloudapi,
  cr,
  dcdn,
  ddoscoo,
  eas,
  esa,
  fc,
  ga,
  live,
  mse,
  nlb,
  oss,
  rds,
  sae,
  slb,
  sts,
  vod,
  wafopenapi,
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
