import type { Translation } from './catalogue.ts'
import type { shell as english } from './shell-en.ts'

export const shell: Translation<typeof english> = {
  'link.wish': 'Ein Link möchte diese Nummer anrufen:',
  'link.wish.how': 'Gewählt wird erst, wenn Sie selbst anrufen.',
  'link.dismiss': 'Jetzt nicht',
  'network.gone': 'Dieser Rechner hat seine Adresse {addresses} verloren.',
  'network.gone.how':
    'Die Telefone suchen ihn noch dort. Verbinden Sie das Netz wieder, oder ändern Sie, wo Sidetone lauscht.',
}
