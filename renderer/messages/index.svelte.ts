/** Every text of the window, in its language. Reading a text in a component makes it follow the language. */
import { fill, pseudo, type Filling, type Message } from './catalogue.ts'
import { de } from './de.ts'
import { en } from './en.ts'

export type MessageKey = keyof typeof en
export const languages = { en: 'English', de: 'Deutsch' } as const
export type Language = keyof typeof languages | 'pseudo'
export type LanguageWish = Language | 'auto'

const catalogues = { en, de, pseudo: en } as const
const STORED = 'sidetone.language'

let wish = $state<LanguageWish>(storedWish())
const language = $derived(wish === 'auto' ? fromBrowser() : wish)
const locale = $derived(language === 'pseudo' ? 'en-GB' : localeOf(language))

export function currentLanguage(): Language {
  return language
}

export function languageWish(): LanguageWish {
  return wish
}

export function currentLocale(): string {
  return locale
}

export function wishLanguage(next: LanguageWish): void {
  wish = next
  localStorage.setItem(STORED, next)
}

type Args<Key extends MessageKey> = keyof Filling<(typeof en)[Key]> extends never
  ? []
  : [filling: Filling<(typeof en)[Key]>]

/** Keys of the messages that need no filling. */
export type PlainKey = {
  [Key in MessageKey]: keyof Filling<(typeof en)[Key]> extends never ? Key : never
}[MessageKey]

export function t<Key extends MessageKey>(key: Key, ...[filling]: Args<Key>): string {
  const message: Message = catalogues[language][key]
  const given: Readonly<Record<string, string | number>> = filling ?? {}
  const text = typeof message === 'string' ? message : message[pluralOf(given['count'])]
  const shown = language === 'pseudo' ? pseudo(text) : text
  return fill(shown, Object.fromEntries(Object.entries(given).map(([name, value]) => [name, printed(value)])))
}

function pluralOf(count: string | number | undefined): 'one' | 'other' {
  return new Intl.PluralRules(locale).select(Number(count)) === 'one' ? 'one' : 'other'
}

function printed(value: string | number): string {
  return typeof value === 'number' ? value.toLocaleString(locale) : value
}

function storedWish(): LanguageWish {
  const stored = localStorage.getItem(STORED)
  return stored === 'pseudo' || (stored !== null && Object.hasOwn(languages, stored))
    ? (stored as Language)
    : 'auto'
}

function fromBrowser(): keyof typeof languages {
  return navigator.language.toLowerCase().startsWith('de') ? 'de' : 'en'
}

/** The browser's own variant where it fits: its user's way to write dates. */
function localeOf(chosen: keyof typeof languages): string {
  return navigator.languages.find((known) => known.toLowerCase().startsWith(chosen)) ?? chosen
}
