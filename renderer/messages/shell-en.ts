import type { Catalogue } from './catalogue.ts'

/** What comes from outside the window: links that ask for a call, and the computer's own network. */
export const shell = {
  'link.wish': 'A link asks to call this number:',
  'link.wish.how': 'Nothing is dialled until you call it yourself.',
  'link.dismiss': 'Not now',
  'network.gone': 'This computer has lost its address {addresses}.',
  'network.gone.how':
    'Phones still look for it there. Connect the network again, or change where Sidetone listens.',
} as const satisfies Catalogue
