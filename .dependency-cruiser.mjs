/** Where each library lives; whoever else needs it asks that place. A library that is not here has no place yet. */
const homes = {
  zod: '^core/(api/|app/config\\.ts$)',
  pino: '^core/io/log\\.ts$',
  sqlite3: '^core/io/store\\.ts$',
  ws: '^core/io/websocket\\.ts$',
  werift: '^core/io/webrtc/',
  '@homebridge/ciao': '^core/io/mdns\\.ts$',
  uqr: '^core/app/qr\\.ts$',
  'sip.js': '^renderer/client/',
  electron: '^electron/',
  'electron-updater': '^electron/main/updates\\.ts$',
  svelte: '^renderer/',
  'bits-ui': '^renderer/ui/',
  '@lucide/svelte': '^renderer/',
  uplot: '^renderer/ui/Chart\\.svelte$',
}

const tests = '^test/|\\.test\\.(ts|mjs)$'
const product = '^(core|electron|renderer)/'
const pure = 'lib|sip|sdp|rtp|stun|script|exchange|modules|doctor|api'
const libraryTypes = ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown']

/** The pattern of a library's files, or of its bare name where it is not installed. */
function library(name) {
  return `(^|(^|/)node_modules/)${name.replaceAll('.', '\\.')}(/|$)`
}

/** `folder` may import what matches `allowed` (within the product) and nothing else of it; tests are free. */
function only(name, folder, allowed, comment) {
  return {
    name,
    comment,
    severity: 'error',
    from: { path: folder, pathNot: tests },
    to: { path: product, pathNot: allowed },
  }
}

function forbid(name, comment, from, to) {
  return { name, comment, severity: 'error', from: { ...from, pathNot: from.pathNot ?? tests }, to }
}

const arrows = [
  only('lib-stands-alone', '^core/lib/', '^core/lib/', 'core/lib imports nothing.'),
  only(
    'protocols-stand-alone',
    '^core/(sip|sdp|rtp|stun|script)/',
    '^core/($1|lib)/',
    'A protocol knows core/lib and itself; the exchange joins them.',
  ),
  only(
    'exchange-knows-protocols',
    '^core/exchange/',
    '^core/(exchange|lib|sip|sdp|rtp|stun|script)/',
    'The exchange knows the protocols and the script, not the modules, not the world.',
  ),
  only(
    'modules-know-exchange',
    '^core/modules/',
    '^core/(modules|exchange|sip|sdp|script|lib)/',
    'A module is made of exchange, sip, sdp, script and lib.',
  ),
  only(
    'doctor-knows-facts',
    '^core/doctor/',
    '^core/(doctor|lib|exchange|sip|sdp|rtp)/',
    'The doctor reads recorded facts, and what is still text in them with the parsers of the protocols.',
  ),
  only(
    'contract-stands-alone',
    '^core/api/',
    '^core/(api|lib)/',
    'The contract knows core/lib types and zod.',
  ),
  only(
    'io-knows-no-rules',
    '^core/io/',
    '^core/(io|lib|rtp|stun)/',
    'The rim performs; it knows no protocol rules and no exchange.',
  ),
  only('core-is-alone', '^core/app/', '^core/', 'The core knows no window.'),
  only(
    'electron-main-is-thin',
    '^electron/main/',
    '^(electron/main/|core/api/|core/app/(index|start)\\.ts$)',
    'Electron knows the contract and the start function.',
  ),
  only(
    'preload-knows-nothing',
    '^electron/preload/',
    '^electron/preload/',
    'The preload hands over one port.',
  ),
  only('window-sees-contract', '^renderer/', '^(renderer|core/api)/', 'The window sees the contract alone.'),
  only(
    'features-stand-alone',
    '^renderer/features/([^/]+)/',
    '^(renderer/(features/$1|ui|client|messages)|core/api)/',
    'A feature may use ui and client, never another feature.',
  ),
  only('ui-knows-no-feature', '^renderer/ui/', '^renderer/(ui|messages)/', 'The kit knows no feature.'),
  only(
    'client-knows-no-page',
    '^renderer/client/',
    '^(renderer/client|core/api)/',
    'The client knows no page.',
  ),
]

const rest = [
  {
    name: 'no-cycles',
    severity: 'error',
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  },
  {
    name: 'nothing-unresolved',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true },
  },
  forbid('nothing-imports-test', 'Tests look at the product, never the reverse.', {}, { path: tests }),
  forbid(
    'product-not-build',
    'The product needs no build script.',
    { path: product },
    { path: '^resources/build/' },
  ),
  forbid(
    'doctor-takes-types',
    'The doctor takes the fact types of the exchange, not its code.',
    { path: '^core/doctor/' },
    { path: '^core/exchange/', dependencyTypesNot: ['type-only'] },
  ),
  forbid(
    'contract-takes-types',
    'The contract takes the types of core/lib, not its code.',
    { path: '^core/api/' },
    { path: '^core/lib/', dependencyTypesNot: ['type-only'] },
  ),
  forbid(
    'media-in-its-worker',
    'Only the media worker may use rtp and stun.',
    { path: '^core/io/', pathNot: `${tests}|^core/io/(relay-|media-|webrtc/)` },
    { path: '^core/(rtp|stun)/' },
  ),
  forbid(
    'pure-below-rim',
    'What decides touches no world.',
    { path: `^core/(${pure})/` },
    { dependencyTypes: ['core'] },
  ),
  forbid(
    'window-is-a-page',
    'The window and its preload have no Node.',
    { path: '^(renderer|electron/preload)/' },
    { dependencyTypes: ['core'] },
  ),
  forbid(
    'library-without-home',
    'Name the one place of a library in the table above.',
    { path: product },
    { dependencyTypes: libraryTypes, pathNot: Object.keys(homes).map(library) },
  ),
]

const libraries = Object.entries(homes).map(([name, home]) =>
  forbid(
    `${name}-in-one-place`,
    'A library is imported in one place, which gives it our shape.',
    { path: product, pathNot: `${tests}|${home}` },
    { path: library(name) },
  ),
)

export default {
  forbidden: [...arrows, ...rest, ...libraries],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.mjs', '.js', '.svelte'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'module', 'node', 'default', 'types'],
    },
  },
}
