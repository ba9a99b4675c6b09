import type { Story } from './story.ts'
import {
  behindNat, call, changed, codecs, complains, describes, describesAgain, direct, event, media, of, sent, signalling, silent, softphone, stopped, story, told, without,
} from './story.ts'
import type { Twist } from './story.ts'

const unanswered: Twist = (facts) => {
  const rest = without(silent('callee')(silent('caller')(facts)), 'answeredMs')
  return { ...rest, status: 183, ageMs: 9_000 }
}

/** Causes that the messages of the call tell: hold, direction, codecs, ACK, forks, timers, early media. */
export const signalledStories: readonly Story[] = [
  story('C02 hold by 0.0.0.0 in the first offer', ['C02', 'caller', 'certain'], describes('caller', { address: '0.0.0.0' }), silent('callee')),
  story('C02 hold by :: of a phone with IPv6', ['C02', 'callee', 'certain'], describesAgain('callee', 8_000, { address: '::' }), stopped('caller', 8_000), changed(8_000, 'callee')),
  story('C02 held for five minutes', ['C02', 'caller'], call({ ageMs: 330_000 }), describesAgain('caller', 20_000, { address: '0.0.0.0' }), stopped('callee', 20_000), media('caller', { lastMs: 330_000 }), changed(20_000, 'caller')),

  story('C03 hold never resumed', ['C03', 'caller', 'certain'], call({ ageMs: 600_000 }), describesAgain('caller', 30_000, { direction: 'sendonly' }), describesAgain('callee', 30_050, { direction: 'recvonly' }), stopped('callee', 30_000), stopped('caller', 30_000), changed(30_000, 'caller')),
  story('C03 sendonly in the very first offer, answered rightly', ['C03', 'caller', 'certain'], describes('caller', { direction: 'sendonly' }), describes('callee', { direction: 'recvonly' }), silent('callee')),
  story('C03 two phones that both only want to send', ['C03', 'callee', 'certain'], describes('caller', { direction: 'sendonly' }), describes('callee', { direction: 'sendonly' }), silent('caller'), silent('callee')),
  story('C03 answered inactive from the start', ['C03', 'callee', 'certain'], describes('callee', { direction: 'inactive' }), silent('caller'), silent('callee')),

  story('C04 a paging call through a loudspeaker', ['C04', 'callee'], signalling({ isAnnouncement: true }), silent('callee'), media('caller', { kind: 'speech' })),
  story('C04 intercom: the phone answers by itself and sends silence', ['C04', 'callee'], signalling({ isAnnouncement: true }), media('callee', { kind: 'digital-silence', kindSeconds: 9 })),

  story('C10 488: not acceptable', ['C10', 'callee', 'certain'], unanswered, call({ status: 488, ended: { by: 'callee' } })),
  story('C10 answered with port 0', ['C10', 'callee', 'certain'], describes('callee', { port: 0 }), silent('caller'), silent('callee')),
  story('C10 the answer has a codec that was not offered', ['C10', 'callee', 'certain'], describes('caller', { formats: [codecs.G729] }), describes('callee', { formats: [codecs.OPUS, codecs.PCMU] }), silent('caller'), silent('callee')),
  story('C10 606 from a gateway', ['C10', 'callee', 'certain'], unanswered, call({ status: 606, ended: { by: 'callee' } })),

  story('C26 an un-hold that was answered recvonly', ['C26', 'callee'], describesAgain('caller', 5_000, { direction: 'sendonly' }), describesAgain('callee', 5_050, { direction: 'recvonly' }), describesAgain('caller', 8_000), describesAgain('callee', 8_050, { direction: 'recvonly' }), stopped('callee', 5_000), changed(5_000, 'caller'), changed(8_000, 'caller')),
  story('C26 an un-hold that was answered inactive', ['C26', 'caller'], describesAgain('callee', 5_000, { direction: 'inactive' }), describesAgain('caller', 5_050, { direction: 'inactive' }), describesAgain('callee', 8_000), describesAgain('caller', 8_050, { direction: 'inactive' }), stopped('callee', 5_000), stopped('caller', 5_000), changed(5_000, 'callee'), changed(8_000, 'callee')),
  story('C26 a hold that was answered sendrecv and never ended', ['C26', 'callee'], describesAgain('caller', 5_000, { direction: 'sendonly' }), describesAgain('callee', 5_050), describesAgain('caller', 8_000), describesAgain('callee', 8_050, { direction: 'recvonly' }), stopped('callee', 5_000), changed(5_000, 'caller'), changed(8_000, 'caller')),

  story('C27 resumed after 0.0.0.0, and nothing is sent there', ['C27', 'callee'], describesAgain('callee', 5_000, { address: '0.0.0.0' }), describesAgain('callee', 8_000), changed(5_000, 'callee'), changed(8_000, 'callee'), sent('callee', { rate: 0, withheld: { 'peer-may-not-receive': 150 } })),
  story('C27 the caller resumed, and the relay has no place for it', ['C27', 'caller'], describesAgain('caller', 5_000, { address: '0.0.0.0' }), describesAgain('caller', 8_000), changed(5_000, 'caller'), changed(8_000, 'caller'), sent('caller', { rate: 0, withheld: { 'before-peer-known': 90 } })),

  story('C28 silent since the transfer', ['C28', 'callee'], changed(8_000, 'caller', 'transfer'), stopped('callee', 8_400)),
  story('C28 a pickup, and the old address stayed', ['C28', 'caller'], changed(6_000, 'callee', 'transfer'), stopped('caller', 5_500)),

  story('C30 two phones picked up', ['C30', 'callee'], signalling({ answers: 2 }), silent('callee')),
  story('C30 the loser of a fork had sent early media', ['C30', 'callee'], signalling({ earlyDescriptions: 2 }), silent('callee')),

  story('C31 the 200 came again and again and no ACK did', ['C31', 'callee', 'certain'], call({ ageMs: 20_000 }), (facts) => { const rest = without(facts.signalling, 'acknowledgedMs'); return { ...facts, signalling: { ...rest, answerCopies: 6 } } }, silent('callee')),
  story('C31 hung up by the phone after 32 seconds without ACK', ['C31', 'callee', 'certain'], call({ ageMs: 35_100, ended: { by: 'callee' } }), (facts) => { const rest = without(facts.signalling, 'acknowledgedMs'); return { ...facts, signalling: { ...rest, answerCopies: 10 } } }),
  story('C31 the ACK reached us and the phone asks on', ['C31', 'callee', 'likely'], call({ ageMs: 20_000 }), signalling({ answerCopies: 7 }), silent('callee')),

  story('C35 an announcement before the answer that the phone does not play', ['C35', 'caller'], unanswered, of('callee', { descriptions: [] }), describesEarly(), media('callee', { packets: 200, rate: 50, kind: 'speech', firstMs: 1_000, lastMs: 9_000, sources: { '192.168.1.12:41000': 200 } }), complains('caller')),
  story('C35 the softphone does not play early media', ['C35', 'caller', 'certain'], unanswered, describesEarly(), media('callee', { packets: 200, rate: 50, kind: 'speech', firstMs: 1_000, lastMs: 9_000 }), softphone('caller', { playsEarlyMedia: false })),
  story('C35b 180 without a tone in the softphone', ['C35b', 'caller', 'certain'], unanswered, call({ status: 180 }), of('callee', { descriptions: [] }), softphone('caller', { makesRingback: false })),
  story('C35b the caller hears nothing while it rings', ['C35b', 'caller'], unanswered, call({ status: 180 }), of('callee', { descriptions: [] }), complains('caller')),

  story('C36 the session was not refreshed', ['C36', 'callee', 'certain'], call({ ageMs: 903_000, ended: { by: 'callee', reason: 'SIP;cause=408;text="session expired"' } }), signalling({ sessionExpiresSeconds: 900 }), media('caller', { lastMs: 903_000 }), media('callee', { lastMs: 903_000 })),
  story('C36 the refresh was answered 481', ['C36', 'callee', 'certain'], call({ ageMs: 460_000, ended: { by: 'caller' } }), signalling({ sessionExpiresSeconds: 900 }), changed(453_000, 'caller', 'refresh', 481), media('caller', { lastMs: 455_000 }), media('callee', { lastMs: 455_000 })),
  story('C36 the refresh was never answered', ['C36', 'callee'], call({ ageMs: 490_000 }), changed(453_000, 'caller', 'refresh', 408), signalling({ sessionExpiresSeconds: 900 }), stopped('callee', 485_000)),

  story('C37 an INVITE of 1800 bytes that nobody answered', ['C37', 'callee'], unanswered, call({ status: 408, ageMs: 33_000, ended: { by: 'nobody' } }), of('callee', { descriptions: [] }), signalling({ largest: { what: 'INVITE', bytes: 1_800, isDatagram: true } }), noRinging()),
  story('C37 a 200 of 1600 bytes that came again and again', ['C37', 'callee'], call({ ageMs: 20_000 }), (facts) => { const rest = without(facts.signalling, 'acknowledgedMs'); return { ...facts, signalling: { ...rest, answerCopies: 6, largest: { what: '200 INVITE', bytes: 1_600, isDatagram: true } } } }, silent('callee')),

  story('C38 the phone dropped off', ['C38', 'callee', 'certain'], call({ ageMs: 60_000 }), stopped('callee', 40_000), media('caller', { lastMs: 60_000 }), event('phone-gone', 42_000, { party: 'callee' })),
  story('C38 the caller lost its power', ['C38', 'caller', 'certain'], call({ ageMs: 60_000 }), stopped('caller', 40_000), media('callee', { lastMs: 60_000 }), event('phone-gone', 45_000, { party: 'caller' })),

  story('C47 direct, one speaks IPv6 only', ['C47', 'callee'], direct(), describes('callee', { address: '2001:db8::12' }), complains('caller', 'callee')),
  story('C47 seen on the wire: the offer names IPv6, the answer IPv4', ['C47', 'caller'], call({ path: 'captured' }), describes('caller', { address: '2001:db8::11' }), silent('callee'), silent('caller')),

  story('C15 plain voice against encrypted, direct', ['C15', 'callee'], direct(), describes('callee', { protocol: 'RTP/SAVP' }), complains('caller')),
  story('C15 the relay cannot join SAVP and AVP', ['C15', 'callee'], describes('callee', { protocol: 'RTP/SAVP' }), silent('callee')),
  story('C15 DTLS never ends', ['C15', 'caller'], softphone('caller', { dtls: 'failed' }), silent('caller'), media('caller', { dtlsPackets: 9, stunPackets: 20 })),
  story('C15 the keys do not fit', ['C15', 'callee'], media('callee', { authFailures: 480, kind: 'unknown' })),
  story('C15 keys offered under plain RTP, answered encrypted', ['C15', 'callee'], describes('caller', { hasOptionalKeys: true }), describes('callee', { protocol: 'RTP/SAVP' }), silent('caller')),
  story('C05 direct between two networks', ['C05', 'callee'], direct(), of('callee', { source: { address: '10.9.0.4', port: 5060 } }), describes('callee', { address: '10.9.0.4' }), complains('caller')),
  story('C05 direct between a browser and a desk phone', ['C05', 'caller'], direct(), describes('caller', { address: '192.168.1.11', protocol: 'UDP/TLS/RTP/SAVPF', candidates: ['192.168.1.11'] }), describes('callee', { protocol: 'UDP/TLS/RTP/SAVPF' }), of('caller', { source: { address: '192.168.1.11', port: 5060 } }), complains('callee')),
  story('C09 a number that was not agreed', ['C09', 'callee'], media('callee', { payloadTypes: { 111: 500 }, kind: 'undecodable' })),
  story('C09 the codec flipped in the middle', ['C09', 'caller'], media('caller', { payloadTypes: { 8: 200, 18: 300 }, kind: 'undecodable' })),
  story('C11 60 ms where 30 are the most', ['C11', 'callee'], describes('caller', { longestPacketMs: 30 }), media('callee', { gapMs: 60, rate: 17 })),
  story('C11 40 ms packets to a phone that takes 20', ['C11', 'caller'], describes('callee', { longestPacketMs: 20 }), media('caller', { gapMs: 40, rate: 25 })),
  story('C48 G.722 written with 16000', ['C48', 'callee'], describes('callee', { formats: [{ type: 9, encoding: 'g722', clockHz: 16000 }] }), describes('caller', { formats: [codecs.G722] }), media('callee', { payloadTypes: { 9: 500 } })),
  story('C48 time stamps that run at double speed', ['C48', 'callee'], media('callee', { measuredClockHz: 16_000 })),
  story('C49 only key presses come', ['C49', 'callee'], media('callee', { payloadTypes: { 101: 40 }, packets: 40, rate: 3, kind: 'dtmf' })),
  story('C49 of the caller only key presses come', ['C49', 'caller'], media('caller', { payloadTypes: { 101: 25 }, packets: 25, rate: 2, kind: 'dtmf' })),
  story('C34 control packets, no voice', ['C34', 'callee'], silent('callee'), media('callee', { rtcpPackets: 5 })),
  story('C34 control packets of the caller, no voice', ['C34', 'caller'], silent('caller'), media('caller', { rtcpPackets: 3 }), told('caller', { rtcpPort: 35_000 })),
  story('C12 the mirror test saw the router at it', ['C12', 'callee', 'certain'], of('callee', { rewritten: 'mirror-test' }), behindNat('callee', '192.168.8.5', '203.0.113.7'), silent('callee')),
  story('C12 a length that does not fit the message', ['C12', 'callee', 'likely'], of('callee', { rewritten: 'wrong-length' }), silent('callee')),
  story('C12 a foreign address in the description', ['C12', 'caller', 'likely'], of('caller', { rewritten: 'foreign-address' }), silent('caller')),
]

function describesEarly(): Twist {
  return (facts) => of('callee', { descriptions: [{ ...described(facts.caller.descriptions), address: '192.168.1.12', port: 41_000, atMs: 900, message: '183 INVITE' }] })(facts)
}

function described<T>(list: readonly T[]): T {
  const [first] = list
  if (first === undefined) throw new Error('there is no description')
  return first
}

function noRinging(): Twist {
  return (facts) => { const rest = without(facts.signalling, 'ringingMs'); return { ...facts, signalling: rest } }
}
