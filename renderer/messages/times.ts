import { currentLocale } from './index.svelte.ts'

/** `14:03`, with the date where it is another day. */
export function printTime(atMs: number, nowMs: number): string {
  const isToday = new Date(atMs).toDateString() === new Date(nowMs).toDateString()
  return new Intl.DateTimeFormat(currentLocale(), {
    timeStyle: 'short',
    ...(isToday ? {} : { dateStyle: 'short' }),
  }).format(atMs)
}

/** Words for a duration, never milliseconds: `12 min`, `2 hr, 5 min`. */
export function printDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3_600) % 24,
    Math.floor(seconds / 60) % 60,
  ]
  if (days > 0) return joined([unit(days, 'day'), ...(hours > 0 ? [unit(hours, 'hour')] : [])])
  if (hours > 0) return joined([unit(hours, 'hour'), ...(minutes > 0 ? [unit(minutes, 'minute')] : [])])
  if (minutes > 0) return unit(minutes, 'minute')
  return unit(seconds, 'second')
}

/** `1:05`, as a call's clock. */
export function printClock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const minutes = Math.floor(seconds / 60)
  const tail = `${String(minutes % 60).padStart(minutes >= 60 ? 2 : 1, '0')}:${String(seconds % 60).padStart(2, '0')}`
  return minutes >= 60 ? `${Math.floor(minutes / 60)}:${tail}` : tail
}

function unit(value: number, name: string): string {
  return new Intl.NumberFormat(currentLocale(), { style: 'unit', unit: name, unitDisplay: 'short' }).format(
    value,
  )
}

function joined(parts: readonly string[]): string {
  return new Intl.ListFormat(currentLocale(), { type: 'unit', style: 'narrow' }).format(parts)
}
