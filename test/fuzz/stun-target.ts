import { instant } from '../../core/lib/instant.ts'
import { readSurvey } from '../../core/stun/nat-survey.ts'
import {
  BINDING,
  Responder,
  addFingerprint,
  attributeTypes,
  checkFingerprint,
  checkIntegrity,
  errorOf,
  integrity,
  integritySha256,
  mappedAddressOf,
  numberAttribute,
  readMessage,
  textAttribute,
  textOf,
  tieBreakerOf,
  unknownAttributesOf,
  writeMessage,
} from '../../core/stun/index.ts'
import { below, pick, type Chance } from './mutations.ts'
import { mustHold, type Target } from './target.ts'

const { changeRequest, padding, priority, responseAddress, responsePort, username } = attributeTypes
const transactionId = Uint8Array.from({ length: 12 }, (_, index) => index * 7)
const bare = writeMessage({ class: 'request', method: BINDING, transactionId, attributes: [] })

/** RFC 5769 §2.1, and what our own machines send. */
const seeds: readonly Uint8Array[] = [
  bare,
  addFingerprint(bare),
  Buffer.from(
    '000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001ff80290008932ff9b151263b36000600096576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf',
    'hex',
  ),
  ...[
    [numberAttribute(changeRequest, 6)],
    [numberAttribute(responsePort, 0x9c400000)],
    [{ type: padding, value: new Uint8Array(200) }],
    [{ type: responseAddress, value: Uint8Array.of(0, 1, 0, 53, 203, 0, 113, 9) }],
    [textAttribute(username, 'a:b'), numberAttribute(priority, 1)],
  ].map((attributes) => writeMessage({ class: 'request', method: BINDING, transactionId, attributes })),
  writeMessage({
    class: 'error',
    method: BINDING,
    transactionId,
    attributes: [{ type: attributeTypes.errorCode, value: Uint8Array.of(0, 0, 4, 20) }],
  }),
]

const at = { address: '192.0.2.1', port: 3478 }
const alternates = { addresses: ['192.0.2.1', '192.0.2.2'], ports: [3478, 3479] } as const
const key = new Uint8Array(16)
/** The hash does not matter here: what is read before it does. */
const noHash = (_: Uint8Array, bytes: Uint8Array): Uint8Array => bytes.subarray(0, 20)
/** What a bare Binding over IPv4 gets; rounding of padding aside nothing gets more. */
const MOST_RATIO = 1.6

let now = 0
const plain = new Responder(3)
const discovering = new Responder(4, alternates)

/** STUN: whatever the octets, a value or a reason; a plain server never gives much more than it got, and to the asker alone. */
export const stunTarget: Target = {
  name: 'stun',
  weight: 10,
  run(chance, shown) {
    const bytes = mutated(chance)
    shown(Buffer.from(bytes).toString('latin1'))
    now += 200
    const source = { address: `198.51.100.${below(chance, 256)}`, port: 1024 + below(chance, 60_000) }
    const answer = plain.answer(instant(now), at, source, bytes)
    if (typeof answer !== 'string') {
      mustHold(
        answer.bytes.length <= bytes.length * MOST_RATIO,
        'a plain answer is at most 1.6 times its request',
      )
      mustHold(
        answer.to.address === source.address && answer.to.port === source.port,
        'the asker is answered',
      )
      mustHold(answer.from === at, 'a plain server answers from where it was asked')
    }
    const wide = discovering.answer(instant(now), at, source, bytes)
    if (typeof wide !== 'string') {
      mustHold(wide.to.address === source.address, 'nobody but the asker is answered')
      mustHold(typeof readMessage(wide.bytes) !== 'string', 'what is answered can be read')
    }
    readAll(bytes)
  },
  finish: () => undefined,
}

function readAll(bytes: Uint8Array): void {
  const message = readMessage(bytes)
  if (typeof message === 'string') return
  checkFingerprint(message)
  checkIntegrity(message, integrity, key, noHash)
  checkIntegrity(message, integritySha256, key, noHash)
  const place = mappedAddressOf(message)
  if (place !== undefined) mustHold(place.port >= 0 && place.port <= 65_535, 'a port is a port')
  errorOf(message)
  unknownAttributesOf(message)
  textOf(message, username)
  tieBreakerOf(message, attributeTypes.iceControlled)
  readSurvey(at, { message, from: at, socket: 0 })
  const again = readMessage(writeMessage(message))
  mustHold(
    typeof again !== 'string' && again.attributes.length === message.attributes.length,
    'what was read can be written and read again',
  )
}

function mutated(chance: Chance): Uint8Array {
  let bytes = Uint8Array.from(pick(chance, seeds))
  for (let count = below(chance, 5); count > 0; count--) {
    const place = below(chance, bytes.length)
    switch (below(chance, 5)) {
      case 0:
        bytes[place] = below(chance, 256)
        break
      case 1:
        bytes[place] = (bytes[place] ?? 0) ^ (1 << below(chance, 8))
        break
      case 2:
        bytes = bytes.slice(0, place)
        break
      case 3:
        bytes = Uint8Array.from([...bytes, ...pick(chance, seeds).subarray(20)])
        break
      default:
        bytes[place] = pick(chance, [0, 0xff, 0x7f, 0x80])
    }
    // Half of them keep a right length, or hardly any would get past the first look.
    if (bytes.length >= 20 && chance() < 0.5) {
      bytes[2] = (bytes.length - 20) >> 8
      bytes[3] = bytes.length - 20
    }
  }
  return bytes
}
