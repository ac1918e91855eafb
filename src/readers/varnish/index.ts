/**
 * Varnish: what a VCL program does to responses, from `vcl_recv` to `vcl_deliver`, with what Fastly and old releases
 * have in common with it.
 *
 * A response that Varnish makes itself (`return (synth(204))` for a preflight) never comes to `vcl_deliver`, so headers
 * written there are missing from it.
 */
import { lettingIn } from '../../middleware/client-networks.js';
import { policyOrLayer } from '../../middleware/plain-layer.js';
import type { Policy } from '../../policy/program.js';
import { parseVcl, type Statement, type Subroutine, type VclFile } from '../../syntax/vcl/index.js';
import { folderOf } from '../../text/files.js';
import { SourceText } from '../../text/source-text.js';
import type { Span } from '../../text/span.js';
import { defineReader, type Reading } from '../reader.js';
import { upstreamsOf } from './backends.js';
import { Execution } from './body.js';
import { Knowledge } from './knowledge.js';
import { Machine } from './machine.js';
import { probesOf } from './probes.js';
import { Steps } from './steps.js';
import { edited } from './write.js';

export default defineReader<VclFile>({
  title: 'Varnish',
  language: 'vcl',
  mayConcern: /access-control-/i,
  layers: { paths: /\.vcl(?:\.(?:template|tmpl|tpl|j2|erb|in|dist|sample))?$/, text: /^[ \t]*backend[ \t]+[\w-]+[ \t]*\{/m },

  *read(file) {
    const root = wholeOf(file);
    yield* [...new Set([...root.included, file.source.file])].filter((path) => path !== root.source.file).map((path): Reading => ({ kind: 'covers', file: path }));
    const at: Span = { file: root.source.file, start: 0, end: 0 };
    if (root.template !== undefined) {
      yield { kind: 'gap', gap: { at: root.template, reason: 'template-syntax', message: 'a template stands here: what it makes of this file is not in view' } };
      return;
    }
    const [loose] = root.loose;
    if (loose !== undefined) yield { kind: 'gap', gap: { at: loose.at, reason: 'unsupported-syntax', message: 'statements outside of any subroutine: where they are put is not in view' } };
    for (const sub of uncalled(root)) yield { kind: 'gap', gap: { at: sub.at, reason: 'import-not-resolved', message: `the subroutine \`${sub.name}\` is called by no file in view` } };
    const knowledge = new Knowledge(at, root.acls);
    const execution = new Execution(root.subs, knowledge);
    new Machine(root, execution, at).run();
    if (execution.exhausted !== undefined) yield { kind: 'gap', gap: { at: execution.exhausted, reason: 'budget', message: 'the program is too long to follow all of it' } };
    const steps = lettingIn(new Steps(knowledge, execution.happenings, upstreamsOf(root, knowledge, at)).all());
    const policy: Policy = {
      reader: 'varnish',
      title: 'Varnish',
      layer: 'proxy',
      at,
      steps,
      behind: { options: null },
      probes: probesOf(steps, at),
      survivesUncaught: true,
      listens: [],
      evidence: { handWritten: true, canAddVary: true, readsCookies: 'unknown', noStore: false },
      notes: [],
    };
    const isAboutCors = steps.some(({ effects }) => effects.some(({ header, op }) => header.startsWith('access-control-') && op !== 'remove'));
    yield* policyOrLayer(policy, isAboutCors);
    if (!isAboutCors) return;
    for (const place of root.missing) yield { kind: 'gap', gap: { at: place, reason: 'import-not-resolved', message: 'this file is not in view: what it says is not read' } };
  },

  write: (file, _policy, change) => edited(change.at.file === file.source.file ? file : (parseVcl(new SourceText(change.at.file, file.files.read(change.at.file) ?? ''), file.files).unit ?? file), change),
});

/** The program that includes this file, when it is in view in this folder or above; else this one. */
function wholeOf(file: VclFile): VclFile {
  if (file.version !== undefined && file.backends.length > 0) return file;
  const path = file.source.file;
  for (let folder = folderOf(path), steps = 0; steps < 4; folder = folderOf(folder), steps += 1) {
    for (const name of file.files.list(folder)) {
      const candidate = folder === '' ? name : `${folder}/${name}`;
      const text = !name.endsWith('.vcl') || candidate === path ? undefined : file.files.read(candidate);
      if (text === undefined || !/\binclude\b/.test(text)) continue;
      const main = parseVcl(new SourceText(candidate, text), file.files).unit;
      if (main?.included.includes(path) === true) return main;
    }
    if (folder === '') break;
  }
  return file;
}

/** Subroutines with headers of CORS that no other one calls. Varnish refuses them; those of a library are called elsewhere. */
function uncalled(file: VclFile): readonly Subroutine[] {
  const pending: Statement[] = file.subs.flatMap(({ body }) => body);
  const called = new Set<string>();
  const text = (sub: Subroutine): string => (sub.open.file === file.source.file ? file.source.text : (file.files.read(sub.open.file) ?? '')).slice(sub.open.start, sub.body.at(-1)?.at.end);
  for (let statement = pending.pop(); statement !== undefined; statement = pending.pop()) {
    if (statement.do === 'call') called.add(statement.name);
    if (statement.do === 'block') pending.push(...statement.body);
    if (statement.do === 'if') for (const branch of statement.branches) pending.push(...branch.body);
  }
  return file.subs.filter((sub) => !sub.name.startsWith('vcl_') && !called.has(sub.name) && /access-control-/i.test(text(sub)));
}
