import type { Story, Twist } from './story.ts'
import {
  behindNat, call, complains, describes, describesAgain, direct, event, host, media, of, sent, signalling, silent, stopped, story, told, without, changed,
} from './story.ts'

const unanswered: Twist = (facts) => {
  const rest = without(silent('callee')(silent('caller')(facts)), 'answeredMs')
  return { ...rest, status: 503, ageMs: 1_000, ended: { by: 'nobody' } }
}

/** A phone that can be signalled to, on the internet. */
const outside = (side: 'caller' | 'callee'): Twist => of(side, { source: { address: '203.0.113.7', port: 61_000 }, contact: { address: '203.0.113.7', port: 61_000 }, via: { address: '203.0.113.7', port: 61_000 } })

/** Causes that lie in addresses, ports and networks between the phones and this computer. */
export const networkStories: readonly Story[] = [
  story('C01 direct, and the phone named an address of its own network', ['C01', 'callee'], behindNat('callee', '192.168.8.5', '203.0.113.7'), direct(), complains('callee')),
  story('C01 seen on the wire: voice is sent to the private address, its own comes from elsewhere', ['C01', 'callee', 'certain'], behindNat('callee', '10.0.0.5', '203.0.113.7'), call({ path: 'captured' }), sent('callee', { to: { address: '10.0.0.5', port: 41_000, from: 'description' }, rate: 50 })),
  story('C01 relayed, the phone behind the router waits for voice before it sends', ['C01', 'callee', 'likely'], behindNat('callee', '192.168.8.5', '203.0.113.7'), silent('callee'), sent('callee', { to: { address: '203.0.113.7', port: 41_000, from: 'description' } })),
  story('C01 seen on the wire: the caller is the one behind a router', ['C01', 'caller', 'certain'], behindNat('caller', '172.16.4.4', '198.51.100.9'), call({ path: 'captured' }), sent('caller', { to: { address: '172.16.4.4', port: 40_000, from: 'description' }, rate: 50 })),

  story('C06 the address of the wrong network was given', ['C06', 'callee', 'certain'], told('callee', { address: '10.8.0.1' }), host({ routes: { callee: '192.168.1.20' }, interfaces: [{ name: 'eth0', address: '192.168.1.20', kind: 'physical' }, { name: 'eth1', address: '10.8.0.1', kind: 'physical' }] }), silent('callee')),
  story('C06 the caller was given the address of the other card', ['C06', 'caller', 'certain'], told('caller', { address: '192.168.77.1' }), host({ routes: { caller: '192.168.1.20' } }), silent('caller')),
  story('C07 packets leave from another address than was told', ['C07', 'callee'], host({ routes: { callee: '192.168.1.20' } }), sent('callee', { leavesFrom: '192.168.1.21', reportedLoss: 1 })),
  story('C07 the caller throws away what comes from the wrong address', ['C07', 'caller'], sent('caller', { leavesFrom: '10.0.0.1', reportedLoss: 0.99 })),
  story('C08 our address is one of a virtual machine', ['C08', 'callee'], told('callee', { address: '192.168.56.1' }), host({ interfaces: [{ name: 'vboxnet0', address: '192.168.56.1', kind: 'virtual' }], routes: { callee: '192.168.1.20' } }), silent('callee')),
  story('C08 the phone named the address of its VPN', ['C08', 'callee'], describes('callee', { address: '100.90.3.3' }), sent('callee', { to: { address: '100.90.3.3', port: 41_000, from: 'description' } }), silent('callee')),
  story('C08 the phone app named the address of a container', ['C08', 'caller'], describes('caller', { address: '172.17.0.1' }), sent('caller', { to: { address: '172.17.0.1', port: 40_000, from: 'description' } }), silent('caller')),
  story('C08b moved from cable to wireless', ['C08b', 'callee'], call({ ageMs: 60_000 }), media('caller', { lastMs: 60_000 }), stopped('callee', 40_000), event('interface-changed', 41_000)),
  story('C08b the VPN came up in mid-call', ['C08b', 'caller'], call({ ageMs: 60_000 }), media('callee', { lastMs: 60_000 }), stopped('caller', 40_000), event('interface-changed', 39_000)),

  story('C13 nothing listens at the port it named', ['C13', 'callee', 'certain'], sent('callee', { errors: { ECONNREFUSED: 200 } }), silent('callee')),
  story('C13 it speaks, and its port is closed', ['C13', 'caller', 'certain'], sent('caller', { errors: { ECONNREFUSED: 480 } })),
  story('C14 STUN told it a port that is not the one', ['C14', 'callee'], outside('callee'), of('callee', { mapping: 'differs', contact: { address: '192.168.8.5', port: 5060 } }), describes('callee', { address: '203.0.113.7', port: 50_000 }), media('callee', { sources: { '203.0.113.7:62001': 500 } }), call({ path: 'captured' }), sent('callee', { to: { address: '203.0.113.7', port: 50_000, from: 'description' }, rate: 50 })),
  story('C14 direct, with a router known to differ', ['C14', 'callee'], outside('callee'), of('callee', { mapping: 'differs', via: { address: '192.168.8.5', port: 5060 } }), describes('callee', { address: '203.0.113.7', port: 50_000 }), direct(), complains('callee')),
  story('C16 the checks of the browser never end', ['C16', 'caller'], of('caller', { softphone: { ice: 'failed' } }), silent('caller'), media('caller', { stunPackets: 40 })),
  story('C16 only names that nobody can look up', ['C16', 'caller'], describes('caller', { candidates: ['3f1c.local'] }), silent('caller'), media('caller', { stunPackets: 0 })),
  story('C17 talks from one port, listens on another', ['C17', 'callee'], media('callee', { sources: { '192.168.1.12:45000': 500 } }), sent('callee', { to: { address: '192.168.1.12', port: 45_000, from: 'learned' }, reportedLoss: 1 })),
  story('C17 and its system says so', ['C17', 'caller'], media('caller', { sources: { '192.168.1.11:45000': 500 } }), sent('caller', { to: { address: '192.168.1.11', port: 45_000, from: 'learned' }, errors: { ECONNREFUSED: 300 } })),
  story('C18 its own voice was not let in', ['C18', 'callee'], silent('callee'), media('callee', { refused: { '192.168.1.12:45678': 480 } })),
  story('C18 of the caller, from another port', ['C18', 'caller'], silent('caller'), media('caller', { refused: { '192.168.1.11:40100': 300 } })),
  story('C19 our firewall has no rule for voice', ['C19', 'callee', 'certain'], host({ firewall: { isOn: true, letsVoiceIn: false } }), silent('callee')),
  story('C19 neither side comes in', ['C19', 'callee', 'certain'], host({ firewall: { isOn: true, letsVoiceIn: false } }), silent('callee'), silent('caller')),
  story('C19b the PC of the called lets nothing in', ['C19b', 'callee'], of('callee', { userAgent: 'MicroSIP/3.21' }), sent('callee', { reportedLoss: 1 })),
  story('C19b the PC of the caller lets nothing in', ['C19b', 'caller'], of('caller', { userAgent: 'Zoiper rv2.10' }), sent('caller', { reportedLoss: 1 })),
  story('C20 all voice channels are in use', ['C20', 'caller', 'certain'], unanswered, signalling({ portsRefused: 'none-left' })),
  story('C20 in mid-call, for a further medium', ['C20', 'caller', 'certain'], signalling({ portsRefused: 'none-left' }), silent('caller'), silent('callee')),
  story('C21 the system keeps the ports', ['C21', 'caller', 'certain'], unanswered, signalling({ portsRefused: 'EACCES' })),
  story('C21 another program has the ports', ['C21', 'caller', 'certain'], unanswered, signalling({ portsRefused: 'EADDRINUSE' })),
  story('C22 a stranger got the channel', ['C22', 'callee'], silent('callee'), media('callee', { refused: { '203.0.113.66:9000': 900 } })),
  story('C22 we learned the place of a stranger', ['C22', 'callee'], sent('callee', { to: { address: '198.51.100.66', port: 9_000, from: 'learned' }, reportedLoss: 1 })),
  story('C23 the network lets calls through and no voice', ['C23', 'callee', 'likely'], silent('callee'), host({ silentNeighbours: { callee: 3 } })),
  story('C23 one direction is dropped on the way', ['C23', 'callee', 'likely'], silent('callee')),
  story('C23 the voice of the caller never comes', ['C23', 'caller', 'likely'], silent('caller')),
  story('C23 what we send gets lost entirely', ['C23', 'callee', 'likely'], sent('callee', { reportedLoss: 1 })),
  story('C24 the router does not pass voice to us', ['C24', 'callee', 'certain'], outside('callee'), describes('callee', { address: '203.0.113.7' }), told('callee', { address: '198.51.100.4' }), host({ outsideAddress: '198.51.100.4', arePortsForwarded: false }), silent('callee')),
  story('C24 a phone outside was told our private address', ['C24', 'callee'], outside('callee'), describes('callee', { address: '203.0.113.7' }), told('callee', { address: '192.168.1.20' }), silent('callee')),
  story('C25 a phone in the office was told the outside address', ['C25', 'callee'], told('callee', { address: '198.51.100.4' }), host({ outsideAddress: '198.51.100.4' }), silent('callee')),
  story('C25 so was the caller', ['C25', 'caller'], told('caller', { address: '198.51.100.4' }), host({ outsideAddress: '198.51.100.4' }), silent('caller')),
  story('C29 after 30 seconds without a packet', ['C29', 'callee'], call({ ageMs: 80_000 }), media('caller', { lastMs: 80_000 }), stopped('callee', 60_000), sent('callee', { quietBeforeMs: 30_000 })),
  story('C29 the router forgot after three minutes', ['C29', 'caller'], call({ ageMs: 400_000 }), media('callee', { lastMs: 400_000 }), stopped('caller', 300_000), sent('caller', { quietBeforeMs: 181_000 })),
  story('C32 it sends to the port of the first answer', ['C32', 'callee'], silent('callee'), media('callee', { atOldPorts: 200 })),
  story('C32 after a re-INVITE the caller stayed behind', ['C32', 'caller'], describesAgain('caller', 6_000), changed(6_000, 'callee'), stopped('caller', 6_000), media('caller', { atOldPorts: 300 })),
  story('C39 bursts', ['C39', 'callee'], media('callee', { jitterMs: 85, longestGapMs: 400, lossShare: 0.03 })),
  story('C39 the caller is late in bursts', ['C39', 'caller'], media('caller', { jitterMs: 70, longestGapMs: 600 })),
  story('C46 a third is lost', ['C46', 'callee', 'certain'], media('callee', { lossShare: 0.33, rate: 33 })),
  story('C46 a third of what we send to it is lost', ['C46', 'callee', 'likely'], sent('callee', { reportedLoss: 0.35 })),
  story('C46 half of it, with much jitter', ['C46', 'caller', 'certain'], media('caller', { lossShare: 0.5, rate: 25, jitterMs: 120 })),
  story('C40 this computer stood still', ['C40', 'caller'], stopped('caller', 9_000), stopped('callee', 9_000), event('stalled', 9_000, { lastedMs: 4_000 })),
  story('C40 the relay was lost at the restart', ['C40', 'caller', 'certain'], stopped('caller', 9_000), stopped('callee', 9_000), event('relay-lost', 9_200)),
  story('C40 woken from sleep', ['C40', 'caller'], stopped('caller', 8_000), stopped('callee', 8_000), event('woke', 9_000)),
]
