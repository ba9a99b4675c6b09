/** RFC 4475 §3.1.1: well-formed messages that a parser must accept. Characters outside ASCII are UTF-8 octets. */
import { head, type Vector } from '../vector.ts'
import { longreq } from './longreq.ts'
import { mpart01 } from './mpart01.ts'
import { mhandleySession } from './session.ts'

const METHOD = "!interesting-Method0123456789_*+`.%indeed'~"
const USER = "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*"
const PASSWORD = "&it+has=1,weird!*pas$wo~d_too.(doesn't-it)"
const WORKING_IN_RUSSIAN = '\xd1\x80\xd0\xb0\xd0\xb1\xd0\xbe\xd1\x82\xd0\xb0\xd1\x8e\xd1\x89\xd0\xb8\xd0\xb9'
const BYTE_ORDER_MARK_AND_BLACKOUT = '\xef\xbb\xbf\xe5\xa4\xa7\xe5\x81\x9c\xe9\x9b\xbb'
const TWO_HUNDRED_IN_RUSSIAN =
  '= 2**3 * 5**2 ' +
  '\xd0\xbd\xd0\xbe \xd1\x81\xd1\x82\xd0\xbe ' +
  '\xd0\xb4\xd0\xb5\xd0\xb2\xd1\x8f\xd0\xbd\xd0\xbe\xd1\x81\xd1\x82\xd0\xbe ' +
  '\xd0\xb4\xd0\xb5\xd0\xb2\xd1\x8f\xd1\x82\xd1\x8c - ' +
  '\xd0\xbf\xd1\x80\xd0\xbe\xd1\x81\xd1\x82\xd0\xbe\xd0\xb5'

export const valid: readonly Vector[] = [
  {
    name: 'wsinv',
    title: 'A Short Tortuous INVITE',
    section: '3.1.1.1',
    octets:
      head(
        'INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0',
        'TO :',
        ' sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n',
        'from   : "J Rosenberg \\\\\\""       <sip:jdrosen@example.com>',
        '  ;',
        '  tag = 98asjd8',
        'MaX-fOrWaRdS: 0068',
        'Call-ID: wsinv.ndaksdj@192.0.2.1',
        'Content-Length   : 150',
        'cseq: 0009',
        '  INVITE',
        'Via  : SIP  /   2.0',
        ' /UDP',
        '    192.0.2.2;branch=390skdjuw',
        's :',
        'NewFangledHeader:   newfangled value',
        ' continued newfangled value',
        'UnknownHeaderWithUnusualValue: ;;,,;;,;',
        'Content-Type: application/sdp',
        'Route:',
        ' <sip:services.example.com;lr;unknownwith=value;unknown-no-value>',
        'v:  SIP  / 2.0  / TCP     spindle.example.com   ;',
        '  branch  =   z9hG4bK9ikj8  ,',
        ' SIP  /    2.0   / UDP  192.168.255.111   ; branch=',
        ' z9hG4bK30239',
        'm:"Quoted string \\"\\"" <sip:jdrosen@example.com> ; newparam =',
        '      newvalue ;',
        '  secondparam ; q = 0.33',
      ) + mhandleySession('192.0.2.3', '192.0.2.4'),
  },
  {
    name: 'intmeth',
    title: 'Wide Range of Valid Characters',
    section: '3.1.1.2',
    octets: head(
      `${METHOD} sip:${USER}:${PASSWORD}@example.com SIP/2.0`,
      "Via: SIP/2.0/TCP host1.example.com;branch=z9hG4bK-.!%66*_+`'~",
      `To: "BEL:\\\x07 NUL:\\\x00 DEL:\\\x7f" <sip:${USER}@example.com>`,
      "From: token1~` token2'+_ token3*%!.- <sip:mundane@example.com>" +
        `;fromParam''~+*_!.-%="${WORKING_IN_RUSSIAN}"` +
        ";tag=_token~1'+`*%!-.",
      'Call-ID: intmeth.word%ZK-!.*_+\'@word`~)(><:\\/"][?}{',
      `CSeq: 139122385 ${METHOD}`,
      'Max-Forwards: 255',
      `extensionHeader-!.%*+_\`'~:${BYTE_ORDER_MARK_AND_BLACKOUT}`,
      'Content-Length: 0',
    ),
  },
  {
    name: 'esc01',
    title: 'Valid Use of the % Escaping Mechanism',
    section: '3.1.1.3',
    octets:
      head(
        'INVITE sip:sips%3Auser%40example.com@example.net SIP/2.0',
        'To: sip:%75se%72@example.com',
        'From: <sip:I%20have%20spaces@example.net>;tag=938',
        'Max-Forwards: 87',
        'i: esc01.239409asdfakjkn23onasd0-3234',
        'CSeq: 234234 INVITE',
        'Via: SIP/2.0/UDP host5.example.net;branch=z9hG4bKkdjuw',
        'C: application/sdp',
        'Contact:',
        '  <sip:cal%6Cer@host5.example.net;%6C%72;n%61me=v%61lue%25%34%31>',
        'Content-Length: 150',
      ) + mhandleySession('192.0.2.1'),
  },
  {
    name: 'escnull',
    title: 'Escaped Nulls in URIs',
    section: '3.1.1.4',
    octets: head(
      'REGISTER sip:example.com SIP/2.0',
      'To: sip:null-%00-null@example.com',
      'From: sip:null-%00-null@example.com;tag=839923423',
      'Max-Forwards: 70',
      'Call-ID: escnull.39203ndfvkjdasfkq3w4otrq0adsfdfnavd',
      'CSeq: 14398234 REGISTER',
      'Via: SIP/2.0/UDP host5.example.com;branch=z9hG4bKkdjuw',
      'Contact: <sip:%00@host5.example.com>',
      'Contact: <sip:%00%00@host5.example.com>',
      'L:0',
    ),
  },
  {
    name: 'esc02',
    title: 'Use of % When It Is Not an Escape',
    section: '3.1.1.5',
    octets: head(
      'RE%47IST%45R sip:registrar.example.com SIP/2.0',
      'To: "%Z%45" <sip:resource@example.com>',
      'From: "%Z%45" <sip:resource@example.com>;tag=f232jadfj23',
      'Call-ID: esc02.asdfnqwo34rq23i34jrjasdcnl23nrlknsdf',
      'Via: SIP/2.0/TCP host.example.com;branch=z9hG4bK209%fzsnel234',
      'CSeq: 29344 RE%47IST%45R',
      'Max-Forwards: 70',
      'Contact: <sip:alias1@host1.example.com>',
      'C%6Fntact: <sip:alias2@host2.example.com>',
      'Contact: <sip:alias3@host3.example.com>',
      'l: 0',
    ),
  },
  {
    name: 'lwsdisp',
    title: 'No LWS between Display Name and <',
    section: '3.1.1.6',
    octets: head(
      'OPTIONS sip:user@example.com SIP/2.0',
      'To: sip:user@example.com',
      'From: caller<sip:caller@example.com>;tag=323',
      'Max-Forwards: 70',
      'Call-ID: lwsdisp.1234abcd@funky.example.com',
      'CSeq: 60 OPTIONS',
      'Via: SIP/2.0/UDP funky.example.com;branch=z9hG4bKkdjuw',
      'l: 0',
    ),
  },
  { name: 'longreq', title: 'Long Values in Header Fields', section: '3.1.1.7', octets: longreq() },
  {
    name: 'dblreq',
    title: 'Extra Trailing Octets in a UDP Datagram',
    section: '3.1.1.8',
    octets:
      head(
        'REGISTER sip:example.com SIP/2.0',
        'To: sip:j.user@example.com',
        'From: sip:j.user@example.com;tag=43251j3j324',
        'Max-Forwards: 8',
        'I: dblreq.0ha0isndaksdj99sdfafnl3lk233412',
        'Contact: sip:j.user@host.example.com',
        'CSeq: 8 REGISTER',
        'Via: SIP/2.0/UDP 192.0.2.125;branch=z9hG4bKkdjuw23492',
        'Content-Length: 0',
      ) +
      head(
        'INVITE sip:joe@example.com SIP/2.0',
        't: sip:joe@example.com',
        'From: sip:caller@example.net;tag=141334',
        'Max-Forwards: 8',
        'Call-ID: dblreq.0ha0isnda977644900765@192.0.2.15',
        'CSeq: 8 INVITE',
        'Via: SIP/2.0/UDP 192.0.2.15;branch=z9hG4bKkdjuw380234',
        'Content-Type: application/sdp',
        'Content-Length: 150',
      ) +
      mhandleySession('192.0.2.15').replace('m=video', 'm =video') +
      '\r\n',
    transportNote:
      'On a stream the INVITE is a message of its own, and its Content-Length is 3 octets short of its body, ' +
      'so "C" and two line ends remain behind it.',
  },
  {
    name: 'semiuri',
    title: 'Semicolon-Separated Parameters in URI User Part',
    section: '3.1.1.9',
    octets: head(
      'OPTIONS sip:user;par=u%40example.net@example.com SIP/2.0',
      'To: sip:j_user@example.com',
      'From: sip:caller@example.org;tag=33242',
      'Max-Forwards: 3',
      'Call-ID: semiuri.0ha0isndaksdj',
      'CSeq: 8 OPTIONS',
      'Accept: application/sdp, application/pkcs7-mime,',
      '        multipart/mixed, multipart/signed,',
      '        message/sip, message/sipfrag',
      'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKkdjuw',
      'l: 0',
    ),
  },
  {
    name: 'transports',
    title: 'Varied and Unknown Transport Types',
    section: '3.1.1.10',
    octets: head(
      'OPTIONS sip:user@example.com SIP/2.0',
      'To: sip:user@example.com',
      'From: <sip:caller@example.com>;tag=323',
      'Max-Forwards: 70',
      'Call-ID:  transports.kijh4akdnaqjkwendsasfdj',
      'Accept: application/sdp',
      'CSeq: 60 OPTIONS',
      'Via: SIP/2.0/UDP t1.example.com;branch=z9hG4bKkdjuw',
      'Via: SIP/2.0/SCTP t2.example.com;branch=z9hG4bKklasjdhf',
      'Via: SIP/2.0/TLS t3.example.com;branch=z9hG4bK2980unddj',
      'Via: SIP/2.0/UNKNOWN t4.example.com;branch=z9hG4bKasd0f3en',
      'Via: SIP/2.0/TCP t5.example.com;branch=z9hG4bK0a9idfnee',
      'l: 0',
    ),
  },
  { name: 'mpart01', title: 'Multipart MIME Message', section: '3.1.1.11', octets: mpart01() },
  {
    name: 'unreason',
    title: 'Unusual Reason Phrase',
    section: '3.1.1.12',
    octets:
      head(
        `SIP/2.0 200 ${TWO_HUNDRED_IN_RUSSIAN}`,
        'Via: SIP/2.0/UDP 192.0.2.198;branch=z9hG4bK1324923',
        'Call-ID: unreason.1234ksdfak3j2erwedfsASdf',
        'CSeq: 35 INVITE',
        'From: sip:user@example.com;tag=11141343',
        'To: sip:user@example.edu;tag=2229',
        'Content-Length: 154',
        'Content-Type: application/sdp',
        'Contact: <sip:user@host198.example.com>',
      ) + mhandleySession('192.0.2.198'),
  },
  {
    name: 'noreason',
    title: 'Empty Reason Phrase',
    section: '3.1.1.13',
    octets: head(
      'SIP/2.0 100 ',
      'Via: SIP/2.0/UDP 192.0.2.105;branch=z9hG4bK2398ndaoe',
      'Call-ID: noreason.asndj203insdf99223ndf',
      'CSeq: 35 INVITE',
      'From: <sip:user@example.com>;tag=39ansfi3',
      'To: <sip:user@example.edu>;tag=902jndnke3',
      'Content-Length: 0',
      'Contact: <sip:user@host105.example.com>',
    ),
  },
]
