import type { Refused } from '../script/index.ts'

/** SER converts numeric string arguments once, at load time ("fixup"); a bad one stops the start. */
export function readCount(text: string, least: number, most: number, what: string): number | Refused {
  const number = Number(text)
  if (/^\d{1,10}$/.test(text) && number >= least && number <= most) return number
  return {
    refused: `${what} must be a whole number from ${least} to ${most}, not "${text}".`,
    remedy: `Write it in quotes, such as "${least}".`,
  }
}

export function readStatus(text: string): number | Refused {
  return readCount(text, 100, 699, 'The status')
}
