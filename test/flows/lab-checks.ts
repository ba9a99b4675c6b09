/** The extra checks of an expectation, beside its outcome. */
import { isUnicast } from '../../core/lib/ip.ts'
import type { Octets } from '../../core/lib/octets.ts'
import {
  findHeader,
  headerValue,
  isSipUri,
  parseMessage,
  parseNameAddrs,
  unescape,
} from '../../core/sip/index.ts'
import type { Expectation, Vector } from '../vectors/index.ts'
import { bodyOf, lab } from '../vectors/index.ts'
import type { Lab, Observed } from './lab.ts'

/** Header fields that a proxy has to touch. */
const touched = new Set([
  'via',
  'max-forwards',
  'route',
  'record-route',
  'content-length',
  'p-asserted-identity',
  'max-breadth',
])

/** What is wrong with the copy that was sent on. */
export function checkForwarded(
  vector: Vector,
  { checks }: Expectation,
  { forwarded }: Observed,
): readonly string[] {
  const problems: string[] = []
  const copy = forwarded[0]
  if (copy === undefined) return problems
  if (forwarded.length > 1) problems.push(`forwarded ${forwarded.length} times`)
  const { octets, to } = copy
  problems.push(...untouched(vector.octets, octets))
  for (const kept of checks.mustKeep ?? [])
    if (!octets.includes(kept)) problems.push(`does not keep ${JSON.stringify(kept)}`)
  for (const gone of checks.mustNotContain ?? [])
    if (withoutVersion(octets).includes(gone)) problems.push(`holds ${JSON.stringify(gone)}`)
  if (checks.bodyBytes !== undefined && bodyOf(octets) !== bodyOf(vector.octets).slice(0, checks.bodyBytes))
    problems.push('changes the body')
  if (checks.bodyBytes !== undefined && bodyOf(octets).length !== checks.bodyBytes)
    problems.push(`has a body of ${bodyOf(octets).length} octets`)
  if (checks.nextHop !== undefined && to !== placeOf(checks.nextHop)) problems.push(`went to ${to}`)
  if (
    checks.maxForwardsAdded !== undefined &&
    !octets.includes(`\r\nMax-Forwards: ${checks.maxForwardsAdded}\r\n`)
  )
    problems.push('has not that Max-Forwards')
  return problems
}

/** Everything that does not depend on the message having been forwarded. */
export function checkMeaning(
  vector: Vector,
  { checks }: Expectation,
  observed: Observed,
  lab: Lab,
): readonly string[] {
  return [
    ...checkAnswer(checks, observed),
    ...checkBindings(vector, checks, lab),
    ...checkPackets(checks, lab),
    ...checkReading(vector, checks),
    ...checkCounted(checks, observed, lab),
  ]
}

type CheckList = Expectation['checks']

function checkAnswer(checks: CheckList, { answers }: Observed): string[] {
  const problems: string[] = []
  const answer = answers[0]
  if (checks.finalAnswers !== undefined && answers.length !== checks.finalAnswers)
    problems.push(`${answers.length} final answers`)
  if (
    checks.finalAnswers === undefined &&
    answers.length > 1 &&
    new Set(answers.map(({ callId }) => callId)).size === 1
  )
    problems.push(`${answers.length} final answers`)
  if (answer === undefined) return problems
  const { octets } = answer
  if (checks.unsupported !== undefined) {
    const value = headerValue(findHeader(answer, 'unsupported') ?? { name: '', line: '\r\n', valueAt: 0 })
    const got = value.split(',').map((tag) => tag.trim())
    if (got.join() !== checks.unsupported.join()) problems.push(`Unsupported: ${value}`)
  }
  for (const name of checks.answerHas ?? [])
    if (findHeader(answer, name.toLowerCase()) === undefined) problems.push(`the answer has no ${name}`)
  for (const name of checks.answerLacksHeaders ?? [])
    if (new RegExp(`^${name}:`, 'im').test(octets)) problems.push(`the answer has ${name}`)
  for (const kept of checks.answerKeeps ?? [])
    if (!octets.includes(kept)) problems.push(`the answer does not keep ${JSON.stringify(kept)}`)
  for (const gone of checks.answerLacks ?? [])
    if (octets.includes(gone)) problems.push(`the answer holds ${JSON.stringify(gone)}`)
  return problems
}

function checkBindings(vector: Vector, checks: CheckList, lab: Lab): string[] {
  const { bindings, fetchShows, fetchLacks } = checks
  if (bindings === undefined && fetchShows === undefined && fetchLacks === undefined) return []
  const parsed = parseMessage(vector.octets)
  const fetched = lab.fetch(checks.bindingsOf ?? (parsed.kind === 'malformed' ? '' : parsed.to.uri))
  const problems: string[] = []
  const count = countContacts(fetched)
  if (bindings !== undefined && count !== bindings) problems.push(`${count} bindings`)
  for (const shown of fetchShows ?? [])
    if (!fetched.includes(shown)) problems.push(`the fetch does not show ${shown}: ${fetched.trim()}`)
  for (const lacking of fetchLacks ?? [])
    if (fetched.includes(lacking)) problems.push(`the fetch shows ${lacking}`)
  return problems
}

function countContacts(fetched: Octets): number {
  const values = parseNameAddrs(
    [{ name: 'contact', line: fetched, valueAt: fetched.indexOf(':') + 1 }],
    'contact',
  )
  return fetched === '' || typeof values === 'string' ? 0 : values.length
}

/** A dropped message is an event; what was answered all the same has a counter. What is odd in a datagram may be two messages on a stream. */
function checkCounted({ counted }: CheckList, { transport, drops, answers }: Observed, lab: Lab): string[] {
  if (counted === undefined || transport !== 'udp' || (drops > 0 && answers.length === 0)) return []
  const isCounted = Object.keys(lab.exchange.stats.counters).some((name) => name.includes(counted))
  return isCounted ? [] : [`counts no ${counted}`]
}

function checkPackets(checks: CheckList, { world }: Lab): string[] {
  const problems: string[] = []
  const fromUs = world.packets.filter(({ from }) => from.address === lab.proxy.host && from.port !== 5080)
  for (const [method, most] of Object.entries(checks.leaves ?? {})) {
    const count = fromUs.filter(({ octets }) => octets.startsWith(`${method} `)).length
    if (count > most) problems.push(`${count} ${method} left`)
  }
  for (const host of checks.neverReaches ?? []) {
    const isIt = (address: string): boolean =>
      host === 'broadcast' || host === 'multicast'
        ? !isUnicast(address)
        : address === (lab.stubNames[host]?.host ?? host)
    if (fromUs.some(({ to }) => isIt(to.address))) problems.push(`a packet reached ${host}`)
  }
  return problems
}

function checkReading(vector: Vector, checks: CheckList): string[] {
  const { looksUpUser, requestUriHost, requestUriPort, parsedWithinMs } = checks
  const problems: string[] = []
  if (parsedWithinMs !== undefined && quickestParseMs(vector.octets) > parsedWithinMs)
    problems.push('is slow to parse')
  if (looksUpUser === undefined && requestUriHost === undefined && requestUriPort === undefined)
    return problems
  const parsed = parseMessage(vector.octets)
  if (parsed.kind !== 'request' || !isSipUri(parsed.target))
    return [...problems, 'has no readable Request-URI']
  const { target } = parsed
  if (looksUpUser !== undefined && unescape(target.user ?? '') !== looksUpUser)
    problems.push(`looks up ${unescape(target.user ?? '')}`)
  if (requestUriHost !== undefined && target.host !== requestUriHost)
    problems.push(`reads the host as ${target.host}`)
  if (requestUriPort !== undefined && (target.port ?? 5060) !== requestUriPort)
    problems.push(`reads the port as ${target.port ?? 'none'}`)
  return problems
}

function quickestParseMs(octets: Octets): number {
  let best = Infinity
  for (let run = 0; run < 5; run++) {
    const before = performance.now()
    parseMessage(octets)
    best = Math.min(best, performance.now() - before)
  }
  return best
}

/** Header lines that are neither ours to change nor the same any more. */
function untouched(sent: Octets, copy: Octets): string[] {
  const message = parseMessage(sent)
  if (message.kind === 'malformed') return ['was forwarded though it cannot be parsed']
  return message.headers
    .filter(({ name, line }) => !touched.has(name) && !copy.includes(line))
    .map(({ line }) => `changes ${JSON.stringify(line)}`)
}

function withoutVersion(octets: Octets): Octets {
  return octets.replace(/ SIP\/2\.0\r\n/, '\r\n').replaceAll('SIP/2.0/', '')
}

function placeOf(hop: string): string {
  const stub = lab.stubNames[hop]
  return stub === undefined ? hop : `${stub.host}:${stub.port}`
}
