/**
 * The only code between the shell and the page: it asks for the one port of the contract and hands it on. It exposes
 * nothing, and knows no word of what goes through the port.
 */
import { ipcRenderer } from 'electron'

const channel = 'sidetone-port'

ipcRenderer.on(channel, (event) => {
  window.postMessage(channel, location.origin, event.ports)
})

// The page listens when its scripts have run.
window.addEventListener('load', () => {
  ipcRenderer.send(channel)
})
