import type { Revised } from '../engine.js';
import type { Policy } from '../policy/program.js';
import { PythonModule } from '../syntax/python/index.js';
import type { SyntaxNode } from '../syntax/tree-sitter.js';
import type { TextEdit } from '../text/edit.js';
import { refuse, type Codemod, type Proposed } from './codemod.js';
import { together } from './python/announcing.js';
import { contains, helpersOf, namesCors, pruned, type Pruned } from './python/cors-code.js';
import { middlewareOptions } from './python/cors-middleware.js';
import { askingForWriter, Borrowed, changedBehind, filesOf, leftBehind, sharedWith, writtenIn, type Left } from './python/elsewhere.js';
import { changeImports, importedBy, importInstead } from './python/imports.js';
import { lineOf } from './python/lines.js';
import { middlewareIn, sendersIn, type HandWritten, type Sender } from './python/starlette-middleware.js';
import { spelledCall, styleOf, type PythonStyle } from './python/style.js';
import { saidEverywhere } from './python/places.js';
import { removeDefinition, removeUnused, takeOut, textsWithout, wholeOf } from './python/taking-out.js';

/** Where the class is imported from: FastAPI hands out Starlette's. */
const HOMES = { fastapi: 'fastapi.middleware.cors', starlette: 'starlette.middleware.cors' } as const;

/** Headers that middleware of FastAPI and Starlette writes by hand become options of `CORSMiddleware`, in the place of that middleware. */
const codemod: Codemod = {
  *besides(repository) {
    for (const policy of repository.policies) if (policy.reader === 'starlette') yield* askingForWriter(repository, policy);
  },
  *propose(repository) {
    const seen = new Set<string>();
    for (const policy of repository.policies) {
      if (policy.reader !== 'starlette') continue;
      let isTold = false;
      for (const file of filesOf(policy)) {
        if (seen.has(file)) isTold = true;
        const module = isTold ? undefined : repository.unit('python', file);
        if (!(module instanceof PythonModule)) continue;
        const [own, ...others] = middlewareIn(module).filter(({ holder, definition }) => namesCors(holder, definition) || helpersOf(holder, definition).length > 0);
        if (own === undefined) continue;
        seen.add(file);
        isTold = true;
        yield proposalFor(repository, module, policy, [own, ...others]);
      }
      if (!isTold) yield* elsewhere(policy);
    }
  },
};

export default codemod;

/** Headers that nothing writes which could be replaced. */
function* elsewhere(policy: Policy): Generator<Proposed> {
  const own = writtenIn(policy);
  if (policy.title === 'CORSMiddleware' || own === undefined) return;
  yield refuse(own.at, policy.layer === 'route-handler' ? 'routes write these headers, and CORSMiddleware is for all paths of the app' : 'where the middleware that writes these headers is registered is not seen');
}

function proposalFor(repository: Revised, module: PythonModule, policy: Policy, [own, ...others]: readonly [HandWritten, ...HandWritten[]]): Proposed {
  const { holder, definition, registration } = own;
  const { files } = repository;
  const at = module.span(registration);
  if (others.length > 0) return refuse(at, 'several middlewares write headers of CORS: which of them has the last word cannot be said by one');
  if (policy.title === 'CORSMiddleware') return refuse(at, 'CORSMiddleware is there as well: what each of them does cannot be told apart');
  const work = pruned(holder, own.body);
  const [obstacle] = work.obstacles;
  if (obstacle !== undefined) return refuse(holder.span(obstacle.node), obstacle.why);
  const shared = own.by === 'decorated' ? undefined : sharedWith(files, module, own, [registration]);
  if (shared !== undefined && work.idle === (holder === module)) return refuse(at, `${nameOf(definition)} is used elsewhere, too${shared === module.file ? '' : `: ${shared}`}`);
  if (!work.idle && own.by === 'wrapped') return refuse(at, `${nameOf(definition)} does something else, too`);
  const { stated, probes } = saidEverywhere(repository, policy, [definition, ...helpersOf(holder, definition)].map((one) => holder.span(one)));
  if (typeof stated === 'string') return refuse(at, stated);
  const style = styleOf(module);
  const place = lineOf(module.source.text, registration.startIndex).start;
  const borrowed = holder === module ? undefined : new Borrowed(module, holder, importedBy(module, own.name));
  const moving = { module, from: namesCors(holder, definition) ? definition : (helpersOf(holder, definition)[0] ?? definition), to: place, gone: [holder.span(wholeOf(definition)), at], style, ...(borrowed === undefined ? {} : { borrowed }) };
  const options = middlewareOptions(stated, moving, probes);
  if (typeof options === 'string') return refuse(at, options);
  const wanted = borrowed?.wantedBy(options.args.join(' ')) ?? [];
  const instead = work.idle && shared !== module.file ? importInstead(module, own.name, wanted) : undefined;
  const removed = removedFrom(repository, module, own, work, shared);
  const home = HOMES[/\bfastapi\b/.test(module.source.text) ? 'fastapi' : 'starlette'];
  const { local, edits: imports } = changeImports(module, home, 'CORSMiddleware', (name) => {
    const written = registrationOf(own, [name, ...options.args], style, /^[ \t]*/.exec(module.source.text.slice(place))![0]);
    const senders = sendersIn(module).filter((one) => holder !== module || !contains(definition, one.definition)).flatMap((one) => sent(module, one));
    const changed = [registered(module, own, work, written, style), ...(holder === module ? removed.edits : []), ...senders];
    return { written: instead === undefined ? written : `${written} ${own.name}`, edits: [...changed, ...(instead === undefined ? [] : [instead.edit]), ...removeUnused(module, changed, files, repository.paths)] };
  }, wanted.filter((one) => instead?.names.includes(one.name) !== true));
  const notes = [...options.notes, ...removed.notes, ...(work.idle ? [] : [`preflights no longer come to ${nameOf(definition)}: CORSMiddleware answers them`])];
  const texts = textsWithout(files, [...imports, ...(holder === module ? [] : removed.edits)]);
  if (texts === undefined) return refuse(at, 'what would be written here overlaps with something else that would');
  return {
    kind: 'rewriting',
    title: `headers of ${nameOf(definition)} become ${local}`,
    at,
    texts,
    ...together(options.announcements),
    ...(notes.length === 0 ? {} : { notes }),
  };
}

/**
 * What goes of the middleware, in the file that it stands in.
 * @param shared another file that asks for it
 */
function removedFrom(repository: Revised, module: PythonModule, own: HandWritten, work: Pruned, shared: string | undefined): Left {
  const { holder, definition, by } = own;
  if (holder !== module) return work.idle ? leftBehind(repository, own, shared) : changedBehind(repository, holder, takeOut(holder, work));
  return { edits: !work.idle ? takeOut(holder, work) : by === 'decorated' ? [] : [removeDefinition(holder, definition)], notes: [] };
}

function nameOf(definition: SyntaxNode): string {
  return definition.childForFieldName('name')?.text ?? 'a middleware';
}

function registrationOf({ by, owner }: HandWritten, args: readonly string[], style: PythonStyle, indent: string): string {
  const [name = '', ...options] = args;
  if (by === 'listed') return spelledCall('Middleware', args, style, indent);
  return by === 'wrapped' ? spelledCall(name, [owner, ...options], style, indent, `${owner} = `) : spelledCall(`${owner}.add_middleware`, args, style, indent);
}

/** The new registration in the place of the old one; around it, where the function goes on doing something else. */
function registered(module: PythonModule, { registration, by }: HandWritten, { idle }: Pruned, written: string, { newline }: PythonStyle): TextEdit {
  const { file } = module;
  const { startIndex: start, endIndex: end } = registration;
  if (idle) return { file, start, end, text: written };
  const indent = /^[ \t]*/.exec(module.source.text.slice(lineOf(module.source.text, start).start))![0];
  // What is added later lies around what was there; in a list the first is the outermost.
  if (by === 'listed') return { file, start, end: start, text: `${written},${newline}${indent}` };
  return { file, start: end, end, text: `${by === 'decorated' ? (indent === '' ? `${newline}${newline}` : newline) : ''}${newline}${indent}${written}` };
}

/** Headers of answers to preflights and to errors, which what lies around them sends. */
function sent(module: PythonModule, { definition, isPreflight }: Sender): readonly TextEdit[] {
  const work = pruned(module, definition);
  if (work.obstacles.length > 0) return [];
  return isPreflight ? [removeDefinition(module, definition)] : takeOut(module, work);
}
