/**
 * HAProxy: rules on responses in the order in which they run (those of the backend, then those of the frontend), what it
 * answers by itself, ACLs in all their ways of comparing, variables and captures; one policy per frontend.
 *
 * What HAProxy answers itself (`return`, `deny`, `auth`, `redirect`, 503) gets none of `http-response`'s headers, and the
 * request's headers are gone when the response comes: most of what goes wrong with CORS in HAProxy is one of these two.
 */
import { lettingIn } from '../../middleware/client-networks.js';
import { reachedBy, type Listener } from '../../middleware/listeners.js';
import { policyOrLayer } from '../../middleware/plain-layer.js';
import type { Policy } from '../../policy/program.js';
import type { HaproxyFile } from '../../syntax/haproxy/index.js';
import type { Span } from '../../text/span.js';
import { defineReader, type Reading } from '../reader.js';
import { writesCors } from './backends.js';
import { probesOf } from './probes.js';
import { FrontendProgram } from './program.js';
import { inView, proxiesOf, type ProxiesInView, type Proxy } from './proxies.js';
import { Scope } from './scope.js';
import { edited } from './write.js';

export default defineReader<HaproxyFile>({
  title: 'HAProxy',
  language: 'haproxy',
  // Other programs have files of this name; no other has sections of these names without a brace or a semicolon.
  mayConcern: /^(?=[\s\S]*(?:access-control-|lua\.cors))[\s\S]*(?:^|\n)[ \t]*(?:defaults|frontend|backend|listen)(?:[ \t]+[^\s;{}=]+)*[ \t]*(?:#[^\n]*)?(?:\r?\n|$)/i,
  layers: { paths: /\.cfg(?:\.(?:template|tmpl|tpl|j2|erb|ctmpl))?$|(?:^|\/)haproxy[^/]*\.conf(?:\.(?:template|tmpl|tpl|j2|erb|ctmpl))?$|(?:^|\/)haproxy(?:\.d)?\/[^/]+\.conf$/, text: /^[ \t]*(?:frontend|listen)[ \t]+[^\s;{}=]+[^;{}=\n]*$/m },

  *read(file) {
    for (const at of file.conditional) yield { kind: 'gap', gap: { at, reason: 'unsupported-syntax', message: 'what stands between .if and .endif is not read' } };
    const proxies = inView(proxiesOf(file));
    const fronts = proxies.all.filter(({ kind }) => kind !== 'backend');
    const asked = new Set([...file.source.text.matchAll(/\b(?:res\.f?hdr\w*|shdr\w*)\(\s*["']?([\w-]+)/gi)].map((match) => match[1]!.toLowerCase()));
    // A part of a configuration may have backends only.
    for (const front of fronts.length > 0 ? fronts : proxies.all.filter(writesCors)) yield* policyOf(front, proxies, asked, file);
  },

  write: (file, _policy, change) => edited(file, change),
});

function* policyOf(front: Proxy, proxies: ProxiesInView, asked: ReadonlySet<string>, file: HaproxyFile): Generator<Reading> {
  if (!front.isHttp) return;
  const { source, files } = file;
  const at: Span = front.section.head.at;
  const ports = front.binds.flatMap(({ words }) => portsIn(words[1]?.text ?? ''));
  const isTls = front.binds.some(({ words }) => words.some(({ text }) => text === 'ssl'));
  const program = new FrontendProgram(front, proxies, new Scope(files, source.file, isTls, ports, asked));
  if (program.tooLarge) {
    yield { kind: 'gap', gap: { at, reason: 'budget', message: 'too many rules to follow all of them' } };
    return;
  }
  for (const gap of program.gaps) yield { kind: 'gap', gap };
  if (program.gaps.length > 0 && !program.concerns) return;
  const policy: Policy = {
    reader: 'haproxy',
    title: `HAProxy ${front.kind}${front.name === '' ? '' : ` ${front.name}`}`,
    layer: 'proxy',
    at,
    steps: lettingIn(program.steps),
    behind: { options: null },
    probes: probesOf(program.steps, at),
    survivesUncaught: true,
    listens: ports,
    evidence: { handWritten: true, canAddVary: true, readsCookies: 'unknown', noStore: false, ...reachedBy(listenersOf(front)) },
    notes: [],
  };
  yield* policyOrLayer(policy, program.concerns);
}

function listenersOf({ binds }: Proxy): readonly Listener[] {
  return binds.flatMap(({ words, at }) => (words[1]?.text ?? '').split(',').map((address) => ({ address, tls: words.some(({ text }) => text === 'ssl'), at })));
}

/** Ports of a `bind` line's addresses: `*:80,[::]:8080`. */
function portsIn(text: string): readonly number[] {
  return text.split(',').flatMap((address) => {
    const port = /:(\d+)$/.exec(address)?.[1];
    return port === undefined ? [] : [Number(port)];
  });
}
