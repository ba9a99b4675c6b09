import type { MediaRelay, Passage, PassageOutcome } from './media-relay.ts'
import type { MediaSession } from './media-session.ts'
import { otherSide } from './media-session.ts'
import type { OutsideRelay } from './outside-relay.ts'
import type { OutsideDescription, OutsideSession } from './outside-session.ts'

/** A relay outside, in the place of our own ports. */
export class OutsideMedia implements MediaRelay {
  readonly #relay: OutsideRelay

  constructor(relay: OutsideRelay) {
    this.#relay = relay
  }

  refusal(): string | undefined {
    return this.#relay.isUsable ? undefined : 'the relay that rtpproxy_sock names is silent'
  }

  pass(session: MediaSession, passage: Passage, told: (outcome: PassageOutcome) => void): void {
    this.#relay.describe(descriptionOf(session, passage), passage.receiverFlow.listener.address, (result) => {
      told('text' in result ? result : { status: 503, why: `the relay outside ${result.why}` })
    })
  }

  /** Neither protocol can take an offer back: the next one replaces it. */
  withdraw(): void {
    return
  }

  end(session: MediaSession): void {
    this.#relay.end(sessionOf(session, 0))
  }
}

function descriptionOf(session: MediaSession, passage: Passage): OutsideDescription {
  const { wish, sender } = passage
  const [from, to] = wish.facing
  return {
    kind: passage.kind,
    session: sessionOf(session, sender),
    text: passage.text,
    source: passage.senderFlow.address,
    flags: {
      isAsymmetric: wish.isAsymmetric,
      trustsDescription: wish.isTrusted,
      onlyLooksUp: wish.isLookup,
      directions: from === undefined || to === undefined ? '' : `${from.charAt(0)}${to.charAt(0)}`,
      advertised: wish.address,
    },
  }
}

/** Each branch of a call has ports of its own, so the relay gets a name that is the branch's. */
function sessionOf(session: MediaSession, sender: 0 | 1): OutsideSession {
  return {
    callId: `${session.callId}_${session.id}`,
    fromTag: session.parties[sender].tag ?? '',
    toTag: session.parties[otherSide(sender)].tag,
  }
}
