export type Theme = 'auto' | 'light' | 'dark'
export type Contrast = 'auto' | 'more'

const THEME = 'sidetone.theme'
const CONTRAST = 'sidetone.contrast'

/** The looks that the user asked for; without a wish the computer's settings rule. They stand on the page's root. */
class Looks {
  theme = $state<Theme>(readTheme())
  contrast = $state<Contrast>(localStorage.getItem(CONTRAST) === 'more' ? 'more' : 'auto')

  /** Once, before anything is drawn. */
  apply(): void {
    mark('theme', this.theme)
    mark('contrast', this.contrast)
  }

  wishTheme(theme: Theme): void {
    this.theme = theme
    localStorage.setItem(THEME, theme)
    this.apply()
  }

  wishContrast(contrast: Contrast): void {
    this.contrast = contrast
    localStorage.setItem(CONTRAST, contrast)
    this.apply()
  }
}

export const looks = new Looks()

function readTheme(): Theme {
  const stored = localStorage.getItem(THEME)
  return stored === 'light' || stored === 'dark' ? stored : 'auto'
}

function mark(name: 'theme' | 'contrast', value: string): void {
  if (value === 'auto') document.documentElement.removeAttribute(`data-${name}`)
  else document.documentElement.setAttribute(`data-${name}`, value)
}
