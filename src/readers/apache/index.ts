/**
 * Apache httpd: `Header` with its two tables, `SetEnvIf`, `<If>`, mod_rewrite, `Require` and `ProxyPass`, one policy per
 * virtual host; and .htaccess, one policy per folder with those of the folders around it.
 *
 * Without `always` a header is kept from every answer that the server makes itself, a rewritten preflight among them;
 * with `always` it stands beside the one that an upstream sends. Most of what goes wrong with CORS is one of these two.
 */
import { lettingIn } from '../../middleware/client-networks.js';
import { reachedBy } from '../../middleware/listeners.js';
import { policyOrLayer } from '../../middleware/plain-layer.js';
import type { Change } from '../../policy/change.js';
import type { Policy } from '../../policy/program.js';
import { parseApache, type ApacheFile } from '../../syntax/apache/index.js';
import { folderOf } from '../../text/files.js';
import { SourceText } from '../../text/source-text.js';
import { defineReader, type Reading } from '../reader.js';
import { hostsOf, type Host } from './hosts.js';
import { probesOf } from './probes.js';
import { HostProgram } from './program.js';
import { edited } from './write.js';

export default defineReader<ApacheFile>({
  title: 'Apache httpd',
  language: 'apache',
  // No other server's configuration has lines that begin with this word and one of its actions.
  mayConcern: /^[ \t\ufeff]*header[\s\\]+["']?(?:(?:always|onsuccess)["']?[\s\\]+["']?)?(?:set|setifempty|add|append|merge|unset|edit\*?)["']?[\s\\]+["']?access-control-/im,
  layers: { paths: /\.(?:conf|vhost)(?:\.template|\.tmpl|\.tpl|\.dist|\.example|\.sample)?$|(?:^|\/)[._]?htaccess(?:[._-][^/]*)?$|(?:^|\/)sites-(?:available|enabled)\/[^/]+$/i, text: /^[ \t]*(?:ProxyPass(?:Match)?[ \t]|RewriteRule[ \t].*\[(?:[^\]]*,)?P(?:roxy)?[,\]])/im },

  *read(file) {
    const root = wholeOf(file);
    yield* root.included.map((path): Reading => ({ kind: 'covers', file: path }));
    const hosts = hostsOf(root);
    const readings = hosts.slice(0, MAX_HOSTS).flatMap((host) => [...policyOf(host)]);
    yield* readings;
    if (readings.some(({ kind }) => kind === 'policy')) yield* unseen(root);
    if (hosts.length > MAX_HOSTS) yield { kind: 'gap', gap: { at: hosts[MAX_HOSTS]!.at, reason: 'budget', message: `more than ${MAX_HOSTS} virtual hosts in one file: the rest is not read` } };
  },

  write: (file, _policy, change) => {
    const source = sourceOf(file, change);
    return edited(source, source.file === file.source.file ? file.directives : parseApache(source, file.files).unit.directives, change);
  },
});

const MAX_HOSTS = 200;

/** Files that httpd and certbot bring: none of them sends a header of CORS. */
const HARMLESS = /(?:^|\/)(?:ports\.conf|(?:options-)?ssl[\w.-]*|(?:extra\/)?httpd-[\w-]+\.conf|proxy-html\.conf)$/;

/** A pattern may match nothing, and what it matches beside hosts is hosts. */
function* unseen({ missing }: ApacheFile): Generator<Reading> {
  for (const { text, file, start, end } of missing) {
    if (!HARMLESS.test(text) && !/[*?[]/.test(text)) yield { kind: 'gap', gap: { at: { file, start, end }, reason: 'import-not-resolved', message: `${text} is not in view: what it says is not read` } };
  }
}

const MAIN = ['httpd.conf', 'apache2.conf', 'conf/httpd.conf'];

/** The main file that includes this one, when it is in view in this folder or above; else this one. */
function wholeOf(file: ApacheFile): ApacheFile {
  if (file.perFolder || MAIN.some((name) => `/${file.source.file}`.endsWith(`/${name}`))) return file;
  for (let folder = folderOf(file.source.file), steps = 0; steps < 4; folder = folderOf(folder), steps += 1) {
    for (const name of MAIN) {
      const path = folder === '' ? name : `${folder}/${name}`;
      const text = path === file.source.file || !file.files.exists(path) ? undefined : file.files.read(path);
      const main = text === undefined ? undefined : parseApache(new SourceText(path, text), file.files).unit;
      if (main?.included.includes(file.source.file) === true) return main;
    }
    if (folder === '') break;
  }
  return file;
}

function* policyOf(host: Host): Generator<Reading> {
  const { sections, at } = host;
  const program = new HostProgram(sections, at, host.byProgram);
  for (const gap of program.gaps) yield { kind: 'gap', gap };
  if (program.gaps.length > 0) return;
  const policy: Policy = {
    reader: 'apache',
    title: host.title,
    layer: 'proxy',
    at,
    steps: lettingIn(program.steps),
    behind: { options: null },
    probes: probesOf(program.rules, program.steps, host, at),
    survivesUncaught: true,
    listens: host.listens,
    version: 'Apache httpd 2.4',
    evidence: { handWritten: true, canAddVary: true, readsCookies: 'unknown', noStore: false, ...reachedBy(host.listeners) },
    notes: [],
  };
  yield* policyOrLayer(policy, program.rules.some(({ line }) => line.name.toLowerCase().startsWith('access-control-') && line.action !== 'unset'));
}

/** The file in which a change is to be made. */
function sourceOf(file: ApacheFile, change: Change): SourceText {
  return change.at.file === file.source.file ? file.source : new SourceText(change.at.file, file.files.read(change.at.file) ?? '');
}
