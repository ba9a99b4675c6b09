import type { LaterModule } from './later-tables.ts'
import { blocksRF, command } from './later-tables.ts'
import { number, text } from './tables.ts'

/** Attributes ("AVPs") that go with a transaction, and the preferences of users that they come from. */
export const attributeModules: readonly LaterModule[] = [
  {
    name: 'avp_radius',
    summary: 'loads the preferences of caller or callee from a RADIUS server',
    parameters: [
      text(
        'radius_config',
        '/usr/local/etc/radiusclient/radiusclient.conf',
        'File that says where the RADIUS server is.',
      ),
      number(
        'caller_service_type',
        undefined,
        'Service-Type that is asked with for a caller; the one of the dictionary where it is absent.',
      ),
      number(
        'callee_service_type',
        undefined,
        'Service-Type that is asked with for a callee; the one of the dictionary where it is absent.',
      ),
    ],
    commands: [
      command(
        'avp_load_radius(who)',
        blocksRF,
        'Loads the preferences of the {0} from a RADIUS server.',
        'RFC 2865, module avp_radius',
      ),
    ],
  },
]
