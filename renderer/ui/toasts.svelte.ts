export interface Toast {
  readonly id: number
  readonly text: string
  readonly detail: string | undefined
  readonly tone: 'good' | 'bad'
}

const SHOWN_MS = 8_000
const MOST = 3

/** Short messages at the edge of the window; what is bad stays until it is dismissed. */
class Toasts {
  list = $state.raw<readonly Toast[]>([])
  #lastId = 0

  tell(text: string, tone: Toast['tone'] = 'good', detail?: string): void {
    const toast: Toast = { id: ++this.#lastId, text, detail, tone }
    this.list = [...this.list, toast].slice(-MOST)
    if (tone === 'good') setTimeout(() => this.dismiss(toast.id), SHOWN_MS)
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id)
  }
}

export const toasts = new Toasts()
