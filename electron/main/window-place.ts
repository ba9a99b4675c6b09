import type { Rectangle } from 'electron'

/** Where the window was when it was closed. */
export interface WindowPlace {
  readonly bounds: Rectangle
  readonly isMaximized: boolean
  readonly zoomLevel: number
}

/** The window is usable down to a telephone's width. */
export const smallest = { width: 360, height: 480 } as const
const usual = { width: 1180, height: 820 } as const
/** So much of the window's top must be on a screen that a person can take hold of it. */
const HOLD_WIDTH = 120
const HOLD_HEIGHT = 40

/** What a file said, checked against the screens that there are: a window is never out of reach. */
export function placeWindow(
  stored: unknown,
  screens: readonly Rectangle[],
): {
  readonly bounds: Partial<Rectangle> & { readonly width: number; readonly height: number }
  readonly isMaximized: boolean
  readonly zoomLevel: number
} {
  const [first] = screens
  const roomiest = first ?? { x: 0, y: 0, ...usual }
  const fitted = {
    width: Math.min(usual.width, roomiest.width),
    height: Math.min(usual.height, roomiest.height),
  }
  const place = readPlace(stored)
  if (place === undefined) return { bounds: fitted, isMaximized: false, zoomLevel: 0 }
  const { bounds, isMaximized, zoomLevel } = place
  const home = screens.find((screen) => canBeHeld(bounds, screen))
  if (home === undefined) return { bounds: fitted, isMaximized, zoomLevel }
  const width = Math.max(smallest.width, Math.min(bounds.width, home.width))
  const height = Math.max(smallest.height, Math.min(bounds.height, home.height))
  return { bounds: { x: bounds.x, y: bounds.y, width, height }, isMaximized, zoomLevel }
}

function canBeHeld({ x, y, width }: Rectangle, screen: Rectangle): boolean {
  const left = Math.max(x, screen.x)
  const right = Math.min(x + width, screen.x + screen.width)
  return right - left >= HOLD_WIDTH && y >= screen.y && y <= screen.y + screen.height - HOLD_HEIGHT
}

function readPlace(stored: unknown): WindowPlace | undefined {
  if (typeof stored !== 'object' || stored === null) return undefined
  const { bounds, isMaximized, zoomLevel } = stored as Record<string, unknown>
  const rectangle = readBounds(bounds)
  if (rectangle === undefined) return undefined
  const zoom = typeof zoomLevel === 'number' && Math.abs(zoomLevel) <= MOST_ZOOM ? zoomLevel : 0
  return { bounds: rectangle, isMaximized: isMaximized === true, zoomLevel: zoom }
}

function readBounds(stored: unknown): Rectangle | undefined {
  if (typeof stored !== 'object' || stored === null) return undefined
  const { x, y, width, height } = stored as Record<string, unknown>
  if (!isPixels(x) || !isPixels(y) || !isPixels(width) || !isPixels(height)) return undefined
  return width > 0 && height > 0 ? { x, y, width, height } : undefined
}

function isPixels(value: unknown): value is number {
  return Number.isSafeInteger(value)
}

/** Electron's zoom levels, each 20 %: from a third to three times the size. */
const MOST_ZOOM = 6
