import { expect, test } from 'vitest'
import { keyAction } from './phone-keys.ts'

const at = (tagName: string): EventTarget => Object.assign(new EventTarget(), { tagName })
const plain = { ctrlKey: false, metaKey: false, altKey: false }
const idle = { isTalking: false, isRinging: false }

test.each([
  ['5', 'MAIN', idle, 'type'],
  ['#', 'MAIN', { ...idle, isTalking: true }, 'tone'],
  ['5', 'INPUT', idle, undefined],
  ['m', 'MAIN', { ...idle, isTalking: true }, 'mute'],
  ['H', 'BUTTON', { ...idle, isTalking: true }, 'hold'],
  ['t', 'MAIN', { ...idle, isTalking: true }, 'transfer'],
  ['m', 'MAIN', idle, undefined],
  ['m', 'INPUT', { ...idle, isTalking: true }, undefined],
  ['Enter', 'MAIN', { ...idle, isRinging: true }, 'answer'],
  ['Enter', 'BUTTON', { ...idle, isRinging: true }, undefined],
  ['Enter', 'MAIN', idle, undefined],
  ['Escape', 'INPUT', { ...idle, isTalking: true }, 'end'],
  ['x', 'MAIN', { ...idle, isTalking: true }, undefined],
])('%s at a %s, %o: %s', (key, tag, state, expected) => {
  expect(keyAction({ ...plain, key, target: at(tag) }, state)?.kind).toBe(expected)
})

test('a key with Ctrl belongs to the browser', () => {
  expect(keyAction({ ...plain, ctrlKey: true, key: '5', target: null }, idle)).toBeUndefined()
})
