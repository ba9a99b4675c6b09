import { chmodSync, unlinkSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { controlPath, longestCallBytes, readControlCall, type ControlAnswer } from './control-protocol.ts'
import { Failure, codeOf } from './failure.ts'

export interface ControlSocket {
  readonly path: string
  close(): Promise<void>
}

export type AnswerCall = (words: readonly string[]) => Promise<ControlAnswer>

/** People and scripts need one or two at a time. */
const MOST_CLIENTS = 32
const IDLE_LIMIT_MS = 30_000
/** The shortest limit of a socket's path among our platforms (macOS), without its ending zero. */
const LONGEST_PATH_BYTES = 103

/**
 * Opens the folder's control socket, for its owner only. It is also what makes the folder ours:
 * throws a `Failure` when another appliance already answers there. What a dead one left is replaced.
 */
export async function openControlSocket(folder: string, answer: AnswerCall): Promise<ControlSocket> {
  const path = controlPath(folder)
  const isFile = process.platform !== 'win32'
  if (isFile && Buffer.byteLength(path) > LONGEST_PATH_BYTES) {
    throw new Failure(
      `The data folder's path is too long for a socket inside it (${path}): name a shorter one with --data.`,
    )
  }
  const clients = new Set<Socket>()
  const server = createServer((socket) => {
    serveClient(socket, clients, answer)
  })
  server.maxConnections = MOST_CLIENTS
  try {
    await listenHere(server, path)
  } catch (error) {
    if (codeOf(error) !== 'EADDRINUSE' && codeOf(error) !== 'EACCES') throw controlFailure(path, error)
    if (await somebodyAnswers(path)) {
      throw new Failure(
        `Another Sidetone already runs on the data folder ${folder}: end it, or give this one its own with --data.`,
      )
    }
    try {
      if (isFile) unlinkSync(path)
      await listenHere(server, path)
    } catch (again) {
      throw controlFailure(path, again)
    }
  }
  if (isFile) chmodSync(path, 0o600)
  // A failed accept costs that one client.
  server.on('error', () => undefined)
  return {
    path,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        for (const socket of clients) socket.destroy()
      }),
  }
}

function serveClient(socket: Socket, clients: Set<Socket>, answer: AnswerCall): void {
  let text = ''
  let pending = Promise.resolve()
  clients.add(socket)
  socket.setEncoding('utf8')
  socket.setTimeout(IDLE_LIMIT_MS, () => {
    socket.destroy()
  })
  socket.on('error', () => {
    socket.destroy()
  })
  socket.on('close', () => {
    clients.delete(socket)
  })
  socket.on('data', (piece: string) => {
    const lines = (text + piece).split('\n')
    text = lines.pop() ?? ''
    if (text.length > longestCallBytes || lines.some((line) => line.length > longestCallBytes)) {
      socket.destroy()
      return
    }
    for (const line of lines) pending = pending.then(() => answerLine(socket, line, answer))
  })
}

async function answerLine(socket: Socket, line: string, answer: AnswerCall): Promise<void> {
  const call = readControlCall(line)
  let result: ControlAnswer = { ok: false, code: 'malformed', message: 'This is no control call.' }
  if (call !== undefined) {
    try {
      result = await answer(call.words)
    } catch (error) {
      result = { ok: false, code: 'bug', message: codeOf(error) }
    }
  }
  if (!socket.destroyed) socket.write(`${JSON.stringify(result)}\n`)
}

/** The socket file must not be open to others even for a moment. */
function listenHere(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const mask = process.umask(0o177)
    server.once('error', reject)
    server.listen(path, () => {
      server.removeListener('error', reject)
      resolve()
    })
    process.umask(mask)
  })
}

function somebodyAnswers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', (error) => {
      resolve(codeOf(error) === 'EACCES' || codeOf(error) === 'EAGAIN')
    })
  })
}

function controlFailure(path: string, error: unknown): Failure {
  return new Failure(
    `The control socket ${path} can't be made (${codeOf(error)}): name another data folder with --data.`,
  )
}
