/** AM32 to AM37 and AM58 to AM60: what a REGISTER may try to plant. */
import { lab } from '../lab.ts'
import type { Vector } from '../vector.ts'
import { compose } from './compose.ts'

export const QUOTE_USER = "sip:o'%20OR%20'1'='1@example.com"

export const bindingAbuse: readonly Vector[] = [
  {
    name: 'AM32',
    title: 'expires-alpha',
    section: 'RFC 3261 20.19',
    octets: compose('AM32', { method: 'REGISTER', extra: ['Expires: soon'] }),
  },
  {
    name: 'AM33',
    title: 'contact-star-nonzero',
    section: 'RFC 3261 10.3 step 6',
    octets: compose('AM33', {
      method: 'REGISTER',
      lines: { Contact: 'Contact: *' },
      extra: ['Expires: 3600'],
    }),
  },
  {
    name: 'AM34',
    title: 'contact-star-plus-other',
    section: 'RFC 3261 10.3 step 6',
    octets: compose('AM34', {
      method: 'REGISTER',
      lines: { Contact: `Contact: *\r\nContact: <sip:am34@${lab.source.host}>` },
      extra: ['Expires: 0'],
    }),
  },
  {
    name: 'AM35',
    title: 'contact-x500',
    section: 'resource bound',
    octets: compose('AM35', {
      method: 'REGISTER',
      lines: {
        Contact: Array.from({ length: 500 }, (_, at) => `Contact: <sip:am35-${at}@${lab.source.host}>`).join(
          '\r\n',
        ),
      },
    }),
  },
  {
    name: 'AM36',
    title: 'contact-is-the-proxy',
    section: 'RFC 5393',
    octets: compose('AM36', {
      method: 'REGISTER',
      lines: { Contact: `Contact: <sip:am36@${lab.proxy.host}:${lab.proxy.port}>` },
    }),
  },
  {
    name: 'AM37',
    title: 'contact-foreign-internet',
    section: 'reflection through registrar',
    octets: compose('AM37', {
      method: 'REGISTER',
      lines: { Contact: 'Contact: <sip:am37@203.0.113.9:5060>' },
    }),
  },
]

export const textAbuse: readonly Vector[] = [
  {
    name: 'AM58',
    title: 'sqli-user',
    section: 'secfilter secf_check_sqli',
    octets: compose('AM58', {
      method: 'REGISTER',
      lines: { From: `From: <${QUOTE_USER}>;tag=am58tag`, To: `To: <${QUOTE_USER}>` },
    }),
  },
  {
    name: 'AM59',
    title: 'xss-ua',
    section: 'ES2021-02',
    octets: compose('AM59', {
      method: 'REGISTER',
      extra: ['User-Agent: <script>alert(1)</script><img src=x onerror=alert(2)>'],
    }),
  },
  {
    name: 'AM60',
    title: 'csv-formula',
    section: 'CSV injection',
    octets: compose('AM60', {
      method: 'REGISTER',
      lines: { From: 'From: "=HYPERLINK(0)" <sip:am60@example.com>;tag=am60tag' },
      extra: ["User-Agent: =cmd|' /C calc'!A1"],
    }),
  },
]
