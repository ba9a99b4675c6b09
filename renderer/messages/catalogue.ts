/** A text, or one for each plural form; which form fits is the language's business. */
export type Message = string | { readonly one: string; readonly other: string }
export type Catalogue = Readonly<Record<string, Message>>

type NamesIn<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never

type NamesOf<Entry extends Message> = Entry extends string
  ? NamesIn<Entry>
  : Entry extends { readonly other: infer Other extends string }
    ? NamesIn<Other>
    : never

/** What must be given to fill a message; `count` is a number, so that its plural can be chosen. */
export type Filling<Entry extends Message> = {
  readonly [Name in NamesOf<Entry>]: Name extends 'count' ? number : string
}

/** The same keys as another catalogue, and plurals where that one has them. */
export type Translation<Of extends Catalogue> = {
  readonly [Key in keyof Of]: Of[Key] extends string ? string : Exclude<Message, string>
}

export function fill(text: string, filling: Readonly<Record<string, string>>): string {
  return text.replace(/\{([a-z]+)\}/g, (whole, name: string) => filling[name] ?? whole)
}

/** The names that a message asks for. */
export function namesIn(message: Message): string[] {
  const text = typeof message === 'string' ? message : `${message.one} ${message.other}`
  return [...new Set(Array.from(text.matchAll(/\{([a-z]+)\}/g), ([, name = '']) => name))].sort()
}

const accents: Readonly<Record<string, string>> = {
  a: 'á',
  e: 'é',
  i: 'í',
  o: 'ó',
  u: 'ú',
  c: 'ç',
  n: 'ñ',
  y: 'ý',
  A: 'Á',
  E: 'É',
  I: 'Í',
  O: 'Ó',
  U: 'Ú',
  C: 'Ç',
  N: 'Ñ',
  S: 'Š',
}

/** A made-up language: longer, accented and in brackets, so that a text that is in no catalogue stands out. */
export function pseudo(text: string): string {
  const marked = text.replace(/\{[a-z]+\}|[a-zA-Z]/g, (piece) => accents[piece] ?? piece)
  return `⟦${marked}${'~'.repeat(Math.ceil(text.length * 0.4))}⟧`
}
