import { mount } from 'svelte'
import App from './app/App.svelte'
import { connection } from './client/index.svelte.ts'
import { openPortLine } from './client/port-line.ts'
import { openWebSocketLine } from './client/websocket-line.ts'
import { looks } from './ui/looks.svelte.ts'
import { takeToken } from './enter/token.ts'
import './ui/theme.css'
import './ui/base.css'

/** Of the page in the shell, `app://sidetone`. */
const shellHost = 'sidetone'

looks.apply()
startClient()
mount(App, { target: document.body })

/** In the shell a port comes with a message from the preload; in a browser the token opens a WebSocket. */
function startClient(): void {
  const token = takeToken()
  if (token !== undefined) {
    connection.start((events) => openWebSocketLine(token, events))
    return
  }
  if (location.host !== shellHost) {
    location.replace('/enter/index.html')
    return
  }
  window.addEventListener('message', (event) => {
    const [port] = event.ports
    if (event.source !== window || event.data !== 'sidetone-port' || port === undefined) return
    connection.start((events) => openPortLine(port, events))
  })
}
