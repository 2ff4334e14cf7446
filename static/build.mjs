/** Build what browsers load into dist/: hashed, minified, precompressed; prints the sizes and refuses to go over the budget. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { sharing } from './shared.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const home = join(here, 'dist');
/** Built beside it and put in its place at the end: whoever serves it never sees half a build. */
const dist = join(here, `dist.${process.pid}`);
const source = (name) => join(here, 'cadre', name);
/** What lies in dist/; with the page, the icons and all headers the phone must stay under 80,000 bytes (bench/bytes.py measures that). */
const BUDGET = 58_000;

const digest = (bytes) => createHash('sha256').update(bytes).digest('hex');
const brotli = (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });

function sources(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? sources(join(folder, entry.name)) : [join(folder, entry.name)]));
}

/** Names the build by its sources, so that the same sources give the same bytes. */
function versionOf() {
  const hash = createHash('sha256');
  for (const file of [...sources(join(here, 'cadre')), join(here, 'package-lock.json'), join(here, 'shared.mjs'), fileURLToPath(import.meta.url)]) {
    hash.update(relative(here, file)).update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 10);
}

const version = versionOf();
const common = {
  bundle: true,
  minify: true,
  write: false,
  legalComments: 'none',
  charset: 'utf8',
  target: ['chrome80', 'firefox78', 'safari14.1'],
  supported: { 'optional-chain': true },
  logLevel: 'error',
  outdir: dist,
};

const sizes = [];

/** Chromium 80 to 90 stumbles over `a?.f(...b)`, and over nothing else of optional chains; written out they cost 1 KB. */
function sound(name, text) {
  for (const { index, 0: call } of text.matchAll(/\?\.(?:\w+)?\(/g)) {
    let depth = 1;
    for (let at = index + call.length; depth && at < text.length; at += 1) {
      if (depth === 1 && text.startsWith('...', at)) throw new Error(`${name}: ${text.slice(index, at + 9)} would stumble in Chromium 80`);
      depth += '([{'.includes(text[at]) - ')]}'.includes(text[at]);
    }
  }
}

function put(name, given, { served = true } = {}) {
  const bytes = Buffer.from(given);
  if (name.endsWith('.js')) sound(name, bytes.toString());
  const path = join(dist, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  const packed = brotli(bytes);
  if (served) {
    writeFileSync(`${path}.br`, packed);
    writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  }
  sizes.push([name, bytes.length, packed.length]);
  return `/s/${name}`;
}

/** Where the page's stage and keys stand for the app: two copies would be paid for twice. What only the app asks of the stage is not in the page. */
const STAGE = 'globalThis.siaga';
const OF_THE_PAGE = { stage: 'alsoFill, empty, fill, focusHeading, show, showCover, word', keys: 'keys' };
const ofThePage = {
  name: 'of the page',
  setup(on) {
    on.onResolve({ filter: /\/(stage|keys)\.js$/ }, ({ path, namespace }) => (namespace === 'page' ? undefined : { path: path.slice(2, -3), namespace: 'page' }));
    on.onLoad({ filter: /./, namespace: 'page' }, ({ path }) => ({
      contents: `export * from './screens/${path}.js'; export const { ${OF_THE_PAGE[path]} } = ${STAGE};`,
      resolveDir: join(here, 'cadre'),
    }));
  },
};

/** Modules of packages do nothing but define: what nobody asks of them stays at home. */
const lean = {
  name: 'lean',
  setup(on) {
    on.onResolve({ filter: /./ }, async ({ path, pluginData, ...where }) => {
      if (pluginData === lean || where.kind !== 'import-statement' || !/@hpke/.test(path + where.importer)) return undefined;
      return { ...(await on.resolve(path, { ...where, pluginData: lean })), sideEffects: false };
    });
  },
};

/** WebAssembly as characters instead of base64: brotli sees its bytes as they are. */
const plainWasm = {
  name: 'wasm',
  setup(on) {
    on.onLoad({ filter: /hash-wasm/ }, ({ path }) => {
      const packed = readFileSync(path, 'utf8');
      const contents = packed
        .replace(/"(AGFz[\w+/=]+)"/g, (_, coded) => JSON.stringify(Buffer.from(coded, 'base64').toString('latin1')))
        .replace('decodeBase64(binary.data)', 'Uint8Array.from(binary.data, (one) => one.charCodeAt(0))');
      if (/"AGFz|decodeBase64\(binary/.test(contents)) throw new Error('hash-wasm packs its code in another way now');
      return { contents };
    });
  },
};

const textOf = async (options) => Buffer.from((await build(options)).outputFiles[0].contents).toString();
const hashed = (stem, bytes) => `${stem}-${digest(bytes).slice(0, 10)}.js`;

async function pinWorker() {
  const text = await textOf({ ...common, format: 'iife', plugins: [plainWasm], entryPoints: [source('pin-worker.js')] });
  return put(hashed('pin', text), text);
}

/** The app, which takes the stage over from the page, and the worker; what both run lies in a file that both load. */
async function appAndWorker(define) {
  const options = { ...common, define };
  const worker = (plugin) => textOf({ ...options, format: 'iife', plugins: [lean, plugin], entryPoints: [source('sw.js')] });
  const app = (plugin) => textOf({ ...options, format: 'esm', plugins: [lean, ofThePage, plugin], entryPoints: [source('screens/app.js')] });
  const { contents, takes } = await sharing(options, source('sw.js'), [worker, app]);
  const text = await textOf({ ...options, format: 'iife', plugins: [lean], stdin: { contents, resolveDir: here } });
  const shared = put(hashed('shared', text), text);
  put('sw.js', await worker(takes[0](`importScripts('${shared}')`)));
  const whole = await app(takes[1](`import '${shared}'`));
  return { shared, later: put(hashed('app', whole), whole) };
}

/** The boot module lies inside the page: it shares its stage, and calls the app by its full name. */
async function boot(define, later) {
  const outside = {
    name: 'later',
    setup(on) {
      on.onResolve({ filter: /app\.js$/ }, ({ kind }) => (kind === 'dynamic-import' ? { path: later, external: true } : undefined));
      // The page only asks whether something is kept; what opens IndexedDB stays with the app.
      on.onResolve({ filter: /^idb$/ }, ({ path }) => ({ path, external: true, sideEffects: false }));
    },
  };
  const taken = Object.entries(OF_THE_PAGE).map(([stem, names]) => `import { ${names} } from './screens/${stem}.js';`);
  const contents = `${taken.join('')} ${STAGE} = { ${Object.values(OF_THE_PAGE)} }; import './main.js';`;
  const stdin = { contents, resolveDir: join(here, 'cadre') };
  const text = (await textOf({ ...common, define, format: 'esm', plugins: [outside], stdin })).trim();
  if (/<\/script|<!--/i.test(text)) throw new Error('the boot module would end its own element');
  put('boot.js', text, { served: false });
}

/** The custom properties of the style by one letter each, the commonest first: nobody outside of it says their names. */
function shortened(css) {
  const names = [...new Set(css.match(/--[\w-]+/g))];
  const often = (name) => css.split(name).length;
  const order = names.sort((a, b) => often(b) - often(a) || (a < b ? -1 : 1));
  const letter = (at) => (at < 26 ? '' : 'z') + String.fromCharCode(97 + (at % 26));
  return css.replace(/--[\w-]+/g, (name) => `--${letter(order.indexOf(name))}`);
}

async function style() {
  const stdin = { contents: "@import './tokens.css'; @import './cadre.css';", loader: 'css', resolveDir: join(here, 'cadre') };
  put('page.css', shortened((await textOf({ ...common, stdin })).trim()), { served: false });
}

/** The desk's charts: loaded by its statistics only, counted in nobody's budget. */
async function charts() {
  const { outputFiles } = await build({ ...common, format: 'esm', entryPoints: [join(here, 'coordinator', 'charts.js')] });
  mkdirSync(join(dist, 'desk'));
  writeFileSync(join(dist, 'desk', 'charts.js'), outputFiles[0].contents);
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
const pin = await pinWorker();
const define = { SIAGA_VERSION: JSON.stringify(version), SIAGA_PIN_WORKER: JSON.stringify(pin) };
const { shared, later } = await appAndWorker(define);
await boot({ ...define, SIAGA_SHARED: JSON.stringify(shared) }, later);
await style();
await charts();
writeFileSync(join(dist, 'manifest.json'), JSON.stringify({ version, files: [pin, shared, later] }, null, 1));

const total = sizes.reduce((sum, [, , packed]) => sum + packed, 0);
for (const [name, plain, packed] of sizes) console.log(`${name.padEnd(28)} ${String(plain).padStart(7)} B ${String(packed).padStart(7)} B br`);
console.log(`${'all but the page itself'.padEnd(28)} ${''.padStart(9)} ${String(total).padStart(7)} B br`);
if (total > BUDGET) {
  rmSync(dist, { recursive: true });
  throw new Error(`${total} bytes are over the budget of ${BUDGET}`);
}
const former = `${dist}.former`;
if (existsSync(home)) renameSync(home, former);
renameSync(dist, home);
rmSync(former, { recursive: true, force: true });
