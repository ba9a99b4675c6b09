import { ipcMain, MessageChannelMain, type IpcMainEvent, type WebContents } from 'electron'
import type { PortEnd } from '../../core/app/start.ts'
import { pageOrigin } from './page.ts'

const channel = 'sidetone-port'

interface DeskParts {
  /** Our window's contents at this moment. */
  readonly contents: () => WebContents | undefined
  readonly carry: (port: PortEnd) => () => void
  readonly refused: (why: string) => void
}

/** Gives a port of the contract to our own page, to its main frame, and one at a time; this is the only channel. */
export function openPortDesk({ contents, carry, refused }: DeskParts): () => void {
  let end: (() => void) | undefined
  const handOver = (event: IpcMainEvent): void => {
    const why = refusalOf(event, contents())
    if (why !== undefined) {
      refused(why)
      return
    }
    end?.()
    const { port1, port2 } = new MessageChannelMain()
    end = carry(port1)
    event.senderFrame?.postMessage(channel, undefined, [port2])
  }
  ipcMain.on(channel, handOver)
  return () => {
    ipcMain.off(channel, handOver)
    end?.()
  }
}

function refusalOf({ sender, senderFrame }: IpcMainEvent, ours: WebContents | undefined): string | undefined {
  if (sender !== ours) return 'another window'
  if (senderFrame === null) return 'a frame that is gone'
  if (senderFrame.parent !== null) return 'a frame inside the page'
  return senderFrame.origin === pageOrigin ? undefined : 'another origin'
}
