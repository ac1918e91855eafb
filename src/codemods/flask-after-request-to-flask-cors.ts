import type { Revised } from '../engine.js';
import type { Policy } from '../policy/program.js';
import { PythonModule } from '../syntax/python/index.js';
import type { TextEdit } from '../text/edit.js';
import { refuse, type Codemod, type Proposed } from './codemod.js';
import { together } from './python/announcing.js';
import { helpersOf, namesCors, pruned, type Pruned } from './python/cors-code.js';
import { askingForWriter, Borrowed, changedBehind, filesOf, leftBehind, sharedWith, writtenIn } from './python/elsewhere.js';
import { extensionOptions } from './python/flask-cors.js';
import { hooksIn, type Hook } from './python/flask-hooks.js';
import { viewProposals } from './python/flask-views.js';
import { changeImports, importedBy, importInstead } from './python/imports.js';
import { lineOf } from './python/lines.js';
import { saidEverywhere, saidWhere } from './python/places.js';
import { requiring } from './python/requirements.js';
import { spelled, spelledCall, spelledRaw, styleOf, type PythonStyle } from './python/style.js';
import { removeDefinition, removeUnused, takeOut, textsWithout, wholeOf } from './python/taking-out.js';

/** Headers that hooks of Flask write by hand become `CORS(app, …)` of Flask-CORS, in the place of the hook; those of views become `@cross_origin(…)`. */
const codemod: Codemod = {
  *besides(repository) {
    for (const policy of repository.policies) if (policy.reader === 'flask') yield* askingForWriter(repository, policy);
  },
  *propose(repository) {
    const told = new Set<string>();
    for (const policy of repository.policies) {
      if (policy.reader !== 'flask') continue;
      let isTold = policy.title.startsWith('Flask-CORS');
      for (const file of filesOf(policy)) {
        const module = repository.unit('python', file);
        if (!(module instanceof PythonModule)) continue;
        const hooks = hooksIn(module);
        const owner = hooks.find((hook) => hook.when === 'after' && writes(policy, hook))?.owner;
        const own = hooks.filter((hook) => hook.owner === owner);
        const main = own.find((hook) => hook.when === 'after' && writes(policy, hook));
        if (main === undefined) {
          for (const proposed of module.calls().some(({ callee }) => /(?:^|\.)CORS$/.test(callee)) ? [] : viewProposals(repository, module, policy)) {
            isTold = true;
            yield proposed;
          }
          continue;
        }
        isTold = true;
        if (!told.has(`${file} ${main.owner}`)) yield proposalFor(repository, module, policy, main, own.filter((hook) => hook !== main));
        told.add(`${file} ${main.owner}`);
        break;
      }
      const own = isTold ? undefined : writtenIn(policy);
      if (own !== undefined) yield refuse(own.at, 'what writes these headers is neither a hook, nor a view that is a function, nor a decorator of one');
    }
  },
};

export default codemod;

/** Is one of the headers of a policy written in a hook? */
function writes({ steps }: Policy, { holder, definition }: Hook): boolean {
  const code = [definition, ...helpersOf(holder, definition)].filter((one) => namesCors(holder, one));
  return steps.some(({ effects }) => effects.some(({ at }) => at.file === holder.file && code.some(({ startIndex, endIndex }) => startIndex <= at.start && at.end <= endIndex)));
}

function proposalFor(repository: Revised, module: PythonModule, policy: Policy, main: Hook, others: readonly Hook[]): Proposed {
  const { holder, definition, registration, owner } = main;
  const { files } = repository;
  const at = module.span(registration);
  if (policy.title.startsWith('Flask-CORS')) return refuse(at, 'Flask-CORS is there as well: what each of them does cannot be told apart');
  if (main.everywhere) return refuse(at, `${nameOf(main)} is registered on a blueprint, and called for all of the app: Flask-CORS needs the app itself`);
  const work = new Map([main, ...others].map((hook) => [hook, pruned(hook.holder, hook.definition)]));
  for (const [hook, { obstacles: [obstacle] }] of work) if (obstacle !== undefined) return refuse(hook.holder.span(obstacle.node), obstacle.why);
  const shared = new Map([...work.keys()].map((hook) => [hook, hook.isDecorated ? undefined : sharedWith(files, module, hook, [hook.registration])]));
  for (const [hook, file] of shared) if (file !== undefined && work.get(hook)!.idle === (hook.holder === module)) return refuse(at, `${nameOf(hook)} is used elsewhere, too${file === module.file ? '' : `: ${file}`}`);
  const prefix = prefixAsked(main);
  const code = [...work.keys()].flatMap((hook) => [hook.definition, ...helpersOf(hook.holder, hook.definition)].map((one) => hook.holder.span(one)));
  const isPart = prefix !== undefined || isBlueprint(module, owner);
  const { stated, probes } = isPart ? saidWhere(repository, policy, code, ({ path }) => path.startsWith(prefix ?? '')) : saidEverywhere(repository, policy, code);
  if (typeof stated === 'string') return refuse(at, stated);
  const style = styleOf(module);
  const place = lineOf(module.source.text, registration.startIndex).start;
  const borrowed = holder === module ? undefined : new Borrowed(module, holder, importedBy(module, main.name));
  const from = namesCors(holder, definition) ? definition : (helpersOf(holder, definition)[0] ?? definition);
  const options = extensionOptions(stated, { module, from, to: place, gone: [holder.span(wholeOf(definition))], style, ...(borrowed === undefined ? {} : { borrowed }) }, probes);
  if (typeof options === 'string') return refuse(at, options);
  const wanted = borrowed?.wantedBy(options.args.join(' ')) ?? [];
  const instead = work.get(main)!.idle && shared.get(main) !== module.file ? importInstead(module, main.name, wanted) : undefined;
  const left = [...work].map(([hook, own]) => (hook.holder === module ? { edits: removed(hook, own), notes: [] } : own.idle ? leftBehind(repository, hook, shared.get(hook)) : changedBehind(repository, hook.holder, takeOut(hook.holder, own))));
  const indent = /^[ \t]*/.exec(module.source.text.slice(place))![0];
  const { local, edits } = changeImports(module, 'flask_cors', 'CORS', (name) => {
    const args = prefix === undefined ? options.args : [`resources=${resource(prefix, options.args, style)}`];
    const written = spelledCall(name, [owner, ...args], style, indent);
    const here = left.flatMap((one) => one.edits).filter(({ file }) => file === module.file);
    const changed = [registered(module, main, work.get(main)!, written, style, indent), ...others.flatMap((hook) => unregistered(module, hook, work.get(hook)!)), ...here];
    return { written: instead === undefined ? written : `${written} ${main.name}`, edits: [...changed, ...(instead === undefined ? [] : [instead.edit]), ...removeUnused(module, changed, files, repository.paths)] };
  }, wanted.filter((one) => instead?.names.includes(one.name) !== true));
  const required = requiring(files, module.file, 'Flask-Cors', 'Flask');
  const texts = textsWithout(files, [...edits, ...left.flatMap((one) => one.edits).filter(({ file }) => file !== module.file)]);
  if (texts === undefined) return refuse(at, 'what would be written here overlaps with something else that would');
  const notes = [...options.notes, ...left.flatMap((one) => one.notes), ...required.notes];
  return {
    kind: 'rewriting',
    title: `headers of ${nameOf(main)} become ${local}(${owner})`,
    at,
    texts: new Map([...texts, ...required.texts]),
    ...together(options.announcements),
    ...(notes.length === 0 ? {} : { notes }),
  };
}

function nameOf({ definition }: Hook): string {
  return definition.childForFieldName('name')?.text ?? 'a hook';
}

function isBlueprint(module: PythonModule, owner: string): boolean {
  return module.calls().some(({ node, callee }) => /(?:^|\.)Blueprint$/.test(callee) && node.parent?.childForFieldName('left')?.text === owner);
}

/** `request.path.startswith("/api/")`, where the hook asks for nothing else of the path. */
function prefixAsked({ definition }: Hook): string | undefined {
  const asked = [...definition.text.matchAll(/request\.path\b(\.startswith\(\s*["'](\/[^"'\\]*)["']\s*\))?/g)];
  const [only] = asked;
  return asked.length === 1 ? only?.[2] : undefined;
}

/** `{r"/api/.*": {"origins": […]}}`: paths are matched from their beginning. */
function resource(prefix: string, args: readonly string[], style: PythonStyle): string {
  const pattern = `${prefix.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}.*`;
  const options = args.map((arg) => arg.replace(/^(\w+)=/, (_, name: string) => `${spelled(name, style)}: `));
  return `{${pattern.includes('\\') ? spelledRaw(pattern, style) : `r${spelled(pattern, style)}`}: {${options.join(', ')}}}`;
}

/** The call in the place of the hook; behind it, where the hook goes on doing something else. */
function registered(module: PythonModule, { registration, isDecorated }: Hook, { idle }: Pruned, written: string, { newline }: PythonStyle, indent: string): TextEdit {
  const { file } = module;
  const { startIndex: start, endIndex: end } = registration;
  if (idle) return { file, start, end, text: written };
  return { file, start: end, end, text: `${isDecorated ? `${newline}${indent === '' ? newline : ''}` : ''}${newline}${indent}${written}` };
}

/** The line that registered another hook, where nothing is left of that. */
function unregistered(module: PythonModule, { registration, isDecorated }: Hook, { idle }: Pruned): readonly TextEdit[] {
  if (!idle) return [];
  return isDecorated ? [removeDefinition(module, registration)] : [{ file: module.file, ...lineOf(module.source.text, registration.startIndex, registration.endIndex), text: '' }];
}

/** What a hook did for CORS, in its own file. */
function removed({ holder, definition, isDecorated }: Hook, work: Pruned): readonly TextEdit[] {
  if (!work.idle) return takeOut(holder, work);
  return isDecorated ? [] : [removeDefinition(holder, definition)];
}
