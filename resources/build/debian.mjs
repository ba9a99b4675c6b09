import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { say } from './project.mjs'

/** The programs that the interop tests talk to, and the browser that shows the window. */
const packages = [
  ...[
    'sip-tester',
    'kamailio',
    'kamailio-sqlite-modules',
    'baresip-core',
    'sox',
    'rtpengine-daemon',
    'tshark',
    'strace',
  ],
  ...['iproute2', 'nftables', 'util-linux', 'chromium'],
]
/** The servers among them, as systemd knows them. */
const services = { kamailio: 'kamailio', 'rtpengine-daemon': 'rtpengine-daemon' }

/** Installs the missing ones where that is possible; where it is not, says what to install, and those tests skip. */
export function ensureDebianPackages() {
  if (!existsSync('/usr/bin/apt-get')) return
  const missing = packages.filter((name) => !isInstalled(name))
  if (missing.length === 0) return
  const asRoot = rootPrefix()
  if (asRoot === undefined) {
    say(
      `Missing for the tests with other programs: install them with "apt-get install ${missing.join(' ')}".`,
    )
    return
  }
  say(`Installing for the tests with other programs: ${missing.join(' ')} …`)
  apt(asRoot, ['update'])
  if (!apt(asRoot, ['install', '--yes', '--no-install-recommends', ...missing])) {
    say(`apt-get could not install all of: ${missing.join(' ')}`)
  }
  for (const name of missing.filter((name) => name in services)) stopService(asRoot, services[name])
}

function isInstalled(name) {
  const asked = spawnSync('dpkg-query', ['--show', '--showformat=${db:Status-Abbrev}', name], {
    encoding: 'utf8',
  })
  return asked.status === 0 && asked.stdout.startsWith('ii')
}

/** What to put before a command that root must run; undefined where we may not. */
function rootPrefix() {
  if (process.getuid?.() === 0) return []
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? ['sudo', '-n'] : undefined
}

function apt(asRoot, args) {
  const [command, ...rest] = [
    ...asRoot,
    'env',
    'DEBIAN_FRONTEND=noninteractive',
    'apt-get',
    '--quiet=2',
    ...args,
  ]
  return spawnSync(command, rest, { stdio: ['ignore', 2, 2] }).status === 0
}

/** Debian starts a server as soon as it is installed; a test tool must not serve the network. */
function stopService(asRoot, service) {
  if (!existsSync('/run/systemd/system')) return
  const [command, ...rest] = [...asRoot, 'systemctl', 'disable', '--now', service]
  if (spawnSync(command, rest, { stdio: ['ignore', 2, 2] }).status !== 0)
    say(`${service}.service could not be stopped.`)
}
