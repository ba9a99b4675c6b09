/** Skips that a CI machine may have: what it is not, rather than what somebody forgot to install. */
const acceptedOnCi = ['needs electron', 'needs windows', 'needs macos']

/**
 * Adds everything up. `steps`: `{ name, ok }` each. `runs`: `{ name, report, status }` each, where `report` is what
 * vitest's JSON reporter wrote (undefined where it wrote none) and `status` vitest's exit status.
 * Gives `{ passed, failed, skipped, lines }`: the counts, and for people one line for each failure and skip.
 */
export function tally({ steps, runs, isCi }) {
  const verdicts = [
    ...steps.map(({ name, ok }) => (ok ? passed : failed(name))),
    ...runs.flatMap((run) => verdictsOfRun(run)),
  ].map((verdict) => (isCi ? withoutExcuse(verdict) : verdict))
  const count = (kind) => verdicts.filter((verdict) => verdict.kind === kind).length
  return {
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped'),
    lines: verdicts.flatMap(({ kind, text }) => (text === undefined ? [] : [`${kind}: ${text}`])),
  }
}

/** The last line of `npm test`. */
export function totals({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`
}

const passed = { kind: 'passed' }

function failed(text) {
  return { kind: 'failed', text }
}

function withoutExcuse(verdict) {
  if (verdict.kind !== 'skipped' || acceptedOnCi.some((start) => verdict.reason.startsWith(start)))
    return verdict
  return failed(`${verdict.text} (a skip that CI does not accept)`)
}

function verdictsOfRun({ name, report, status }) {
  if (report === undefined) return [failed(`${name}: vitest ended with status ${status} and left no report`)]
  const verdicts = report.testResults.flatMap(verdictsOfFile)
  if (verdicts.length === 0) return [failed(`${name}: there is no test`)]
  const hasFailed = verdicts.some(({ kind }) => kind === 'failed')
  if (status !== 0 && !hasFailed)
    verdicts.push(failed(`${name}: vitest ended with status ${status}, see above`))
  return verdicts
}

function verdictsOfFile({ name, status, message, assertionResults }) {
  const verdicts = assertionResults.map((test) => verdictOfTest(test))
  const isExplained = status !== 'failed' || verdicts.some(({ kind }) => kind === 'failed')
  return isExplained
    ? verdicts
    : [...verdicts, failed(`${name}: ${message || 'the file did not run to its end'}`)]
}

function verdictOfTest({ status, fullName, meta }) {
  if (status === 'passed') return passed
  if (status === 'failed') return failed(fullName)
  if (status !== 'skipped' && status !== 'todo') return failed(`${fullName} did not run to its end`)
  const reason = meta?.skipReason ?? 'no reason given'
  return { kind: 'skipped', reason, text: `${fullName}: ${reason}` }
}
