/**
 * The commands of the routing script: one file for each SER module, as tables that the interpreter runs, the checker
 * checks against, and explanation and manual are printed from.
 */
import type { Run } from '../exchange/index.ts'
import type { ModuleSpec, Step, Vocabulary } from '../script/index.ts'
import { acc } from './acc.ts'
import { auth } from './auth.ts'
import { authDb } from './auth-db.ts'
import { avp } from './avp.ts'
import { avpDb } from './avp-db.ts'
import { avpops } from './avpops.ts'
import { calls } from './calls.ts'
import { coreCommands } from './core-commands.ts'
import { dispatcher } from './dispatcher.ts'
import { diversion } from './diversion.ts'
import { domain } from './domain.ts'
import { exec } from './exec.ts'
import { laterModules } from './later.ts'
import { flow } from './flow.ts'
import { gflags } from './gflags.ts'
import { group } from './group.ts'
import { mangler } from './mangler.ts'
import { maxfwd } from './maxfwd.ts'
import { mediaproxy } from './mediaproxy.ts'
import { nathelper } from './nathelper.ts'
import { databases } from './mysql.ts'
import { operands } from './operands.ts'
import { options } from './options.ts'
import { pdt } from './pdt.ts'
import { permissions } from './permissions.ts'
import { pike } from './pike.ts'
import { refusing } from './refused-modules.ts'
import { registrar } from './registrar.ts'
import { rr } from './rr.ts'
import { sl } from './sl.ts'
import { speeddial } from './speeddial.ts'
import { textops } from './textops.ts'
import { tm } from './tm.ts'
import { uri } from './uri.ts'
import { uriDb } from './uri-db.ts'
import { usrloc } from './usrloc.ts'
import { xlog } from './xlog.ts'

export const vocabulary: Vocabulary<Run> = {
  operands,
  core: coreCommands,
  flow,
  modules: [sl, tm, rr, maxfwd, usrloc, registrar, textops, xlog, uri, nathelper, mediaproxy, ...databases]
    .concat([auth, authDb, uriDb, acc])
    .concat([avp, avpDb, avpops, dispatcher, diversion, domain, exec, gflags, group, mangler])
    .concat([options, pdt, permissions, pike, speeddial, calls])
    .map(forgettingErrors)
    .concat(laterModules.map(refusing)),
}

/** sl_reply_error() tells of the action just before it: every other action first forgets what went wrong earlier. */
function forgettingErrors(module: ModuleSpec<Run>): ModuleSpec<Run> {
  const commands = module.commands.map((command) => {
    const { prepare } = command
    if (prepare === undefined || command.name === 'sl_reply_error') return command
    return {
      ...command,
      prepare(...given: Parameters<typeof prepare>): ReturnType<typeof prepare> {
        const step = prepare(...given)
        return typeof step === 'function' ? forgetting(step) : step
      },
    }
  })
  return { ...module, commands }
}

function forgetting(step: Step<Run>): Step<Run> {
  return (run) => {
    run.error = undefined
    return step(run)
  }
}
