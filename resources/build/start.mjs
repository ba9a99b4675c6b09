import { launch } from './launch.mjs'
import { say } from './project.mjs'

say('The window opens in a browser in this version: use the link that is printed below.')
launch(['serve', ...process.argv.slice(2)])
