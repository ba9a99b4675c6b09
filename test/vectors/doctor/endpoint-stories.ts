import type { Story } from './story.ts'
import { call, complains, media, of, sent, silent, softphone, story } from './story.ts'

/** Causes that lie in the phones: microphone, speaker, handset, silence suppression, loops. */
export const endpointStories: readonly Story[] = [
  story('C33 comfort noise only', ['C33', 'callee'], media('callee', { kind: 'comfort-noise', rate: 2, packets: 80 }), sent('caller', { rate: 2 })),
  story('C33 a few packets a second, none lost', ['C33', 'caller'], media('caller', { rate: 3, packets: 60, kind: 'none', longestGapMs: 2_000, gapMs: 20 }), sent('callee', { rate: 3 })),
  story('C41 the softphone is muted', ['C41', 'callee', 'certain'], softphone('callee', { microphone: 'muted' })),
  story('C41 the desk phone sends perfect silence', ['C41', 'caller', 'likely'], media('caller', { kind: 'digital-silence', kindSeconds: 5 })),
  story('C41 muted, and a firewall that is on has nothing to do with it', ['C41', 'callee', 'certain'], softphone('callee', { microphone: 'muted' }), media('callee', { kind: 'digital-silence', kindSeconds: 20 })),
  story('C42 no permission for the microphone', ['C42', 'caller', 'certain'], softphone('caller', { microphone: 'denied' }), silent('caller')),
  story('C42 there is no microphone', ['C42', 'callee', 'certain'], softphone('callee', { microphone: 'missing' }), silent('callee')),
  story('C42 live and flat', ['C42', 'callee', 'likely'], softphone('callee', { microphone: 'live', microphoneDbov: -95 }), media('callee', { kind: 'digital-silence', kindSeconds: 7 })),
  story('C42 the headset was pulled out', ['C42', 'caller', 'certain'], softphone('caller', { microphone: 'ended' }), media('caller', { kind: 'digital-silence', kindSeconds: 4 })),
  story('C43 played on a device that is gone', ['C43', 'callee', 'certain'], softphone('callee', { receivedPackets: 500, playedDbov: -28, output: { isPlaying: true, volume: 1, device: 'USB headset', isThere: false } })),
  story('C43 volume 0', ['C43', 'caller', 'certain'], softphone('caller', { receivedPackets: 500, playedDbov: -25, output: { isPlaying: true, volume: 0, device: 'Speakers', isThere: true } })),
  story('C43 the browser has not begun to play', ['C43', 'caller', 'certain'], softphone('caller', { receivedPackets: 500, playedDbov: -25, output: { isPlaying: false, volume: 1, device: 'Speakers', isThere: true } })),
  story('C44 all is delivered, 102 hears nothing', ['C44', 'callee', 'likely'], complains('callee')),
  story('C44 the caller hears nothing from a desk phone that gets everything', ['C44', 'caller', 'likely'], sent('caller', { reportedLoss: 0.01 }), complains('caller')),
  story('C45 the called phone sends back what it hears', ['C45', 'callee'], (facts) => media('callee', { ssrcs: facts.caller.media.ssrcs })(facts)),
  story('C45 the phone of the caller sends back what it gets', ['C45', 'caller'], (facts) => media('caller', { ssrcs: ['x', ...facts.callee.media.ssrcs] })(facts)),
  story('C46 the softphone conceals most of what it gets', ['C46', 'callee', 'certain'], softphone('callee', { receivedPackets: 200, concealedShare: 0.7 })),
  story('C50 only refused, forged and empty packets: nothing fits', 'C50', silent('caller'), silent('callee')),
  story('C50 nothing comes from either side and nothing tells why', 'C50', call({ ageMs: 30_000 }), silent('caller'), silent('callee')),
  story('C50 a complaint that no fact explains', 'C50', of('caller', { softphone: { receivedPackets: 500, playedDbov: -30, output: { isPlaying: true, volume: 1, device: 'Headset', isThere: true } } }), complains('caller')),
]
