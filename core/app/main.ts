/**
 * Where the program begins. This folder is the composition: the only place where the exchange meets the world.
 * It owns the loop, the command line and the control socket, and knows no SIP.
 */
import { enableCompileCache } from 'node:module'

enableCompileCache()
const { runCommand } = await import('./cli.ts')
const exitCode = await runCommand(process.argv.slice(2))
if (exitCode !== undefined) process.exitCode = exitCode
