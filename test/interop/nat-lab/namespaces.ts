/**
 * Network namespaces that belong to this process: their names carry its pid, they go when it ends by itself,
 * and what a killed one left is swept by the next. Nothing outside of them is touched.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { needs } from '../processes.ts'

const PREFIX = 'sidetone-lab-'
const FOLDER = '/run/netns'
const SCRIPT_LIMIT_MS = 60_000

const living = new Set<string>()
process.once('exit', () => {
  if (living.size > 0) spawnSync('sh', ['-c', removal([...living])], { stdio: 'ignore' })
})

/** A name for a namespace that is to be made; `label` for people. */
export function namespaceName(label: string): string {
  const name = `${PREFIX}${process.pid}-${label}`
  living.add(name)
  return name
}

/** Runs a shell script that makes and joins namespaces; rejects with its words at its first failing command. */
export function runScript(script: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('sh', ['-eu'], { stdio: ['pipe', 'ignore', 'pipe'], timeout: SCRIPT_LIMIT_MS })
    let words = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (words += text))
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`the lab's script ended with ${code}: ${words}\n${script}`))
    })
    child.stdin.end(script)
  })
}

export async function removeNamespaces(names: readonly string[]): Promise<void> {
  await runScript(removal(names))
  for (const name of names) living.delete(name)
}

/** Program and arguments that run a command inside, as the same process, and end it with this process. */
export function inside(name: string, command: readonly string[]): [string, string[]] {
  return ['setpriv', ['--pdeathsig', 'SIGKILL', 'nsenter', `--net=${FOLDER}/${name}`, ...command]]
}

/** The shell words for the same. */
export function insideWords(name: string): string {
  return `nsenter --net=${FOLDER}/${name}`
}

/** Ends and removes what labs of dead processes left. */
export async function sweepLeftovers(): Promise<void> {
  const left = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => isLeftover(name)) : []
  if (left.length > 0) await runScript(removal(left))
}

function isLeftover(name: string): boolean {
  const pid = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : Number.NaN
  return pid > 0 && !existsSync(`/proc/${pid}`)
}

function removal(names: readonly string[]): string {
  return names
    .map(
      (name) =>
        `if [ -e ${FOLDER}/${name} ]; then\n` +
        `for pid in $(ip netns pids ${name}); do kill -KILL $pid || true; done\n` +
        `ip netns delete ${name}\nfi\n`,
    )
    .join('')
}

/** Whether the lab must be skipped, and the words for its title: programs, root, and the kernel's parts. */
export function labNeeds(): { readonly skip: boolean; readonly because: string } {
  const programs = needs('ip', 'nft', 'nsenter', 'setpriv', 'bash', 'baresip', 'dumpcap')
  if (programs.skip) return programs
  if (process.getuid?.() !== 0) return { skip: true, because: ' (skipped: root is needed for namespaces)' }
  const name = namespaceName('probe')
  const probe = spawnSync('sh', ['-eu'], { input: probeScript(name), encoding: 'utf8' })
  spawnSync('sh', ['-c', removal([name])], { stdio: 'ignore' })
  living.delete(name)
  if (probe.status === 0) return { skip: false, because: '' }
  return { skip: true, because: ` (skipped: the kernel refuses: ${probe.stderr.trim().slice(0, 200)})` }
}

/** Each thing that the lab asks of the kernel, once. */
function probeScript(name: string): string {
  const rules = [
    'table ip probe {',
    'ct helper alg { type "sip" protocol udp; l3proto ip; }',
    'map mapped { type inet_service : ipv4_addr; flags dynamic,timeout; timeout 5m; }',
    'chain out { type nat hook postrouting priority srcnat; oifname "wan" masquerade fully-random; }',
    'chain loss { type filter hook forward priority filter; numgen random mod 100 < 5 drop; }',
    '}',
  ]
  return [
    `ip netns add ${name}`,
    `ip -n ${name} link add wan type veth peer name lan`,
    `${insideWords(name)} sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'`,
    `${insideWords(name)} nft -f - <<'RULES'`,
    ...rules,
    'RULES',
    '',
  ].join('\n')
}
