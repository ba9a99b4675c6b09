import type { AttributeValue, Run } from '../exchange/index.ts'
import { nextHopOf } from '../exchange/index.ts'
import type { Refused, Step } from '../script/index.ts'
import { parseUri, printUri } from '../sip/index.ts'
import { readAttributeName, splitAtSlash } from './avp-names.ts'
import { isRefused } from './built.ts'
import { refuseLines } from './textops-headers.ts'

/** Printable and without blanks or angle brackets: what a value may put into a URI. */
const uriText = /^[!-;=?-~]+$/
const headerText = /^[\t -~\x80-\xff]*$/

/** avp_pushto: a value into the Request-URI or a part of it, or into a header of the request or of our reply. */
export function preparePush(target: string, name: string, aliases: string): Step<Run> | Refused {
  const [wanted, flags] = splitAtSlash(name)
  const attribute = readAttributeName(wanted, aliases)
  if (isRefused(attribute)) return attribute
  const push = readTarget(target)
  if (isRefused(push)) return push
  return (run) => {
    const values = run.attributes.all(attribute)
    if (values.length === 0) return -1
    for (const [index, value] of (flags === 'g' ? values : values.slice(0, 1)).entries()) {
      const result = push(run, value, index > 0)
      if (result < 0) return result
    }
    return 1
  }
}

type Push = (run: Run, value: AttributeValue, isFurther: boolean) => number

function readTarget(target: string): Push | Refused {
  const [place, part] = splitAtSlash(target)
  if (place === '$ruri') {
    if (['', 'username', 'domain'].includes(part))
      return (run, value, isFurther) => toUri(run, part, value, isFurther)
    return {
      refused: `a Request-URI has no part "${part}".`,
      remedy: 'Write $ruri, $ruri/username or $ruri/domain.',
    }
  }
  const refusal = refuseLines(`${place}: x\r\n`)
  if (refusal !== undefined) return refusal
  if (!['', 'request', 'reply'].includes(part)) {
    return { refused: `"${part}" is no message.`, remedy: `Write ${place}/request or ${place}/reply.` }
  }
  return (run, value) => {
    const text = String(value)
    if (!headerText.test(text)) return -1
    if (part === 'reply') run.state.replyLines += `${place}: ${text}\r\n`
    else run.lines += `${place}: ${text}\r\n`
    return 1
  }
}

/** Every further value first saves the URI of the one before it as a branch. */
function toUri(run: Run, part: string, value: AttributeValue, isFurther: boolean): number {
  const text = String(value)
  const uri = part === '' ? text : withPart(run, part, text)
  if (uri === undefined || !uriText.test(uri) || parseUri(uri).scheme === undefined)
    return run.fail(400, 'Bad Request')
  if (nextHopOf(uri) === 'is no SIP URI') return run.fail(400, 'Bad Request')
  if (isFurther) run.branches.push({ uri: run.uri, destination: run.destination, q: undefined })
  run.uri = uri
  run.destination = undefined
  return 1
}

function withPart(run: Run, part: string, text: string): string | undefined {
  const uri = run.sipTarget
  if (uri === undefined) return undefined
  return printUri(part === 'username' ? { ...uri, user: text } : { ...uri, host: text, port: undefined })
}
