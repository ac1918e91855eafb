import type { Revised } from '../engine.js';
import type { Policy } from '../policy/program.js';
import { PythonModule } from '../syntax/python/index.js';
import type { SyntaxNode } from '../syntax/tree-sitter.js';
import type { TextEdit } from '../text/edit.js';
import { textsWith } from '../text/files.js';
import { refuse, type Codemod, type Proposed } from './codemod.js';
import { together } from './python/announcing.js';
import { contains, helpersOf, namesCors, pruned, type Pruned } from './python/cors-code.js';
import { middlewareOptions } from './python/cors-middleware.js';
import { changeImports } from './python/imports.js';
import { lineOf } from './python/lines.js';
import { isShared, middlewareIn, sendersIn, type HandWritten, type Sender } from './python/starlette-middleware.js';
import { spelledCall, styleOf, type PythonStyle } from './python/style.js';
import { saidEverywhere } from './python/places.js';
import { removeDefinition, removeUnused, takeOut, wholeOf } from './python/taking-out.js';

/** Where the class is imported from: FastAPI hands out Starlette's. */
const HOMES = { fastapi: 'fastapi.middleware.cors', starlette: 'starlette.middleware.cors' } as const;

/** Headers that middleware of FastAPI and Starlette writes by hand become options of `CORSMiddleware`, in the place of that middleware. */
const codemod: Codemod = {
  *propose(repository) {
    const seen = new Set<string>();
    for (const policy of repository.policies) {
      if (policy.reader !== 'starlette' || seen.has(policy.at.file)) continue;
      const module = repository.unit('python', policy.at.file);
      if (!(module instanceof PythonModule)) continue;
      const [own, ...others] = middlewareIn(module).filter(({ definition }) => namesCors(module, definition) || helpersOf(module, definition).length > 0);
      if (own === undefined) {
        yield* elsewhere(module, policy);
        continue;
      }
      seen.add(policy.at.file);
      yield proposalFor(repository, module, policy, [own, ...others]);
    }
  },
};

export default codemod;

function proposalFor(repository: Revised, module: PythonModule, policy: Policy, [own, ...others]: readonly [HandWritten, ...HandWritten[]]): Proposed {
  const { definition, registration } = own;
  const at = module.span(registration);
  if (others.length > 0) return refuse(at, 'several middlewares write headers of CORS: which of them has the last word cannot be said by one');
  if (policy.title === 'CORSMiddleware') return refuse(at, 'CORSMiddleware is there as well: what each of them does cannot be told apart');
  const work = pruned(module, own.body);
  const [obstacle] = work.obstacles;
  if (obstacle !== undefined) return refuse(module.span(obstacle.node), obstacle.why);
  if (work.idle && own.by !== 'decorated' && isShared(module, own)) return refuse(at, `${nameOf(definition)} is used elsewhere, too`);
  if (!work.idle && own.by === 'wrapped') return refuse(at, `${nameOf(definition)} does something else, too`);
  const { stated, probes } = saidEverywhere(repository, policy, [definition, ...helpersOf(module, definition)].map((one) => module.span(one)));
  if (typeof stated === 'string') return refuse(at, stated);
  const style = styleOf(module);
  const place = lineOf(module.source.text, registration.startIndex).start;
  const gone = [module.span(wholeOf(definition)), at];
  const options = middlewareOptions(stated, { module, from: namesCors(module, definition) ? definition : (helpersOf(module, definition)[0] ?? definition), to: place, gone, style }, probes);
  if (typeof options === 'string') return refuse(at, options);
  const home = HOMES[/\bfastapi\b/.test(module.source.text) ? 'fastapi' : 'starlette'];
  const { local, edits: imports } = changeImports(module, home, 'CORSMiddleware', (name) => {
    const written = registrationOf(own, [name, ...options.args], style, /^[ \t]*/.exec(module.source.text.slice(place))![0]);
    const changed = [...registered(module, own, work, written, style), ...sendersIn(module).filter((one) => !contains(definition, one.definition)).flatMap((one) => sent(module, one))];
    return { written, edits: [...changed, ...removeUnused(module, changed, repository.files, repository.paths)] };
  });
  const notes = [...options.notes, ...(work.idle ? [] : [`preflights no longer come to ${nameOf(definition)}: CORSMiddleware answers them`])];
  const texts = textsWith(repository.files, imports);
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

/** A class that another file has: what else asks for it is not looked at. */
function* elsewhere(module: PythonModule, policy: Policy): Generator<Proposed> {
  for (const { node, callee, positional } of module.calls()) {
    const [first] = positional;
    const home = first?.type === 'identifier' && /(?:^|\.)(?:add_middleware|Middleware)$/.test(callee) ? module.definitionOf(first.text) : undefined;
    const definition = home?.module.definition('class_definition', home.name);
    const isOwn = home !== undefined && definition !== undefined && policy.steps.some(({ effects }) => effects.some(({ at }) => at.file === home.module.file && definition.startIndex <= at.start && at.end <= definition.endIndex));
    if (isOwn && namesCors(home.module, definition)) yield refuse(module.span(node), `the middleware stands in another file: ${home.module.file}`);
  }
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
function registered(module: PythonModule, { registration, definition, by }: HandWritten, work: Pruned, written: string, { newline }: PythonStyle): readonly TextEdit[] {
  const { file } = module;
  const { startIndex: start, endIndex: end } = registration;
  if (work.idle) return by === 'decorated' ? [{ file, start, end, text: written }] : [{ file, start, end, text: written }, removeDefinition(module, definition)];
  const indent = /^[ \t]*/.exec(module.source.text.slice(lineOf(module.source.text, start).start))![0];
  // What is added later lies around what was there; in a list the first is the outermost.
  if (by === 'listed') return [{ file, start, end: start, text: `${written},${newline}${indent}` }, ...takeOut(module, work)];
  return [{ file, start: end, end, text: `${by === 'decorated' ? `${newline}${newline}` : ''}${newline}${indent}${written}` }, ...takeOut(module, work)];
}

/** Headers of answers to preflights and to errors, which what lies around them sends. */
function sent(module: PythonModule, { definition, isPreflight }: Sender): readonly TextEdit[] {
  const work = pruned(module, definition);
  if (work.obstacles.length > 0) return [];
  return isPreflight ? [removeDefinition(module, definition)] : takeOut(module, work);
}
