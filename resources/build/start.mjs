import { launch } from './launch.mjs'
import { say } from './project.mjs'

say('The window is not part of this version yet: this runs the same appliance as `sidetone serve`.')
launch(['serve', ...process.argv.slice(2)])
