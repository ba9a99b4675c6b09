import type { StunAddress } from './attributes.ts'

/** RFC 4787 §4.1 and §5; `none`: nothing translates. `dependent`: on the address or on the port too, which was not told. */
export type Mapping =
  'none' | 'endpoint-independent' | 'address-dependent' | 'address-and-port-dependent' | 'dependent'

export type Filtering = 'endpoint-independent' | 'address-dependent' | 'address-and-port-dependent'

/** What one line of a NAT test has found; whoever shows it has the words. */
export type NatFinding =
  | { readonly id: 'internet'; readonly outcome: 'answered'; readonly servers: number; readonly of: number }
  | { readonly id: 'internet'; readonly outcome: 'no-route' | 'blocked' }
  | { readonly id: 'address'; readonly outcome: 'translated' | 'same'; readonly outside: StunAddress }
  | { readonly id: 'mapping'; readonly outcome: Mapping; readonly outside: readonly StunAddress[] }
  | { readonly id: 'mapping'; readonly outcome: 'one-server' }
  | {
      readonly id: 'ports'
      readonly outcome: 'kept' | 'changed'
      readonly inside: number
      readonly outside: number
    }
  | { readonly id: 'filtering'; readonly outcome: Filtering; readonly mapping: Mapping }
  | { readonly id: 'filtering'; readonly outcome: NoFiltering }
  | { readonly id: 'hairpin'; readonly outcome: 'works' | 'fails' | 'no-translator' }
  | {
      readonly id: 'size'
      readonly outcome: 'whole' | 'no-fragments' | 'short' | 'unknown'
      readonly bytes: number
    }
  | { readonly id: 'alg'; readonly outcome: 'untouched' | 'changed' | 'unknown' }
  | Lifetime

/** Why nothing is said about filtering. */
export type NoFiltering = 'no-second-address' | 'change-ignored' | 'change-refused' | 'unproven'

export type Lifetime =
  | { readonly id: 'lifetime'; readonly outcome: 'no-translator' | 'unsupported' }
  | {
      readonly id: 'lifetime'
      readonly outcome: 'measured'
      readonly atLeastMs: number
      /** Undefined: it was still open after the longest wait. */
      readonly lessThanMs: number | undefined
    }
