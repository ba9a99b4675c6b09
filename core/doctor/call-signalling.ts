import type { Call } from '../exchange/index.ts'
import type { SignallingFacts } from './case-facts.ts'

type Message = Call['facts']['messages']['all'][number]

/** A re-INVITE that came with the transfer it belongs to. */
const TRANSFER_MS = 3_000

export function signallingOf(call: Call): SignallingFacts {
  const { all } = call.facts.messages
  const sinceBegin = (at: number): number => at - call.beganAt
  const invite = all.find(({ what }) => what === 'INVITE')
  const answers = all.filter(({ what, from }) => what === '200 INVITE' && from === 'callee')
  const acknowledged = all.find(({ what, sentOnAt }) => what === 'ACK' && sentOnAt !== undefined)
  const ringing = all.find(({ status }) => status > 100 && status < 200)
  const isRefusedPorts =
    call.status === 503 && call.facts.descriptions.some(({ sentOn }) => sentOn === undefined)
  return {
    ...(acknowledged?.sentOnAt === undefined ? {} : { acknowledgedMs: sinceBegin(acknowledged.sentOnAt) }),
    answerCopies: Math.max(0, ...answers.map(({ retransmissions }) => retransmissions)),
    answers: tagsOf(answers),
    earlyDescriptions: tagsOf(all.filter(({ what }) => what === '183 INVITE')),
    ...(ringing === undefined ? {} : { ringingMs: sinceBegin(ringing.at) }),
    changes: all.filter((one) => isChange(one, invite)).map((one) => changeOf(one, all, sinceBegin)),
    largest: largestOf(all),
    ...(isRefusedPorts ? { portsRefused: 'none-left' } : {}),
  }
}

function tagsOf(messages: readonly Message[]): number {
  return new Set(messages.map(({ toTag }) => toTag)).size
}

function isChange({ what, toTag }: Message, invite: Message | undefined): boolean {
  return toTag !== undefined && (what === 'INVITE' || what === 'UPDATE') && invite !== undefined
}

function changeOf(
  message: Message,
  all: readonly Message[],
  sinceBegin: (at: number) => number,
): SignallingFacts['changes'][number] {
  const answer = all.find(
    ({ from, cseq, status, what }) =>
      from !== message.from && cseq === message.cseq && status >= 200 && what.endsWith(message.what),
  )
  const status = answer?.status
  const isTransfer = all.some(
    ({ what, at }) => what === 'REFER' && at <= message.at && message.at - at <= TRANSFER_MS,
  )
  const isRefresh = status === 408 || status === 481
  return {
    atMs: sinceBegin(message.at),
    by: message.from,
    why: isTransfer ? 'transfer' : isRefresh ? 'refresh' : 'change',
    ...(status === undefined ? {} : { status }),
  }
}

function largestOf(all: readonly Message[]): SignallingFacts['largest'] {
  let largest = { what: '', bytes: 0, isDatagram: false }
  for (const { what, bytes, sentOnBytes = 0, isLargeDatagram, isSentAsLargeDatagram } of all) {
    const most = Math.max(bytes, sentOnBytes)
    if (most > largest.bytes)
      largest = { what, bytes: most, isDatagram: isLargeDatagram || isSentAsLargeDatagram }
  }
  return largest
}
