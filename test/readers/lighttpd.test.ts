import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import lighttpd from '../../src/readers/lighttpd/index.js';
import { PRESENT } from '../../src/origins/origin-set.js';
import { evaluate, type Deployment, type HttpRequest } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import type { Reading } from '../../src/readers/reader.js';
import language from '../../src/syntax/lighttpd/index.js';
import { applyEdits } from '../../src/text/edit.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { differences, observed } from '../support/observed.js';
import { always, echo, place, policy, set, step } from '../support/policy.js';

const rows = observed('nginx').filter(({ framework }) => framework.startsWith('lt-'));

/** The upstream of the recordings, on port 18090: answers by path. */
const upstream: Policy = policy({
  steps: [
    step({ g: 'path', in: { s: 'contains', text: '/star', subject: 'origin', ignoreCase: false, at: place() } }, set('ACAO', '*')),
    step({ g: 'and', of: [{ g: 'path', in: { s: 'contains', text: '/reflect', subject: 'origin', ignoreCase: false, at: place() } }, { g: 'origin', in: PRESENT }] }, set('ACAO', echo())),
    { ...step({ g: 'path', in: { s: 'suffix', text: '/status/404', subject: 'origin', ignoreCase: false, at: place() } }), end: { to: 'answer', status: 404 } },
    always(),
  ],
  options: 200,
});

function readingsOf(text: string, files: Readonly<Record<string, string>> = {}, path = 'lighttpd.conf'): readonly Reading[] {
  const { unit, problems } = language.parse(new SourceText(path, text), filesFrom({ [path]: text, ...files }));
  expect(problems).toEqual([]);
  return unit === undefined ? [] : [...lighttpd.read(unit)];
}

function policiesOf(text: string, files: Readonly<Record<string, string>> = {}): readonly Policy[] {
  return readingsOf(text, files).flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []));
}

function gapsOf(text: string, files: Readonly<Record<string, string>> = {}): readonly string[] {
  return readingsOf(text, files).flatMap((reading) => (reading.kind === 'gap' ? [reading.gap.message] : []));
}

/** What a browser's request from one origin gets: the status and the CORS headers, for every case that is open. */
function answers(deployment: Policy, method = 'GET', path = '/', headers: HttpRequest['headers'] = [['origin', 'https://app.example.com']]): readonly string[] {
  return evaluate({ policy: deployment, inner: [] }, { method, path, headers }).map(({ response }) => [String(response.status), ...response.headers.map(({ name, text }) => `${name}: ${text}`)].join(' | '));
}

const ACAO = '"Access-Control-Allow-Origin" => "*"';
const ALLOWED = 'access-control-allow-origin: *';

describe('recorded answers', () => {
  test('every row is predicted', () => {
    const wrong = rows.flatMap((row) => {
      const [found] = policiesOf(row.config!);
      const deployment: Deployment = { policy: found!, inner: [{ host: '127.0.0.1', port: 18090, deployment: { policy: upstream, inner: [] } }] };
      // Whether a file is there, the disk says.
      const told = differences(deployment, row, row.request!.path.startsWith('/missing') || row.response.status === 404 ? { scenario: { status: row.response.status } } : {});
      return told.length === 0 ? [] : [`${row.framework} ${row.request!.method} ${row.request!.path}: ${told.join('; ')}`];
    });
    expect(wrong).toEqual([]);
    expect(rows.length).toBe(36);
  });
});

describe('which list of headers counts', () => {
  test.each([
    ['a block’s list replaces the outer one', `setenv.add-response-header = ( ${ACAO} )\n$HTTP["url"] =^ "/a" { setenv.add-response-header = ( "X" => "y" ) }\n`, '/a', '200'],
    ['`+=` extends it', `setenv.add-response-header = ( ${ACAO} )\n$HTTP["url"] =^ "/a" { setenv.add-response-header += ( "Vary" => "Origin" ) }\n`, '/a', `200 | ${ALLOWED} | vary: Origin`],
    ['`+=` takes what stands before it, not what comes', `$HTTP["url"] =^ "/a" { setenv.add-response-header += ( "Vary" => "Origin" ) }\nsetenv.add-response-header = ( ${ACAO} )\n`, '/a', '200 | vary: Origin'],
    ['the later block wins, wherever it is more special', `$HTTP["url"] =^ "/a/b" { setenv.add-response-header = ( ${ACAO} ) }\n$HTTP["url"] =^ "/a" { setenv.add-response-header = ( "Vary" => "Origin" ) }\n`, '/a/b', '200 | vary: Origin'],
    ['lists of the added and of the set are two', `setenv.set-response-header = ( ${ACAO} )\n$HTTP["url"] =^ "/a" { setenv.add-response-header = ( "Vary" => "Origin" ) }\n`, '/a', `200 | vary: Origin | ${ALLOWED}`],
    ['a block that is opened again is the same block', `$HTTP["url"] =~ "^/a" { setenv.add-response-header = ( "Vary" => "Origin" ) }\n$HTTP["url"] =^ "/A" { setenv.add-response-header += ( ${ACAO} ) }\n`, '/a', `200 | vary: Origin | ${ALLOWED}`],
    ['an else without a condition', `$HTTP["url"] == "/b" { setenv.add-response-header = ( "Vary" => "Origin" ) }\nelse { setenv.add-response-header = ( ${ACAO} ) }\n`, '/a', `200 | ${ALLOWED}`],
    ['a brace on a line of its own', `$HTTP["url"] == "/a"\n{\n  setenv.add-response-header = ( ${ACAO} )\n}\n`, '/a', `200 | ${ALLOWED}`],
    ['an else whose condition is on the next line holds for all', `$HTTP["url"] == "/b" { server.tag = "b" }\nelse\n$HTTP["url"] == "/c"\n{ setenv.add-response-header = ( ${ACAO} ) }\n`, '/a', `200 | ${ALLOWED}`],
    ['variables, and texts put together', `origin = "https://" + "app.example.com"\nvar.list = ( "Access-Control-Allow-Origin" => origin )\nsetenv.add-response-header = var.list + ( "Vary" => "Origin" )\n`, '/a', '200 | access-control-allow-origin: https://app.example.com | vary: Origin'],
    ['the global block within a condition', `$HTTP["url"] == "/b" { global { setenv.add-response-header = ( ${ACAO} ) } }\n`, '/a', `200 | ${ALLOWED}`],
  ])('%s', (_name, text, path, expected) => {
    const [found] = policiesOf(`server.document-root = "/srv"\n${text}`);
    expect(answers(found!, 'GET', path)).toEqual([expected]);
  });
});

describe('conditions', () => {
  const holds = (condition: string, headers: HttpRequest['headers'], method = 'GET', path = '/'): boolean => {
    const [found] = policiesOf(`server.document-root = "/srv"\n${condition} { setenv.add-response-header = ( ${ACAO} ) }\n`);
    return found !== undefined && answers(found, method, path, headers)[0]!.includes(ALLOWED);
  };
  const app: HttpRequest['headers'] = [['origin', 'https://app.example.com']];

  test.each([
    ['an absent header is the empty text', '$REQUEST_HEADER["Origin"] == ""', [], true],
    ['and not any other one', '$REQUEST_HEADER["Origin"] == ""', app, false],
    ['a pattern that matches nothing matches it', '$REQUEST_HEADER["Origin"] =~ "^(?:https://app.*)?$"', [], true],
    ['so does another text', '$REQUEST_HEADER["Origin"] != "https://app.example.com"', [], true],
    ['and what a pattern does not match', '$REQUEST_HEADER["Origin"] !~ "app"', [], true],
    ['the empty start', '$REQUEST_HEADER["Origin"] =^ ""', [], true],
    ['a start', '$REQUEST_HEADER["Origin"] =^ "https://app."', app, true],
    ['an end', '$REQUEST_HEADER["origin"] =$ ".example.com"', app, true],
    ['case counts', '$REQUEST_HEADER["Origin"] == "https://APP.example.com"', app, false],
    ['a pattern is tried anywhere', '$REQUEST_HEADER["Origin"] =~ "example"', app, true],
    ['the host without its port', '$HTTP["host"] == "api.example.com"', [['host', 'api.example.com:8080']], true],
    ['and with a port in the text', '$HTTP["host"] == "api.example.com:8080"', [['host', 'api.example.com']], true],
    ['a header by its short name', '$HTTP["useragent"] =~ "curl"', [['user-agent', 'curl/8']], true],
    ['a quote in a text', '$REQUEST_HEADER["X"] == "a\\"b"', [['x', 'a"b']], true],
  ] as const)('%s', (_name, condition, headers, expected) => {
    expect(holds(condition, headers)).toBe(expected);
  });

  test('methods', () => {
    expect(['GET', 'OPTIONS'].map((method) => holds('$HTTP["request-method"] == "OPTIONS"', [], method))).toEqual([false, true]);
    expect(['GET', 'OPTIONS', 'PUT'].map((method) => holds('$HTTP["request-method"] !~ "^(?:OPTIONS|PUT)$"', [], method))).toEqual([true, false, false]);
  });
});

describe('modules', () => {
  const config = (modules: string): string => `server.document-root = "/srv"\nserver.modules = ( ${modules} )\nsetenv.add-response-header = ( ${ACAO} )\nurl.redirect = ( "^/old" => "/new" )\nurl.access-deny = ( ".inc" )\n`;

  test('one that answers before mod_setenv is asked sends no headers', () => {
    const [before] = policiesOf(config('"mod_redirect", "mod_setenv", "mod_access"'));
    expect(answers(before!, 'GET', '/old')).toEqual(['301']);
    expect(answers(before!, 'GET', '/x.inc')).toEqual([`403 | ${ALLOWED}`]);
    const [after] = policiesOf(config('"mod_setenv", "mod_redirect"'));
    expect(answers(after!, 'GET', '/old')).toEqual([`301 | ${ALLOWED}`]);
    // mod_access is not there.
    expect(answers(after!, 'GET', '/x.inc')).toEqual([`200 | ${ALLOWED}`]);
  });

  test('an empty target is no redirect, and later patterns are not asked then', () => {
    const [found] = policiesOf(config('"mod_setenv", "mod_redirect"').replace('( "^/old" => "/new" )', '( "^/old/keep" => "", "^/old" => "/new" )'));
    expect(['/old/keep', '/old/x'].map((path) => answers(found!, 'GET', path)[0])).toEqual([`200 | ${ALLOWED}`, `301 | ${ALLOWED}`]);
  });

  test('the code of redirects, and paths that are asked for a password', () => {
    const [found] = policiesOf(`${config('"mod_setenv", "mod_redirect", "mod_auth"')}$HTTP["host"] == "a.example" { url.redirect-code = 307 }\nauth.require = ( "/in" => ( "method" => "basic" ) )\n`);
    expect([answers(found!, 'GET', '/old', [['host', 'a.example']]), answers(found!, 'GET', '/old'), answers(found!, 'OPTIONS', '/in/x'), answers(found!, 'GET', '/in', [['authorization', 'Basic x']])]).toEqual([[`307 | ${ALLOWED}`], [`301 | ${ALLOWED}`], [`401 | ${ALLOWED}`], [`200 | ${ALLOWED}`]]);
  });

  test('without mod_setenv nothing is sent, and that is said', () => {
    expect(policiesOf(config('"mod_redirect"'))).toEqual([]);
    expect(gapsOf(config('"mod_redirect"'))).toEqual(['mod_setenv is not in server.modules: lighttpd passes over these headers']);
  });

  test('in a part of a configuration it is taken to be there', () => {
    expect(policiesOf(`setenv.add-response-header = ( ${ACAO} )\n`)).toHaveLength(1);
    const [part] = policiesOf(`server.modules += ( "mod_setenv" )\nsetenv.add-response-header = ( ${ACAO} )\nproxy.server = ( "/api" => ( ( "host" => "127.0.0.1", "port" => 3000 ) ) )\n`);
    expect(part!.steps.some(({ end }) => end?.to === 'upstream')).toBe(true);
  });
});

describe('sockets', () => {
  const text = `server.document-root = "/srv"\nserver.port = 80\n$HTTP["scheme"] == "http" { url.redirect = ( "" => "https://x.example" ) }\n$SERVER["socket"] == ":443" {\n  ssl.engine = "enable"\n  setenv.add-response-header = ( ${ACAO} )\n}\n`;

  test('each address has its own policy; what stands below another address is not in it', () => {
    const found = policiesOf(text);
    expect(found.map(({ listens }) => listens)).toEqual([[443]]);
    expect(answers(found[0]!)).toEqual([`200 | ${ALLOWED}`]);
    expect(policiesOf(text.replace('":443" {', '":80" {')).map(({ listens }) => listens)).toEqual([[80]]);
  });
});

describe('what is not known', () => {
  test.each([
    ['the address of the client', `$HTTP["remote-ip"] == "10.0.0.0/8" { setenv.add-response-header = ( ${ACAO} ) }`, ['200', `200 | ${ALLOWED}`]],
    ['the query', `$HTTP["query-string"] =~ "x" { setenv.add-response-header = ( ${ACAO} ) }`, ['200', `200 | ${ALLOWED}`]],
    ['a path that is rewritten', `url.rewrite-once = ( "^/(.*)" => "/x/$1" )\n$HTTP["url"] =^ "/x/" { setenv.add-response-header = ( ${ACAO} ) }`, ['200', `200 | ${ALLOWED}`]],
    ['a text from the environment', 'setenv.add-response-header = ( "Access-Control-Allow-Origin" => env.ORIGIN )', ['200 | access-control-allow-origin: null']],
  ])('%s', (_name, text, expected) => {
    const [found] = policiesOf(`server.document-root = "/srv"\n${text}\n`);
    expect([...answers(found!)].sort()).toEqual([...expected].sort());
  });

  test('a file that is not in view, a command and a script are gaps', () => {
    expect(gapsOf(`server.document-root = "/srv"\nsetenv.add-response-header = ( ${ACAO} )\ninclude "more.conf"\ninclude "none/*.conf"\ninclude_shell "/usr/share/lighttpd/create-mime.conf.pl"\ninclude_shell "echo"\nmagnet.attract-response-start-to = ( "/a.lua" )\n`)).toEqual([
      'the included file more.conf is not in view',
      'what the command echo prints is not known',
      'a Lua script may change the response here',
    ]);
  });

  test('a variable of another file is a gap', () => {
    expect(gapsOf(`setenv.add-response-header = var.more + ( ${ACAO} )\n`)).toEqual(['the variable var.more is not set in view']);
    expect(gapsOf('setenv.add-response-header = var.more\n')).toEqual([]);
  });

  test('an error handler is a gap', () => {
    expect(gapsOf(`server.document-root = "/srv"\nsetenv.add-response-header = ( ${ACAO} )\nserver.error-handler = "/e"\n`)).toEqual(['errors are answered by another path here, with the headers of that one']);
  });

  test.each([
    ['by its text', 'lighttpd.conf', '{% if port %}\nserver.port = 80\n'],
    ['by its name', 'lighttpd.conf.in', 'server.port = %PORT%\n'],
  ])('a template, known %s, is a gap and no problem', (_name, path, line) => {
    const text = `setenv.add-response-header = ( ${ACAO} )\n${line}`;
    expect(readingsOf(text, {}, path).flatMap((reading) => (reading.kind === 'gap' ? [reading.gap.message] : []))).toEqual(['this is a template; it was read up to here']);
    expect(language.parse(new SourceText('lighttpd.conf', text.replace(/\{%|%\}|%/g, '§')), filesFrom({})).problems).toHaveLength(1);
  });

  test('more blocks than are followed are a gap', () => {
    const blocks = Array.from({ length: 120 }, (_unused, index) => `$HTTP["url"] == "/${index}" { setenv.add-response-header = ( ${ACAO} ) }\n`).join('');
    expect(gapsOf(`server.document-root = "/srv"\n${blocks}`)).toEqual(['setenv.add-response-header stands in more blocks, or in deeper ones, than are followed']);
  });
});

describe('includes', () => {
  const files = { 'lighttpd.conf': 'server.document-root = "/srv"\ninclude "conf.d/*.conf"\n', 'conf.d/a.conf': `var.cors = ( ${ACAO} )\n`, 'conf.d/b.conf': 'setenv.add-response-header = cors\n' };
  const told = (path: keyof typeof files): readonly string[] => readingsOf(files[path], files, path).map((reading) => (reading.kind === 'policy' ? `policy at ${reading.policy.at.file}` : reading.kind === 'covers' ? `covers ${reading.file}` : reading.kind === 'gap' ? reading.gap.message : reading.kind));

  test('a pattern in byte order, in one configuration', () => {
    expect(told('lighttpd.conf')).toEqual(['covers conf.d/a.conf', 'covers conf.d/b.conf', 'policy at lighttpd.conf']);
  });

  test('a part is read in the main file that includes it', () => {
    expect(readingsOf(files['conf.d/a.conf'], files, 'conf.d/a.conf').map(({ kind }) => kind)).toEqual(['covers', 'covers', 'policy']);
  });

  test('places are those of the file that they stand in', () => {
    const [found] = policiesOf(files['lighttpd.conf'], files);
    expect(found!.steps.flatMap(({ effects }) => effects)[0]!.at).toEqual({ file: 'conf.d/a.conf', start: 13, end: 13 + ACAO.length });
  });

  test('an absolute path below /etc/lighttpd is beside the main file', () => {
    const main = 'server.document-root = "/srv"\ninclude "/etc/lighttpd/conf.d/{b,a}.conf"\n';
    const parts = { 'conf.d/a.conf': files['conf.d/b.conf'], 'conf.d/b.conf': files['conf.d/a.conf'] };
    expect(policiesOf(main, parts)).toHaveLength(1);
  });
});

describe('changes', () => {
  const write = (text: string, change: Parameters<typeof lighttpd.write>[2]): string => {
    const { unit } = language.parse(new SourceText('lighttpd.conf', text), filesFrom({}));
    const edits = lighttpd.write(unit!, policiesOf(text)[0]!, change);
    return 'declined' in edits ? edits.declined : applyEdits(text, edits);
  };
  const at = (text: string, part: string): { file: string; start: number; end: number } => ({ file: 'lighttpd.conf', start: text.indexOf(part), end: text.indexOf(part) + part.length });

  test('a header of the layer behind is replaced by setting instead of adding', () => {
    const only = `server.document-root = "/srv"\nsetenv.add-response-header = ( ${ACAO} )  # why\n`;
    expect(write(only, { kind: 'hide-inner-header', at: at(only, ACAO), header: 'Access-Control-Allow-Origin' })).toBe(`server.document-root = "/srv"\nsetenv.set-response-header = ( ${ACAO} )  # why\n`);
    const both = `server.document-root = "/srv"\nsetenv.add-response-header = ( "X" => "y", ${ACAO} )  # why\n`;
    expect(write(both, { kind: 'hide-inner-header', at: at(both, ACAO), header: 'Access-Control-Allow-Origin' })).toBe(`server.document-root = "/srv"\nsetenv.add-response-header = ( "X" => "y" )  # why\nsetenv.set-response-header += ( ${ACAO} )\n`);
  });

  test('entries of a list that a block would lose beside others are written out', () => {
    const text = `server.document-root = "/srv"\nsetenv.add-response-header = (\n    ${ACAO},\n    "X" => "y",\n)\n$HTTP["url"] =^ "/a" {\n    setenv.add-response-header = ( "X" => "z" )\n}\n`;
    const [note] = policiesOf(text)[0]!.notes;
    expect(write(text, { kind: 'repeat-headers', at: note!.at, from: note!.related })).toBe(text.replace('"X" => "z"', `"X" => "z", ${ACAO}`));
  });

  test('an origin among conditions is not taken out', () => {
    const text = `server.document-root = "/srv"\n$REQUEST_HEADER["Origin"] == "null" { setenv.add-response-header = ( ${ACAO} ) }\n`;
    expect(write(text, { kind: 'remove-entry', at: at(text, '"null"') })).toBe('no text of this configuration can be edited for remove-entry');
  });
});

describe('files of other servers', () => {
  test.each(readdirSync('fixtures/conf-kinds').filter((name) => name !== 'lighttpd.conf'))('%s is none of ours', (name) => {
    const text = readFileSync(`fixtures/conf-kinds/${name}`, 'utf8');
    expect(lighttpd.mayConcern.test(text)).toBe(false);
    expect(language.parse(new SourceText(name, text), filesFrom({}))).toEqual({ unit: undefined, problems: [] });
  });

  test('our own is read', () => {
    const text = readFileSync('fixtures/conf-kinds/lighttpd.conf', 'utf8');
    expect([lighttpd.mayConcern.test(text), policiesOf(text).length]).toEqual([true, 1]);
  });

  test.each([
    ['a list', `  setenv.add-response-header += ( ${ACAO} )\n`, true],
    ['a list in one line with its condition', `$HTTP["url"] == "/" { setenv.set-response-header = ( ${ACAO} ) }\n`, true],
    ['a main file that includes', 'server.modules = ( "mod_setenv" )\ninclude "cors.inc"\n', true],
    ['a variable that is a list', `var.cors = ( "X" => "y",\n  ${ACAO} )\n`, true],
    ['a list in a comment', `#setenv.add-response-header = ( ${ACAO} )\n`, false],
  ])('%s', (_name, text, concerned) => {
    expect(lighttpd.mayConcern.test(text)).toBe(concerned);
  });
});
