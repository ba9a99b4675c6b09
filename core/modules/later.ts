import { attributeModules } from './later-attributes.ts'
import { authModules } from './later-auth.ts'
import { gatewayModules } from './later-gateways.ts'
import { recordModules } from './later-records.ts'
import { serviceModules } from './later-services.ts'
import type { LaterModule } from './later-tables.ts'

/** Modules of SER 0.9 that a script may load and that are not built yet. */
export const laterModules: readonly LaterModule[] = [
  ...authModules,
  ...attributeModules,
  ...recordModules,
  ...serviceModules,
  ...gatewayModules,
]
