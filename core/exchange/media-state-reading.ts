import type { LeftCalls } from './media-state.ts'

/** What a file held, if it is what `leaveCalls` gives; a file may have been cut off or written by another version. */
export function readLeftCalls(value: unknown): LeftCalls | undefined {
  return isRecord(value) && isListOf(value['calls'], isCall) ? (value as unknown as LeftCalls) : undefined
}

function isCall(value: unknown): boolean {
  return (
    isRecord(value) &&
    [value['callId'], value['from'], value['to']].every(isText) &&
    [value['beganMsAgo'], value['answeredMsAgo']].every(isCount) &&
    isListOf(value['sessions'], isSession)
  )
}

function isSession(value: unknown): boolean {
  return (
    isRecord(value) &&
    isCount(value['id']) &&
    isListOf(value['parties'], isParty, 2) &&
    isListOf(value['streams'], isStream)
  )
}

function isParty(value: unknown): boolean {
  return (
    isRecord(value) &&
    [value['tag'], value['contact']].every((text) => text === null || isText(text)) &&
    isText(value['transport']) &&
    [value['listener'], value['peer']].every(isPlacePair) &&
    [value['isAsymmetric'], value['isTrusted']].every((flag) => typeof flag === 'boolean') &&
    [null, 'internal', 'external'].includes(value['facing'] as null)
  )
}

function isStream(value: unknown): boolean {
  return (
    isRecord(value) &&
    [value['at'], value['revision']].every(isCount) &&
    (value['at'] as number) < 32 &&
    isListOf(value['pairs'], isPair, 2) &&
    isListOf(value['ends'], isEnd, 2)
  )
}

function isPair(value: unknown): boolean {
  return isRecord(value) && isCount(value['id']) && isPlace(value)
}

function isEnd(value: unknown): boolean {
  return (
    isRecord(value) &&
    isCount(value['pair']) &&
    [value['rtp'], value['rtcp']].every((place) => place === undefined || isPlace(place)) &&
    isListOf(value['plausible'], isText) &&
    [value['isMultiplexed'], value['isAsymmetric'], value['mayReceive'], value['maySend']].every(
      (flag) => typeof flag === 'boolean',
    ) &&
    isCount(value['packetTimeMs']) &&
    isListOf(value['formats'], isFormat)
  )
}

function isFormat(value: unknown): boolean {
  return isRecord(value) && [value['type'], value['clockHz']].every(isCount) && isText(value['encoding'])
}

function isPlace(value: unknown): boolean {
  return isRecord(value) && isText(value['address']) && isPort(value['port'])
}

function isPlacePair(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && isText(value[0]) && isPort(value[1])
}

function isPort(value: unknown): boolean {
  return isCount(value) && value >= 1 && value <= 65_535
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && Number.isFinite(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isListOf(value: unknown, is: (item: unknown) => boolean, length?: number): boolean {
  return Array.isArray(value) && (length === undefined || value.length === length) && value.every(is)
}
