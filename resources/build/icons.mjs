/** Draws the icons of the desktop program from one picture, the four arrows, with a Chromium that is installed. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { root, say } from './project.mjs'

const arrows =
  'M8 15h9m0 0-3-3m3 3-3 3M22 15h9m0 0-3-3m3 3-3 3M32 25h-9m0 0 3-3m-3 3 3 3M18 25H9m0 0 3-3m-3 3 3 3'
const programs = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const folder = join(root, 'resources', 'icons')

/** In the space of 40 × 40 units; the margin is what macOS leaves around an icon. */
function appIcon(margin) {
  const scale = 1 - (2 * margin) / 40
  return `<g transform="translate(${margin} ${margin}) scale(${scale})">
    <rect width="40" height="40" rx="10" fill="#0a5f63"/>
    <path d="${arrows}" fill="none" stroke="#fff" stroke-width="2"/></g>`
}

/** Two arrows, which are still two in sixteen dots; a dot at the corner says that somebody talks. */
function trayIcon({ ink, dot }) {
  const talk = dot === undefined ? '' : `<circle cx="32" cy="8" r="7.5" fill="${dot}"/>`
  return `<path d="M5 15h26m0 0-7-7m7 7-7 7M35 28H9m0 0 7-7m-7 7 7 7" fill="none" stroke="${ink}" stroke-width="4.5"
    stroke-linecap="round" stroke-linejoin="round"/>${talk}`
}

const pictures = [
  { name: 'icon.png', size: 1024, drawing: appIcon(3.5) },
  { name: 'tray-ready.png', size: 32, drawing: trayIcon({ ink: '#2f9c96' }) },
  { name: 'tray-call.png', size: 32, drawing: trayIcon({ ink: '#2f9c96', dot: '#d9822b' }) },
  ...['', '@2x'].flatMap((scale) => [
    {
      name: `tray-ready-Template${scale}.png`,
      size: scale === '' ? 16 : 32,
      drawing: trayIcon({ ink: '#000' }),
    },
    {
      name: `tray-call-Template${scale}.png`,
      size: scale === '' ? 16 : 32,
      drawing: trayIcon({ ink: '#000', dot: '#000' }),
    },
  ]),
]

const executablePath = programs.find(existsSync)
if (executablePath === undefined) {
  say(`Chromium is missing; one of ${programs.join(', ')} draws the icons.`)
  process.exitCode = 1
} else {
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const browser = await chromium.launch({ executablePath, args })
  mkdirSync(folder, { recursive: true })
  for (const { name, size, drawing } of pictures) {
    const page = await browser.newPage({ viewport: { width: size, height: size } })
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 40 40">${drawing}</svg>`
    await page.setContent(`<style>*{margin:0}svg{display:block}</style>${svg}`)
    writeFileSync(join(folder, name), await page.screenshot({ omitBackground: true }))
    await page.close()
  }
  await browser.close()
}
