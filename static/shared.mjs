/** What the app and the worker both run is one file, which comes down the line once; it is a classic script for the one and a module for the other. */
import { basename, join, resolve } from 'node:path';
import { build } from 'esbuild';

/** Where it lays down what it has, by number: a name would be paid for on both sides. */
const PLACE = 'globalThis.siagaShared';
const TAKEN = '__taken';

/** What the worker asks for is all that both have: the names that each such module gives, by its path. @returns {Promise<Map<string, string[]>>} */
async function given(options, worker) {
  const { metafile } = await build({ ...options, metafile: true, entryPoints: [worker] });
  const own = Object.keys(metafile.inputs).map((path) => resolve(path)).filter((path) => path !== worker && !path.includes('node_modules'));
  const { metafile: each } = await build({ ...options, bundle: false, format: 'esm', metafile: true, entryPoints: own });
  return new Map(Object.values(each.outputs).map(({ entryPoint, exports }) => [resolve(entryPoint), exports]));
}

const called = (path, name) => `${basename(path, '.js')}$${name}`;

/** Stands in for these modules: `instead` says what each of them is. */
const standIn = (modules, instead, all) => ({
  name: 'shared',
  setup(on) {
    on.onResolve({ filter: /\.js$/ }, ({ path, kind, resolveDir }) => {
      const meant = resolve(resolveDir, path);
      return kind === 'import-statement' && modules.has(meant) ? { path: meant, namespace: 'shared', sideEffects: false } : undefined;
    });
    on.onLoad({ filter: /./, namespace: 'shared' }, ({ path }) => ({ contents: instead(path), resolveDir: '/' }));
    on.onResolve({ filter: /^shared:all$/ }, ({ path }) => ({ path, namespace: 'all' }));
    on.onLoad({ filter: /./, namespace: 'all' }, () => ({ contents: all, resolveDir: '/' }));
    on.onResolve({ filter: /^\/s\// }, ({ path }) => ({ path, external: true }));
  },
});

/** Which of these names a script uses: built once with stand-ins that fall away where nobody asks for them. */
async function used(modules, made) {
  const marked = (path) => modules.get(path).map((name) => `export const ${name} = /* @__PURE__ */ ${TAKEN}('${called(path, name)}');`).join('');
  const text = await made(standIn(modules, marked, ''));
  return [...new Set([...text.matchAll(RegExp(`${TAKEN}\\("([^"]+)"\\)`, 'g'))].map(([, name]) => name))];
}

/**
 * Find out what is shared. `makers` build a script with a plugin more, and return its text; the first is the worker's.
 * @returns the contents of the shared file, and for each maker a plugin that takes its part of it, once it is `loaded`
 */
export async function sharing(options, worker, makers) {
  const modules = await given(options, worker);
  const wanted = [];
  for (const made of makers) wanted.push(await used(modules, made));
  const order = [...new Set(wanted.flat())];
  const those = (path, names) => modules.get(path).filter((name) => names.includes(called(path, name)));
  const imports = [...modules.keys()].map((path) => `import { ${those(path, order).map((name) => `${name} as ${called(path, name)}`)} } from '${path}';`);
  const takes = wanted.map((names) => (loaded) => {
    const last = Math.max(...names.map((name) => order.indexOf(name)));
    const taken = order.slice(0, last + 1).map((name) => (names.includes(name) ? name : ''));
    const mine = (path) => `export { ${those(path, names).map((name) => `${called(path, name)} as ${name}`)} } from 'shared:all';`;
    return standIn(modules, mine, `${loaded}; const [${taken}] = ${PLACE}; export { ${names} };`);
  });
  return { contents: `${imports.join('')} ${PLACE} = [${order}];`, takes };
}
