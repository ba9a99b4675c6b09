import type { Server } from 'node:http'
import { isIP } from 'node:net'
import { portOwner, type Log } from '../io/index.ts'
import { Failure, codeOf } from './failure.ts'
import { hostPort } from './listen.ts'

export interface ConsolePlace {
  readonly host: string
  readonly port: number
}

export const usualConsole: ConsolePlace = { host: '127.0.0.1', port: 8060 }
/** How far it looks for a free port, when nobody asked for one by number. */
const MOST_PORTS_TRIED = 20

/** Opens the console's socket and gives its real place. Throws a `Failure` when there is none. */
export async function listenForConsole(
  server: Server,
  wish: ConsolePlace | undefined,
  log: Log,
): Promise<ConsolePlace> {
  const { host, port } = wish ?? usualConsole
  refuseFarPlace(host, port)
  const tries = wish === undefined ? MOST_PORTS_TRIED : 1
  for (let offset = 0; offset < tries; offset++) {
    try {
      const real = await listening(server, port + offset)
      if (offset > 0) {
        const taken = `${offset === 1 ? 'port' : 'ports from'} ${port}`
        log.line('warn', `the console listens on port ${real}, because ${taken} is taken${ownerWords(port)}`)
      }
      return { host: usualConsole.host, port: real }
    } catch (error) {
      if (codeOf(error) !== 'EADDRINUSE' || offset === tries - 1) throw failure(port + offset, error)
    }
  }
  throw new Failure('The console found no port: name one with --console HOST:PORT, or --console off.')
}

/** Whoever reaches the console may change everything; beyond this computer that needs a password and TLS. */
function refuseFarPlace(host: string, port: number): void {
  if (host === usualConsole.host || host === 'localhost') return
  const name = isIP(host) === 0 ? host : hostPort(host, port)
  throw new Failure(
    `The console can not leave this computer (${name}): that needs a password and TLS, which are not part of this version. Use --console 127.0.0.1:${port}.`,
  )
}

function listening(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: usualConsole.host, port, exclusive: true }, () => {
      server.removeListener('error', reject)
      const place = server.address()
      resolve(place !== null && typeof place === 'object' ? place.port : port)
    })
  })
}

function failure(port: number, error: unknown): Failure {
  const place = hostPort(usualConsole.host, port)
  if (codeOf(error) === 'EADDRINUSE') {
    return new Failure(
      `The console can't listen on ${place}: the port is taken${ownerWords(port)}. Name another one with --console HOST:PORT, or --console off.`,
    )
  }
  return new Failure(
    `The console can't listen on ${place} (${codeOf(error)}): name another port with --console HOST:PORT, or --console off.`,
  )
}

function ownerWords(port: number): string {
  const owner = portOwner('tcp', usualConsole.host, port)
  return owner === undefined ? '' : ` by ${owner.name} (process ${owner.pid})`
}
