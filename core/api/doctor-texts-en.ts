import type { DoctorTexts } from './doctor-texts.ts'

export const doctorTextsEn = {
  confidence: { certain: 'Certain', likely: 'Likely', 'cannot-tell': 'Can’t tell' },
  deaf: '{who} cannot hear {other}.',
  headings: {
    saw: 'What I saw',
    ruledOut: 'What I ruled out',
    also: 'Also possible',
    now: 'At once',
    next: 'From the next call',
    you: 'What you can do',
  },
  causes: {
    fine: { verdict: 'The voice flows both ways.' },
    checking: { verdict: 'I am still looking. A verdict takes a few seconds of talk.' },
    unseen: {
      verdict: 'I can’t see the voice of this call: it goes directly between the phones.',
      you: 'Let Sidetone carry the voice (force_rtp_proxy in the script), and call once more.',
    },
    C01: {
      verdict:
        'Phone {who} asked for voice at {address}, an address that only exists inside its own network.',
      now: 'Voice is sent to where its own packets come from, as soon as one arrives.',
      next: 'Let Sidetone carry the voice of this phone: nat_uac_test and force_rtp_proxy in the script.',
      you: 'If it stays silent, let the phone speak first or turn on its “symmetric RTP”.',
    },
    C02: {
      verdict: 'Phone {who} has put the call on hold (the old way).',
      you: 'Resume the call on phone {who}.',
    },
    C03: {
      verdict: 'Phone {who} has limited who may talk: the call is on hold or one-way.',
      you: 'Resume the call on phone {who}. If it is not on hold, hang up and call again.',
    },
    C04: { verdict: 'This is an announcement: only the caller can talk.' },
    C05: {
      verdict: 'The voice was left to travel directly, but {who} and {other} can’t reach each other.',
      next: 'Let Sidetone carry the voice between these networks: force_rtp_proxy in the script.',
    },
    C06: {
      verdict: 'I told {who} to send voice to {address}, but the way to it goes by {right}.',
      next: 'Voice to this phone must run at {right}: start Sidetone with --media {right}:35000-35999.',
    },
    C07: {
      verdict: 'I told {who} to expect voice from {address}, but it leaves this computer from {right}.',
      next: 'Voice and its announced address must agree: start Sidetone with --media {right}:35000-35999.',
    },
    C08: {
      verdict: 'The voice address {address} belongs to a VPN or virtual network, not to your office network.',
      you: 'Turn that adapter off on the computer that it belongs to, or choose the office network in the phone.',
    },
    C08b: {
      verdict: 'A network connection changed during the call, and the voice of {who} stayed behind.',
      you: 'Hang up and call again. Keep the computer on one connection while you talk.',
    },
    C09: {
      verdict: 'Phone {who} sends a sound format (number {type}) that was not agreed.',
      you: 'In phone {who}, put G.711 (PCMA or PCMU) first in its list of codecs.',
    },
    C10: {
      verdict: '{who} and {other} have no sound format in common.',
      you: 'Turn on G.711 (PCMA and PCMU) in both phones.',
    },
    C11: {
      verdict:
        'Phone {who} sends {packetMs} ms of sound in a packet. Phone {other} takes {longestMs} ms at most.',
      you: 'Set the packet time (ptime) of phone {who} to 20 ms.',
    },
    C12: {
      verdict: 'A router on the way to {who} rewrites call messages and gets it wrong (SIP ALG).',
      next: 'Let the phone register by TCP or TLS, or at another port than 5060.',
      you: 'Turn off “SIP ALG” or “SIP helper” in that router.',
    },
    C13: {
      verdict: 'Phone {who} asked for voice at port {port}, but nothing is listening there.',
      now: 'Voice goes to the port that it talks from, as soon as it talks.',
      you: 'Restart phone {who}. If it happens again, update its firmware.',
    },
    C14: {
      verdict:
        'Phone {who} announced a wrong outside port: its router hands out a new one for each destination.',
      now: 'Voice is sent to where its own packets come from.',
      you: 'Turn off STUN in phone {who}.',
    },
    C15: {
      verdict: '{who} and {other} do not agree about encryption of the voice.',
      you: 'Set encryption (SRTP) to the same in both phones: off, or on.',
    },
    C16: {
      verdict: 'Phone {who} and the relay could not agree on a network path.',
      you: 'Reload the phone’s page. On an office network, take STUN and TURN servers out of its settings.',
    },
    C17: {
      verdict: 'Phone {who} talks from one port and listens on another.',
      next: 'Mark it as asymmetric in the script (force_rtp_proxy with flag a).',
      you: 'Turn on “symmetric RTP” in phone {who}.',
    },
    C18: {
      verdict: 'The voice of {who} came from an unexpected port and was not let in.',
      you: 'If it stays silent, put the call on hold and resume it.',
    },
    C19: {
      verdict: 'The firewall of this computer is blocking voice packets to Sidetone.',
      you: 'Allow Sidetone to receive UDP packets at the ports of its voice relay.',
    },
    C19b: {
      verdict: 'The computer that runs phone {who} is probably blocking incoming voice.',
      you: 'Allow the phone program in the firewall of that computer.',
    },
    C20: {
      verdict: 'All voice channels of Sidetone are in use.',
      next: 'The relay binds new ports by itself as calls end.',
      you: 'Give it more ports: start Sidetone with a wider --media range.',
    },
    C21: {
      verdict: 'The system or another program keeps the ports for voice ({why}).',
      you: 'Give Sidetone other ports: start it with another --media range.',
    },
    C22: {
      verdict: 'Voice from a stranger ({place}) arrived on this call’s channel instead of that of {who}.',
      now: 'The stranger is ignored; only the phone’s own addresses are listened to.',
      you: 'Hang up and call again. If it returns, block that address in the firewall.',
    },
    C23: {
      verdict: 'The network lets the call messages of {who} through, but not its voice.',
      now: 'A packet goes to the silent side every 15 seconds, so that firewalls on the way may open.',
      you: 'Allow UDP between phone {who} and the voice ports. Guest Wi-Fi often blocks it.',
    },
    C24: {
      verdict: 'Phone {who} is outside, and its voice does not get through your router to Sidetone.',
      you: 'Forward the voice ports (UDP) in your router, and set advertised_address in the script.',
    },
    C25: {
      verdict: 'Phone {who} in the office was told to reach me through the internet side of the router.',
      next: 'Give phones in the office the inside address: set force_rtp_proxy without an address of its own.',
    },
    C26: {
      verdict: 'After the hold, phone {who} never agreed to talk again.',
      you: 'Put the call on hold and resume it once more. If that fails, call again.',
    },
    C27: {
      verdict: 'The hold of {who} ended, but the address for its voice was not restored.',
      you: 'Put the call on hold and resume it once more.',
    },
    C28: {
      verdict: 'The transfer changed where voice must go, and {who} did not notice.',
      you: 'Put the call on hold and resume it: most phones then find each other.',
    },
    C29: {
      verdict: 'The router of {who} closed the voice path after {seconds} seconds of silence.',
      now: 'A packet is sent into the quiet direction again and again, so that the path stays open.',
      you: 'In the router, raise the time-out for UDP to at least two minutes.',
    },
    C30: {
      verdict: 'Several phones answered, and the voice of {who} went to another one.',
      you: 'Hang up and call again. Let fewer phones ring at the same time.',
    },
    C31: {
      verdict: 'The answer of {who} was never confirmed. Such calls die after 32 seconds.',
      next: 'Write record_route() in the script, so that the confirmation comes by here.',
      you: 'Correct the outside address in phone {other}: its confirmation goes astray.',
    },
    C32: {
      verdict: 'Phone {who} keeps sending voice to the place that was agreed earlier.',
      you: 'Put the call on hold and resume it. If it happens again, update the phone.',
    },
    C33: {
      verdict: 'Nobody is talking at {who} right now; the phone sends almost nothing to save bandwidth.',
    },
    C34: {
      verdict: 'Control packets of {who} arrive, the voice itself does not.',
      you: 'Allow every voice port in firewalls on the way, the even numbers too.',
    },
    C35: {
      verdict: '{other} already sends sound, but phone {who} does not play it before the call is answered.',
      you: 'Turn on “early media” in phone {who}.',
    },
    C35b: {
      verdict: 'Phone {who} made no ringing tone while the other one rang.',
      you: 'Turn on the local ringing tone in phone {who}.',
    },
    C36: {
      verdict: 'The call was cut because {who} did not confirm that it was still there.',
      next: 'Write record_route() in the script, so that such confirmations come by here.',
      you: 'Turn off session timers in phone {who}, or make them longer.',
    },
    C37: {
      verdict: 'A call message of {bytes} bytes was too big for one packet, and it got lost.',
      you: 'Let the phone register by TCP, or turn off codecs that nobody uses.',
    },
    C38: {
      verdict: 'Phone {who} dropped off the network during the call.',
      you: 'Check the power, the cable or the Wi-Fi of phone {who}.',
    },
    C39: {
      verdict: 'Voice packets of {who} arrive late and in bursts.',
      you: 'Use a cable in place of Wi-Fi, and give voice priority in switch and router.',
    },
    C40: {
      verdict: 'This computer stood still for {seconds} seconds, and both voices with it.',
      you: 'Close programs that load the computer, and keep it from going to sleep.',
    },
    C41: { verdict: 'The microphone of {who} is muted or switched off.', you: 'Unmute phone {who}.' },
    C42: {
      verdict: 'The microphone of {who} gives no sound, is absent, or may not be used.',
      you: 'Choose another microphone, plug it in again, or allow it in the browser.',
    },
    C43: {
      verdict: 'The voice arrives at {who} but is not played on “{device}”.',
      you: 'Choose another speaker, and turn its volume up.',
    },
    C44: {
      verdict: 'Voice reaches phone {who}. The fault is in the phone itself.',
      you: 'Check its volume, the cable of its handset, and the headset button.',
    },
    C45: {
      verdict: 'Phone {who} sends back what it hears, so {other} hears itself.',
      you: 'Turn off echo or loop tests in phone {who}, and restart it.',
    },
    C46: {
      verdict: '{percent} % of the voice packets are lost between {who} and this computer.',
      you: 'Use a cable in place of Wi-Fi, and look for a busy or broken line.',
    },
    C47: {
      verdict: '{who} and {other} use different kinds of network address (IPv6 and IPv4).',
      next: 'Let Sidetone carry the voice: its relay speaks both.',
    },
    C48: {
      verdict: 'The sound of {who} plays at a wrong speed: the phone gives a wrong clock rate.',
      you: 'Update phone {who}, or choose G.711 in place of its present codec.',
    },
    C49: {
      verdict: 'Only key presses come through from {who}, no voice.',
      you: 'In phone {who}, put G.711 first in its list of codecs, and unmute it.',
    },
    C50: {
      verdict: 'I don’t know yet why it is silent. What I saw is listed below.',
      you: 'Copy the report and send it to whoever looks after your network.',
    },
  },
  evidence: {
    'packets-from': '{count} voice packets came from {who}.',
    'nothing-from': 'Not one voice packet came from {who}.',
    'stopped-from': 'The voice of {who} stopped {seconds} s after the call began.',
    'described-at': '{who} wants its voice at {place}.',
    'signals-from': 'The call messages of {who} come from {place}.',
    'voice-from': 'The voice of {who} comes from {place}.',
    'told-address': '{who} was told to send voice to {address}.',
    direction: '{who} set the direction “{direction}”.',
    codecs: '{who} offers these codecs: {codecs}.',
    protocol: '{who} uses {protocol}.',
    'payload-type': '{who} sends payload types {types}.',
    'send-error': 'The system refused {count} packets to {who} ({code}).',
    'reported-loss': '{who} reports that {percent} % of what it should get is lost.',
    'refused-from': '{count} packets from {place} were not let in.',
    loss: '{percent} % of the packets of {who} are missing.',
    jitter: 'Packets of {who} come up to {ms} ms early or late.',
    level: '{who} has sent perfect silence for {seconds} s.',
    'control-only': '{count} control packets and no voice came from {who}.',
    'checks-only': '{count} path checks and no voice came from {who}.',
    'answer-copies': 'The answer was repeated {count} times.',
    'no-acknowledgement': 'No confirmation (ACK) came.',
    answers: '{count} phones have answered.',
    'message-bytes': 'The {what} has {bytes} bytes.',
    status: 'The call got the status {status}.',
    'hung-up': 'The call was ended with “{reason}”.',
    change: '{seconds} s after its beginning the call was changed (status {status}).',
    event: 'This happened at the time: {what}.',
    route: 'The way to {who} leaves this computer from {address}.',
    interface: '{address} belongs to the adapter {name}.',
    firewall: 'The firewall of this computer is on and has no rule for voice.',
    forwarding: 'A test showed that the router does not pass the voice ports.',
    neighbours: '{count} other phones of that network are silent too.',
    microphone: 'The microphone of {who} is: {state}.',
    output: '{who} plays on “{device}”.',
    'packet-time': '{who} sends {packetMs} ms in a packet; {longestMs} ms are allowed.',
    'old-ports': '{count} packets of {who} came to a port that is no more in use.',
    'same-source': '{who} sends packets that {other} had sent.',
    rewritten: 'The messages of {who} were changed on their way ({how}).',
    announcement: 'The call asks the phone to answer by itself.',
    complaint: 'Somebody at {who} says that nothing is to be heard.',
    clock: '{who} runs at {clock} Hz.',
    'early-voice': '{count} packets came from {who} before the answer.',
    'quiet-before': 'For {seconds} s nothing had been sent to {who}.',
    'not-in-path': 'The voice does not pass through this computer.',
    withheld: '{count} packets were held back ({reason}).',
  },
} as const satisfies DoctorTexts
