import type { Revised } from '../engine.js';
import type { Policy } from '../policy/program.js';
import { PythonModule } from '../syntax/python/index.js';
import type { TextEdit } from '../text/edit.js';
import { refuse, type Codemod, type Proposed } from './codemod.js';
import { together } from './python/announcing.js';
import { helpersOf, namesCors, pruned, type Pruned } from './python/cors-code.js';
import { extensionOptions } from './python/flask-cors.js';
import { hooksIn, type Hook } from './python/flask-hooks.js';
import { viewProposals } from './python/flask-views.js';
import { changeImports } from './python/imports.js';
import { lineOf } from './python/lines.js';
import { saidEverywhere, saidWhere } from './python/places.js';
import { requiring } from './python/requirements.js';
import { spelled, spelledCall, spelledRaw, styleOf, type PythonStyle } from './python/style.js';
import { removeDefinition, removeUnused, takeOut, textsWithout, wholeOf } from './python/taking-out.js';

/** Headers that hooks of Flask write by hand become `CORS(app, …)` of Flask-CORS, in the place of the hook; those of views become `@cross_origin(…)`. */
const codemod: Codemod = {
  *propose(repository) {
    const told = new Set<string>();
    for (const policy of repository.policies) {
      if (policy.reader !== 'flask') continue;
      const module = repository.unit('python', policy.at.file);
      if (!(module instanceof PythonModule)) continue;
      const hooks = hooksIn(module);
      const owner = hooks.find((hook) => hook.when === 'after' && writes(policy, module, hook))?.owner;
      const own = hooks.filter((hook) => hook.owner === owner);
      const main = own.find((hook) => hook.when === 'after' && writes(policy, module, hook));
      if (main === undefined) {
        if (!module.calls().some(({ callee }) => /(?:^|\.)CORS$/.test(callee))) yield* viewProposals(repository, module, policy);
        continue;
      }
      if (told.has(`${policy.at.file} ${main.owner}`)) continue;
      told.add(`${policy.at.file} ${main.owner}`);
      yield proposalFor(repository, module, policy, main, own.filter((hook) => hook !== main));
    }
  },
};

export default codemod;

/** Is one of the headers of a policy written in a hook? */
function writes({ steps }: Policy, module: PythonModule, { definition }: Hook): boolean {
  const code = [definition, ...helpersOf(module, definition)].filter((one) => namesCors(module, one));
  return steps.some(({ effects }) => effects.some(({ at }) => at.file === module.file && code.some(({ startIndex, endIndex }) => startIndex <= at.start && at.end <= endIndex)));
}

function proposalFor(repository: Revised, module: PythonModule, policy: Policy, main: Hook, others: readonly Hook[]): Proposed {
  const { definition, registration, owner } = main;
  const at = module.span(registration);
  if (policy.title.startsWith('Flask-CORS')) return refuse(at, 'Flask-CORS is there as well: what each of them does cannot be told apart');
  if (main.everywhere) return refuse(at, `${nameOf(main)} is registered on a blueprint, and called for all of the app: Flask-CORS needs the app itself`);
  const work = new Map([main, ...others].map((hook) => [hook, pruned(module, hook.definition)]));
  for (const { obstacles: [obstacle] } of work.values()) if (obstacle !== undefined) return refuse(module.span(obstacle.node), obstacle.why);
  const prefix = prefixAsked(main);
  const helpers = [...work.keys()].flatMap((hook) => helpersOf(module, hook.definition));
  const code = [...[...work.keys()].map((hook) => hook.definition), ...helpers].map((one) => module.span(one));
  const isPart = prefix !== undefined || isBlueprint(module, owner);
  const { stated, probes } = isPart ? saidWhere(repository, policy, code, ({ path }) => path.startsWith(prefix ?? '')) : saidEverywhere(repository, policy, code);
  if (typeof stated === 'string') return refuse(at, stated);
  const style = styleOf(module);
  const place = lineOf(module.source.text, registration.startIndex).start;
  const options = extensionOptions(stated, { module, from: namesCors(module, definition) ? definition : (helpersOf(module, definition)[0] ?? definition), to: place, gone: [module.span(wholeOf(definition))], style }, probes);
  if (typeof options === 'string') return refuse(at, options);
  const indent = /^[ \t]*/.exec(module.source.text.slice(place))![0];
  const { local, edits } = changeImports(module, 'flask_cors', 'CORS', (name) => {
    const args = prefix === undefined ? options.args : [`resources=${resource(prefix, options.args, style)}`];
    const written = spelledCall(name, [owner, ...args], style, indent);
    const changed = [...registered(module, main, work.get(main)!, written, style, indent), ...others.flatMap((hook) => taken(module, hook, work.get(hook)!))];
    return { written, edits: [...changed, ...removeUnused(module, changed, repository.files, repository.paths)] };
  });
  const required = requiring(repository.files, module.file, 'Flask-Cors', 'Flask');
  const texts = textsWithout(repository.files, edits);
  if (texts === undefined) return refuse(at, 'what would be written here overlaps with something else that would');
  return {
    kind: 'rewriting',
    title: `headers of ${nameOf(main)} become ${local}(${owner})`,
    at,
    texts: new Map([...texts, ...required.texts]),
    ...together(options.announcements),
    ...(options.notes.length + required.notes.length === 0 ? {} : { notes: [...options.notes, ...required.notes] }),
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
function registered(module: PythonModule, hook: Hook, work: Pruned, written: string, { newline }: PythonStyle, indent: string): readonly TextEdit[] {
  const { file } = module;
  const { startIndex: start, endIndex: end } = hook.registration;
  if (work.idle) return hook.isDecorated ? [{ file, start, end, text: written }] : [{ file, start, end, text: written }, removeDefinition(module, hook.definition)];
  return [{ file, start: end, end, text: `${hook.isDecorated ? `${newline}${indent === '' ? newline : ''}` : ''}${newline}${indent}${written}` }, ...takeOut(module, work)];
}

/** What another hook did for CORS. */
function taken(module: PythonModule, hook: Hook, work: Pruned): readonly TextEdit[] {
  if (!work.idle) return takeOut(module, work);
  const { text } = module.source;
  const call = hook.isDecorated ? [] : [{ file: module.file, ...lineOf(text, hook.registration.startIndex, hook.registration.endIndex), text: '' }];
  return [...call, removeDefinition(module, hook.definition)];
}
