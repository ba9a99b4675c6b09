import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'

/** Whether UDP and TCP can be bound at this moment; the system's word, such as EADDRINUSE, where not. Binds nothing for longer. */
export async function probePort(address: string, port: number): Promise<string | undefined> {
  return (await probeUdp(address, port)) ?? (await probeTcp(address, port))
}

function probeUdp(address: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
    socket.once('error', (error) => {
      socket.close()
      resolve(wordOf(error))
    })
    socket.bind({ address, port, exclusive: true }, () => {
      socket.close(() => {
        resolve(undefined)
      })
    })
  })
}

function probeTcp(address: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error) => {
      resolve(wordOf(error))
    })
    server.listen({ host: address, port, exclusive: true }, () => {
      server.close(() => {
        resolve(undefined)
      })
    })
  })
}

function wordOf(error: Error): string {
  return (error as NodeJS.ErrnoException).code ?? error.message
}
