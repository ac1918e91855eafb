import type { Annotated, Field } from '../../middleware/ingress/annotations.js';
import { EmbeddedText, moved, pieceOf, type Piece } from '../../middleware/ingress/embedded-text.js';
import { notesOf } from '../../middleware/nginx/notes.js';
import { ServerProgram } from '../../middleware/nginx/program.js';
import { configurationOf } from '../../middleware/nginx/whole.js';
import { edited } from '../../middleware/nginx/write.js';
import { whenAll, type Gap, type Guard, type Policy, type Probe } from '../../policy/program.js';
import { parseNginx, type NginxFile } from '../../syntax/nginx/index.js';
import type { YamlInProject } from '../../syntax/yaml/index.js';
import type { TextEdit } from '../../text/edit.js';
import { SourceText } from '../../text/source-text.js';
import { contains, type Span } from '../../text/span.js';
import { decline, type Change, type Declined } from '../reader.js';
import { ADDED } from './annotations.js';
import { corsText } from './cors-text.js';
import { NEWEST } from './origins.js';
import { controllerVersion } from './version.js';

/** Names of the texts that stand beside all servers, in a server and in each of its locations: ingress-nginx's, and those of NGINX Inc.'s controller. */
const IN_HTTP = ['http-snippet', 'http-snippets'];
const IN_SERVER = ['server-snippet', 'server-snippets'];
const IN_LOCATION = ['configuration-snippet', 'location-snippet', 'location-snippets'];

/** Words that make a text one about CORS: on its own, and beside the controller's headers. */
const CONCERNS = /access[-_]control[-_]/i;
const CONCERNS_BESIDE = /access[-_]control[-_]|\bvary\b|\bcors\b|http_origin|\breturn\b/i;

/** The snippets of annotations that have a word about CORS. */
export function snippetsIn({ fields }: Annotated): readonly (readonly [name: string, field: Field])[] {
  const concerns = fields.has('enable-cors') ? CONCERNS_BESIDE : CONCERNS;
  return [...fields].filter(([name, { value }]) => (name.startsWith(ADDED) && CONCERNS.test(name)) || ([...IN_HTTP, ...IN_SERVER, ...IN_LOCATION].includes(name) && (value.kind !== 'string' || concerns.test(value.value))));
}

interface Server {
  readonly embedded: EmbeddedText;
  readonly unit: NginxFile;
  readonly problems: readonly { readonly at: Span; readonly message: string }[];
}

/**
 * The part of the controller's nginx.conf that is about CORS: the server with its snippets, and one location for all
 * paths with what the controller writes for `enable-cors`, the snippets, and the upstream. Undefined where a text or the
 * controller's own lines are not known before the configuration is made.
 */
function serverOf(annotated: Annotated, file: YamlInProject, cors: Guard, at: Span): Server | undefined {
  const own = cors.g === 'never' ? [] : cors.g === 'always' ? corsText(annotated, at, controllerVersion(file) ?? NEWEST) : undefined;
  const texts = (names: readonly string[]): readonly Piece[] | undefined => {
    const found: Piece[] = [];
    for (const name of names) {
      const value = annotated.fields.get(name)?.value;
      if (value === undefined) continue;
      if (value.kind !== 'string') return undefined;
      found.push(pieceOf(annotated.file, value), around('\n', at));
    }
    return found;
  };
  const added = [...annotated.fields].flatMap(([name, { value, at: place }]): readonly (Piece | undefined)[] => {
    if (!name.startsWith(ADDED)) return [];
    return value.kind === 'string' && !/["$\\\n]/.test(value.value) ? [{ text: `more_set_headers "${name.slice(ADDED.length)}: ${value.value}";\n`, at: place, verbatim: false }] : [undefined];
  });
  const [inHttp, inServer, inLocation] = [texts(IN_HTTP), texts(IN_SERVER), texts(IN_LOCATION)];
  if (own === undefined || inHttp === undefined || inServer === undefined || inLocation === undefined || added.includes(undefined)) return undefined;
  const embedded = new EmbeddedText([...inHttp, ...added.flatMap((piece) => piece ?? []), around('server {\n', at), ...inServer, around('location / {\n', at), ...own, ...inLocation, around('proxy_pass http://upstream_balancer;\n}\n}\n', at)]);
  const { unit, problems } = parseNginx(new SourceText(file.file, embedded.text), NO_FILES);
  return { embedded, unit, problems };
}

/** The controller's own files are nowhere in view. */
const NO_FILES = { read: () => undefined, exists: () => false, list: () => [], search: () => [] };

function around(text: string, at: Span): Piece {
  return { text, at, verbatim: false };
}

export interface Place {
  readonly hosts: Guard;
  readonly probes: readonly Probe[];
}

/** What the snippets and, where it is on, the controller's own CORS do together; or why that is not known. */
export function snippetPolicy(annotated: Annotated, file: YamlInProject, cors: Guard, snippet: readonly [name: string, field: Field], { hosts, probes }: Place): Pick<Policy, 'at' | 'steps' | 'notes'> | Gap {
  const [name, { at }] = snippet;
  const server = serverOf(annotated, file, cors, at);
  if (server === undefined) return { at, reason: 'template-syntax', message: `the nginx text in \`${name}\` was not read: it, or what stands beside it, is put together when the configuration is made` };
  const { embedded, unit, problems } = server;
  const [problem] = problems;
  if (problem !== undefined) return { at: embedded.placeOf(problem.at), reason: 'parse-error', message: `nginx refuses the text in \`${name}\`: ${problem.message}` };
  const { servers, expander } = configurationOf(unit);
  const level = servers.at(-1)!.level;
  const program = new ServerProgram(level, expander);
  const [unseen] = program.gaps;
  if (unseen !== undefined) return { ...unseen, at: embedded.placeOf(unseen.at) };
  // What lies behind is not named: the balancer finds it.
  const steps = program.steps.map((step) => ({ ...step, when: whenAll(hosts, step.when), ...(step.end?.to === 'upstream' ? { end: { to: 'behind' as const, program: true as const, ...(step.end.status === undefined ? {} : { status: step.end.status }) } } : {}) }));
  return { at, ...embedded.placed({ steps, notes: notesOf(level, program.locations, probes, level.head?.at ?? at) }) };
}

/** Spells a change inside a snippet, where it stands sign by sign in the file. */
export function snippetEdit(annotated: Annotated, file: YamlInProject, cors: Guard, change: Change): readonly TextEdit[] | Declined | undefined {
  const snippet = [...annotated.fields].find(([, field]) => contains(field.at, change.at));
  if (snippet === undefined || !snippetsIn(annotated).some(([name]) => name === snippet[0])) return undefined;
  const server = serverOf(annotated, file, cors, snippet[1].at);
  const part = server?.embedded.partAt(change.at);
  if (server === undefined || part === undefined) return decline('the text does not stand in the file as nginx gets it');
  const edits = edited(server.unit, moved(change, (span) => server.embedded.partAt(span) ?? span));
  if ('declined' in edits) return edits;
  const back = server.embedded.editsOf(edits);
  const quoted = snippet[1].value.kind === 'string' && !file.source.text.slice(snippet[1].value.at.start, snippet[1].value.at.end).startsWith('|');
  return back === undefined || (quoted && back.some(({ text }) => /["'\\\n]/.test(text))) ? decline('the text does not stand in the file as nginx gets it') : back;
}
