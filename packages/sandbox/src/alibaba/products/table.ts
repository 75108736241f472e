import type { Product, RestProduct } from '../product.ts'
import { cas } from './cas.ts'

/** Every product, by its name in the calls, the state and the seed. One row a product, one file a row. */
export const products = {
  cas,
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
