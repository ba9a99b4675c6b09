import type { Flow } from '../lib/flow.ts'
import type { Octets } from '../lib/octets.ts'
import type { Endpoint } from '../script/index.ts'
import type { Header, SipRequest, SipResponse, SipUri, Uri } from '../sip/index.ts'
import { isSipUri, parseUri } from '../sip/index.ts'
import { Attributes } from './attributes.ts'
import type { Exchange } from './exchange.ts'
import type { Login } from './logins.ts'
import type { MediaWish } from './media-relay.ts'
import type { MediaSession } from './media-session.ts'
import type { Destination } from './next-hop.ts'
import type { ResponseContext } from './response-context.ts'
import type { ServerLeg } from './server-transactions.ts'

/** One place to send the request to. */
export interface Target {
  readonly uri: Octets
  /** The way there, where it is not the URI's own. */
  readonly destination: Destination | undefined
  /** 0–1000, for the Contact list of a 3xx. */
  readonly q: number | undefined
}

/** What of a run lives on with the transaction into its failure and reply routes. */
export interface RunState {
  flags: number
  /** Number of the armed failure_route; 0: none. */
  onFailure: number
  onReply: number
  /** Header lines for responses of our own (append_to_reply). */
  replyLines: Octets
  recordRoute: RecordRoute | undefined
  /** Made when a script first sets one: most have none. */
  attributes: Attributes | undefined
  /** Who has proved to send this; undefined while nobody was asked. */
  login: Login | undefined
}

/** What record_route() asked for; printed when the way out is known. */
export interface RecordRoute {
  readonly user: Octets | undefined
  readonly parameters: Octets
  readonly loose: ';lr' | ';lr=on'
  /** host:port in place of ours. */
  readonly preset: string | undefined
  /** Two of them where request comes and goes by different sockets. */
  readonly isDouble: boolean
}

/** A change of the text of the message in hand: `remove` octets at `at` give way to `insert`. */
export interface Edit {
  readonly at: number
  readonly remove: number
  readonly insert: Octets
}

/** Why the last action failed, for sl_reply_error(). */
export interface ActionError {
  readonly status: number
  readonly reason: Octets
}

export type Disposition = 'open' | 'replied' | 'relayed' | 'dropped'

/** One run of the script over one message: what it reads and what it changes. */
export class Run {
  readonly exchange: Exchange
  readonly block: 'request' | 'failure' | 'reply'
  readonly request: SipRequest
  /** The message in hand of a reply route. */
  readonly response: SipResponse | undefined
  /** Where the message in hand came from. */
  readonly source: Flow
  readonly state: RunState

  /** The Request-URI as the script has it now. */
  uri: Octets
  destination: Destination | undefined
  /** Preference of the Request-URI where it came from a registration, for the Contact list of a 3xx. */
  q: number | undefined
  branches: Target[] = []
  maxForwards: number | undefined
  /** Whether the script has taken its hop off already (maxfwd). */
  hasCountedHop = false
  /** Route lines in place of the received ones. */
  routes: Octets | undefined
  forcesRport = false
  advertisedHost: string | undefined
  advertisedPort: number | undefined
  sendSocket: Endpoint | undefined
  edits: Edit[] = []
  /** Header lines for the end of the forwarded head. */
  lines: Octets = ''
  leg: ServerLeg | undefined
  context: ResponseContext | undefined
  error: ActionError | undefined
  /** Credentials that were right, for a challenge that is good no more. */
  isNonceStale = false
  /** Credentials that go no further. */
  consumed: Header | undefined
  disposition: Disposition = 'open'
  /** The media of the message in hand is to be led through a relay. */
  media: MediaWish | undefined
  /** In a reply route: the relayed session of the branch that answered. */
  mediaSession: MediaSession | undefined
  /** A CANCEL's INVITE. */
  cancels: ServerLeg | undefined
  /** Parameters of the Route that loose_route() took off, for whoever asks. */
  routeParameters: Octets = ''
  /** In a failure route: the final status that won. */
  failureStatus = 0

  constructor(
    exchange: Exchange,
    block: Run['block'],
    request: SipRequest,
    response: SipResponse | undefined,
    source: Flow,
    state: RunState,
  ) {
    this.exchange = exchange
    this.block = block
    this.request = request
    this.response = response
    this.source = source
    this.state = state
    this.uri = request.uri
    this.maxForwards = request.maxForwards
    this.#parsed = request.target
    this.#parsedFrom = request.uri
  }

  #parsed: Uri
  #parsedFrom: Octets

  /** The current Request-URI, parsed once for each value. */
  get target(): Uri {
    if (this.#parsedFrom !== this.uri) {
      this.#parsed = parseUri(this.uri)
      this.#parsedFrom = this.uri
    }
    return this.#parsed
  }

  /** The current Request-URI where it is a SIP URI. */
  get sipTarget(): SipUri | undefined {
    const uri = this.target
    return isSipUri(uri) ? uri : undefined
  }

  get attributes(): Attributes {
    this.state.attributes ??= new Attributes()
    return this.state.attributes
  }

  get message(): SipRequest | SipResponse {
    return this.response ?? this.request
  }

  fail(status: number, reason: Octets): -1 {
    this.error = { status, reason }
    return -1
  }
}

export function newRunState(): RunState {
  return {
    flags: 0,
    onFailure: 0,
    onReply: 0,
    replyLines: '',
    recordRoute: undefined,
    attributes: undefined,
    login: undefined,
  }
}
