/**
 * What runs in the page before its own scripts: the preload, as it was built, with the `electron` of a sandboxed
 * preload. Chromium alone has no isolated worlds for this, so the preload shares the page's; what isolation does is
 * asserted from the window's settings.
 */
export function preloadScript(preload: string): string {
  return `(() => {
    if (window.top !== window) return
    const listeners = new Map()
    const ports = new Map()
    const ipcRenderer = {
      on: (channel, listener) => void listeners.set(channel, [...(listeners.get(channel) ?? []), listener]),
      send: (channel, ...args) => void window.standInSend(channel, JSON.stringify(args)),
    }
    const openPort = (id) => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = ({ data }) => void window.standInPort(id, JSON.stringify(data))
      ports.set(id, port1)
      return port2
    }
    window.standInDeliver = (channel, ids) => {
      const opened = ids.map(openPort)
      for (const listener of listeners.get(channel) ?? []) listener({ ports: opened })
    }
    window.standInToPort = (id, text) => ports.get(id)?.postMessage(JSON.parse(text))
    window.standInClosePort = (id) => ports.get(id)?.close()
    const require = (name) => {
      if (name !== 'electron') throw new Error('a sandboxed preload has no ' + name)
      return { ipcRenderer }
    }
    const module = { exports: {} }
    ;(function (require, module, exports) {
${preload}
    })(require, module, module.exports)
  })()`
}
