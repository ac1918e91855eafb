/**
 * Builds dist/: the CLI as ES modules that load each other when needed, the ESLint plugin as one CommonJS file.
 * What is pure JavaScript is bundled, since one file starts faster than a hundred; native parsers, the grammars' wasm
 * files and what only a few users have stay outside.
 */
import { build } from 'esbuild';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dist = join(root, 'dist');
const require = createRequire(import.meta.url);

/** Loaded at run time by name: native code and optional peers. */
const EXTERNAL = ['oxc-parser', '@typescript-eslint/parser', 'typescript', 'eslint'];

/** ts-morph, which rewrites scripts, brings a copy of TypeScript's compiler. */
const COMPILER = '@ts-morph/common/dist/typescript.js';
/**
 * The compiler is a file of its own, as it was made: what a bundle wraps into a function V8 parses twice, and this is two
 * thirds of what it takes to start. The declarations of the language's libraries stand beside it as texts that nobody asks
 * for: nothing is checked.
 */
const compilerFrom = (path) => ({
  name: 'compiler-from-one-file',
  setup: (setup) => {
    setup.onResolve({ filter: /^\.\/typescript$/ }, ({ importer }) => (importer.replaceAll('\\', '/').includes('@ts-morph/common/') ? { path, external: true } : undefined));
    setup.onLoad({ filter: /ts-morph[\\/]common[\\/]dist[\\/]ts-morph-common\.js$/ }, ({ path: source }) => {
      const [before, after, ...more] = readFileSync(source, 'utf8').split(/^const libFiles = \[\{$[^]*?^ *\}\];$/m);
      if (after === undefined || more.length > 0) throw new Error(`${source} does not hold the libraries as it did`);
      return { contents: `${before}const libFiles = [];${after}` };
    });
  },
});

/** Grammars that are read from files beside the code that loads them. */
const WASM = ['web-tree-sitter/web-tree-sitter.wasm', 'tree-sitter-python/tree-sitter-python.wasm', 'tree-sitter-java/tree-sitter-java.wasm', '@tree-sitter-grammars/tree-sitter-kotlin/tree-sitter-kotlin.wasm'];

/** Its CommonJS files load each other in a way that no bundler follows. */
const alias = { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' };

/** What checks types, finds modules, emits, watches and serves editors: most of the compiler, and trees are all that is asked of it. */
const UNASKED = /^compiler\/(?:moduleNameResolver|commandLineParser|binder|visitorPublic|factory\/emitHelpers|transformer|semver|checker|emitter|program|programDiagnostics|builder\w*|watch\w*|tsbuild\w*|symbolWalker|resolutionCache|moduleSpecifiers|expressionToTypeNode|executeCommandLine|sourcemap|transformers\/.*)\.ts$|^services\/(?!(?:services|utilities|types|documentRegistry|transform|sourcemaps|_namespaces\/.*)\.ts$)|^(?:server|jsTyping|typingsInstallerCore|deprecatedCompat)\//;
/** Two thousand messages, which nobody reads: a mistake of syntax is told by the engine's own parsers. */
const withoutMessages = (text) => text.replace(/^var Diagnostics = \{$[^]*?^\};$/m, 'var Diagnostics = new Proxy({}, { get: (known, key) => (known[key] ??= diag(1, 1, key, key)) });');
const withoutUnasked = {
  name: 'without-what-nobody-asks-the-compiler',
  setup: (setup) => setup.onLoad({ filter: /typescript\.js$/ }, ({ path }) => {
    const modules = readFileSync(path, 'utf8').split(/^(?=\/\/ src\/)/m);
    const kept = modules.filter((text) => !UNASKED.test(/^\/\/ src\/(.*)/.exec(text)?.[1] ?? ''));
    if (kept.length > modules.length - 100) throw new Error(`${path} is not made of modules any more as it was`);
    const shortened = kept.map(withoutMessages);
    if (shortened.every((text, index) => text === kept[index])) throw new Error(`${path} does not hold its messages as it did`);
    return { contents: shortened.join('') };
  }),
};

const common = { absWorkingDir: root, bundle: true, platform: 'node', target: 'node20.19', metafile: true, logLevel: 'warning', external: EXTERNAL, legalComments: 'none', minifySyntax: true, minifyWhitespace: true, charset: 'utf8', alias };

/** The plugin lints with readers that stand in its bundle; what the registry would load later is not for it. */
const withoutRegistryLoads = {
  name: 'without-registry-loads',
  setup: (setup) => setup.onResolve({ filter: /./ }, ({ kind, importer }) => (kind === 'dynamic-import' && importer.endsWith('registries.ts') ? { path: 'not-in-this-bundle', external: true } : undefined)),
};

/**
 * Packages that are required when they are first needed, each one file here: the resolver of scopes with the first script,
 * patterns and the list of public suffixes with the first pattern.
 */
const LATER = { '@typescript-eslint/scope-manager': 'scopes', '@eslint-community/regexpp': 'regexpp', tldts: 'tldts' };
const laterFrom = (folder) => ({
  name: 'later-from-files-of-their-own',
  setup: (setup) => setup.onLoad({ filter: /src[\\/](?:syntax[\\/]estree[\\/]parse|origins[\\/]packages)\.ts$/ }, ({ path }) => ({
    loader: 'ts',
    contents: readFileSync(path, 'utf8').replace(/\brequire\('([^']+)'\)/g, (asked, name) => {
      if (!Object.hasOwn(LATER, name) && !EXTERNAL.includes(name)) throw new Error(`${path} asks for ${name}, which is in no file of the package`);
      return Object.hasOwn(LATER, name) ? `require('${folder}/${LATER[name]}.cjs')` : asked;
    }),
  })),
});

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });

const cli = await build({
  ...common,
  entryPoints: { cli: 'src/hosts/cli/main.ts', api: 'src/hosts/api.ts', config: 'src/config/config.ts', 'eslint-worker': 'src/hosts/eslint/worker.ts', 'scan-worker': 'src/hosts/scan-worker.ts' },
  outdir: 'dist',
  format: 'esm',
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  plugins: [laterFrom('..'), compilerFrom('../compiler.cjs')],
  minifyIdentifiers: true,
});
// Bundled CommonJS packages ask for Node's own modules by `require`, and where they are; modules have to make both.
const MADE = {
  'typeof require': "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);\n",
  __filename: "import { fileURLToPath as pathOfUrl } from 'node:url'; const __filename = pathOfUrl(import.meta.url), __dirname = pathOfUrl(new URL('.', import.meta.url));\n",
};
for (const path of Object.keys(cli.metafile.outputs)) {
  const text = readFileSync(join(root, path), 'utf8');
  const made = Object.entries(MADE).flatMap(([asked, code]) => (text.includes(asked) ? [code] : [])).join('');
  if (made !== '') writeFileSync(join(root, path), made + text);
}

const plugin = await build({
  ...common,
  entryPoints: { eslint: 'src/hosts/eslint/index.ts' },
  outfile: 'dist/eslint.cjs',
  format: 'cjs',
  plugins: [withoutRegistryLoads, laterFrom('.')],
  define: { 'import.meta.url': '__moduleUrl' },
  banner: { js: "const __moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
  footer: { js: 'module.exports = module.exports.default;' },
});
/** Its tables of the globals of every ECMAScript edition are not asked for: a file's own names are enough. */
const withoutGlobals = {
  name: 'without-globals',
  setup: (setup) => setup.onLoad({ filter: /scope-manager[\\/]dist[\\/]lib[\\/]index\.js$/ }, () => ({ contents: 'exports.lib = new Map();' })),
};
const later = await build({ ...common, plugins: [withoutGlobals], entryPoints: Object.fromEntries(Object.entries(LATER).map(([name, file]) => [file, name])), outdir: 'dist', outExtension: { '.js': '.cjs' }, format: 'cjs' });
const compiler = await build({ absWorkingDir: root, entryPoints: { compiler: require.resolve(COMPILER) }, outdir: 'dist', outExtension: { '.js': '.cjs' }, target: 'node20.19', metafile: true, legalComments: 'none', minify: true, plugins: [withoutUnasked] });
// One object for both module systems: ESLint compares plugins by identity.
writeFileSync(join(dist, 'eslint.mjs'), "import plugin from './eslint.cjs';\nexport default plugin;\n");
writeFileSync(join(dist, 'parser.cjs'), "module.exports = require('./eslint.cjs').parser;\n");
writeFileSync(join(dist, 'parser.mjs'), "import plugin from './eslint.cjs';\nexport default plugin.parser;\n");

for (const file of WASM) {
  const source = whereIs(file);
  if (source !== undefined) copyFileSync(source, join(dist, 'chunks', file.slice(file.lastIndexOf('/') + 1)));
}
declare(['src/hosts/api.ts', 'src/config/config.ts']);
const pluginTypes = readFileSync(join(root, 'src/hosts/eslint/declaration.d.ts'), 'utf8');
writeFileSync(join(dist, 'types/eslint.d.mts'), pluginTypes);
writeFileSync(join(dist, 'types/eslint.d.cts'), pluginTypes.replace('export default', 'export ='));
writeFileSync(join(dist, 'types/parser.d.mts'), "import plugin from './eslint.mjs';\ndeclare const parser: (typeof plugin)['parser'];\nexport default parser;\n");
writeFileSync(join(dist, 'types/parser.d.cts'), "import plugin = require('./eslint.cjs');\ndeclare const parser: (typeof plugin)['parser'];\nexport = parser;\n");
writeFileSync(join(dist, 'THIRD-PARTY-LICENSES.txt'), licences([cli, plugin, later, compiler]));

/** Writes declarations of the given modules and of those that their own types name. Each is told by its text alone, without a check of the program. */
function declare(entries) {
  const modules = new Set(entries);
  for (const path of modules) {
    const { outputText, diagnostics } = ts.transpileDeclaration(readFileSync(join(root, path), 'utf8'), { fileName: path, reportDiagnostics: true, compilerOptions: { strict: true, exactOptionalPropertyTypes: true, isolatedDeclarations: true } });
    for (const { messageText } of diagnostics ?? []) throw new Error(`${path}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
    const target = join(dist, 'types', path.replace(/\.ts$/, '.d.ts'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, outputText);
    for (const { fileName } of ts.preProcessFile(outputText).importedFiles) if (fileName.startsWith('.')) modules.add(join(dirname(path), fileName.replace(/\.js$/, '.ts')));
  }
}

function whereIs(file) {
  try {
    return require.resolve(file);
  } catch {
    return undefined;
  }
}

/** The licence of every package whose code stands in dist/. */
function licences(results) {
  const inputs = results.flatMap(({ metafile }) => Object.keys(metafile.inputs)).concat(WASM.map((file) => `node_modules/${file}`));
  const packages = [...new Set(inputs.flatMap((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []))].filter((folder) => existsSync(join(root, folder))).sort();
  const texts = packages.map((folder) => licenceOf(folder));
  const inside = inputs.find((path) => path.endsWith(COMPILER));
  if (inside !== undefined) texts.push(licenceOf('node_modules/typescript', /\bversion = "([^"]+)"/.exec(readFileSync(join(root, inside), 'utf8'))?.[1]));
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}

/** The licence of a package; `own`: the version of a copy that another package has of it. */
function licenceOf(folder, own) {
  const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  const file = readdirSync(join(root, folder)).find((entry) => /^licen[cs]e/i.test(entry));
  return `${name} ${own ?? version} (${license})\n\n${file === undefined ? '' : readFileSync(join(root, folder, file), 'utf8').trim()}\n`;
}
