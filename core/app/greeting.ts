import type { Listener } from '../lib/flow.ts'
import { hostPort, isLoopbackAddress } from './listen.ts'

/** What somebody types into a phone, for each address that is listened on. */
export function printGreeting(
  listeners: readonly Listener[],
  isHelloWorld: boolean,
  console?: { readonly url: string; readonly token: string },
): string {
  const places = new Map<string, { address: string; port: number; transports: string[] }>()
  for (const { address, port, transport } of listeners) {
    const key = hostPort(address, port)
    const place = places.get(key) ?? { address, port, transports: [] }
    place.transports.push(transport.toUpperCase())
    places.set(key, place)
  }
  const lines = ['Sidetone is ready. Type this into a phone:', '']
  for (const { address, port, transports } of places.values()) {
    const isHere = isLoopbackAddress(address)
    lines.push(
      `  Registrar (server, domain):  ${hostPort(address, port)}${isHere ? '   only for phones on this machine' : ''}`,
      `  Outbound proxy:              the same, or empty`,
      `  Transport:                   ${transports.join(' or ')}`,
      `  User name:                   any, such as 101; another phone then calls 101`,
      `  Password:                    ${isHelloWorld ? 'any; it is not asked for' : 'any, unless your script asks for one'}`,
      '',
    )
  }
  if (console !== undefined) {
    lines.push('Open the window on this computer (the link is yours alone):', '')
    // What stands behind # never leaves the browser.
    lines.push(`  ${console.url}#${console.token}`, '')
  }
  return `${lines.join('\n')}\n`
}
