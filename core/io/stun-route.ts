import { createSocket } from 'node:dgram'
import { readFile } from 'node:fs/promises'

/** Our address towards a place, as the routing table has it; undefined: no way leads there. Nothing is sent. */
export function localAddressTowards(address: string): Promise<string | undefined> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
  return new Promise((resolve) => {
    const finish = (found: string | undefined): void => {
      socket.close()
      resolve(found)
    }
    socket.once('error', () => {
      finish(undefined)
    })
    // Any port will do: connecting a UDP socket only asks for the way.
    socket.connect(9, address, () => {
      finish(socket.address().address)
    })
  })
}

/** The IPv4 router by default. Undefined also where the system does not tell it in /proc. */
export async function defaultGateway(): Promise<string | undefined> {
  let table: string
  try {
    table = await readFile('/proc/net/route', 'latin1')
  } catch {
    return undefined
  }
  return gatewayIn(table)
}

/** Columns: interface, destination, gateway, flags …; addresses in hexadecimal, as a little-endian machine holds them. */
export function gatewayIn(table: string): string | undefined {
  for (const line of table.split('\n').slice(1)) {
    const [, destination, gateway] = line.split(/\s+/)
    if (destination === '00000000' && gateway !== undefined && /^(?!0{8})[0-9A-F]{8}$/i.test(gateway))
      return Buffer.from(gateway, 'hex').reverse().join('.')
  }
  return undefined
}
