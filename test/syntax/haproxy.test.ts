import { describe, expect, test } from 'vitest';
import haproxy from '../../src/readers/haproxy/index.js';
import language, { formatOf, ruleOf, sampleAt, testOf, wordsOf, type Word } from '../../src/syntax/haproxy/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { soon } from '../support/soon.js';

const words = (text: string): readonly Word[] => wordsOf('haproxy.cfg', text, 0, text.length, ({ message }) => expect.fail(message));

describe('words are those that HAProxy 2.6 reads', () => {
  // Asked of the real one: each as the value of a header.
  test.each([
    ['a\\ b', ['a b']],
    ['a"b c"\'d e\'', ["ab cd e"]],
    ['"a\\"b\'c \\$HOME"', ['a"b\'c $HOME']],
    ["'a\"b ${HOME} %%'", ['a"b ${HOME} %%']],
    ["'a'\"'\"'b'", ["a'b"]],
    ['a\\#b', ['a#b']],
    ['a#b', ['a']],
    ['"a#b"', ['a#b']],
    ['\\x41\\q\\.\\d\\$', ['A\\q\\.\\d\\$']],
    ['"\\x41\\q\\."', ['A\\q\\.']],
    ["'\\x41\\\\'", ['\\x41\\\\']],
    ['\\\\z \\t', ['\\z', '\t']],
    ['${HOME} $HOME', ['${HOME}', '$HOME']],
    ['""', ['']],
    ['a\\', ['a\\']],
  ])('%s', (text, expected) => {
    expect(words(text).map((word) => word.text)).toEqual(expected);
  });

  test('variables stand inside double quotes only', () => {
    expect(words('"${A}b$C_1" \'${D}\' ${E} "${F-def}"').map(({ holes, text }) => holes.map(({ name, start, end }) => [name, text.slice(start, end)]))).toEqual([[['A', '${A}'], ['C_1', '$C_1']], [], [], [['F', '${F-def}']]]);
  });

  test('parts of a word stand where they are written', () => {
    const text = 'x "a\\"%[var(txn.o)]"';
    const [, word] = words(text);
    const from = word!.text.indexOf('var');
    const { start, end } = word!.place(from, from + 'var(txn.o)'.length);
    expect(text.slice(start, end)).toBe('var(txn.o)');
    const escaped = word!.place(1, 2);
    expect(text.slice(escaped.start, escaped.end)).toBe('\\"');
  });
});

describe('expressions', () => {
  test('a fetch with its converters', () => {
    const { sample } = sampleAt(words('req.hdr(origin,-1),field(1,\\,),map_str("a b",x)')[0]!, 0)!;
    expect([sample.fetch, ...sample.converters].map(({ name, args }) => [name, ...args.map(({ text }) => text)])).toEqual([['req.hdr', 'origin', '-1'], ['field', '1', ','], ['map_str', 'a b', 'x']]);
  });

  test('the pieces of a format', () => {
    const { pieces, errors } = formatOf(words("'a%%b%[src] %{+Q}[var(txn.o),lower]c%ci'")[0]!);
    expect(errors).toEqual([]);
    expect(pieces!.map((piece) => (piece.kind === 'text' ? piece.text : piece.kind === 'alias' ? `%${piece.name}` : `[${piece.sample.text}]`))).toEqual(['a%b', '[src]', ' ', '[var(txn.o),lower]', 'c', '%ci']);
  });

  test.each([
    ['req.hdr(origin) -i a b', 'str', ['a', 'b'], true],
    ['hdr_beg(origin) -i https://', 'beg', ['https://'], true],
    ['var(txn.o) -m reg ^a', 'reg', ['^a'], false],
    ['path_end .js', 'end', ['.js'], false],
    ['method OPTIONS', 'method', ['OPTIONS'], false],
    ['status 200:299', 'int', ['200:299'], false],
    ['src 10.0.0.0/8', 'ip', ['10.0.0.0/8'], false],
    ['req.hdr(origin),length 4', 'int', ['4'], false],
    ['ssl_fc', 'bool', [], false],
    ['hdr(origin) -m str -- -i', 'str', ['-i'], false],
  ] as const)('the test of %s', (text, match, patterns, ignoreCase) => {
    const found = testOf(words(text))!;
    expect({ match: found.match, patterns: found.patterns.map((word) => word.text), ignoreCase: found.ignoreCase }).toEqual({ match, patterns, ignoreCase });
  });

  test('alternatives of a condition, their negations and braces', () => {
    const text = 'http-response set-header A b unless a !b or { path -m beg /x } || !{ src 1.1.1.1 } ! c';
    const rule = ruleOf({ words: words(text), at: { file: 'haproxy.cfg', start: 0, end: text.length } })!;
    const term = ({ negated, name, anonymous }: { negated: boolean; name?: Word; anonymous?: readonly Word[] }): string => `${negated ? '!' : ''}${name?.text ?? `{${anonymous!.map((word) => word.text).join(' ')}}`}`;
    expect(rule.condition!.negated).toBe(true);
    expect(rule.condition!.alternatives.map((terms) => terms.map(term).join(' '))).toEqual(['a !b', '{path -m beg /x}', '!{src 1.1.1.1} !c']);
  });
});

const problemsOf = (text: string): string[] => language.parse(new SourceText('haproxy.cfg', text), filesFrom({})).problems.map(({ at, message }) => `${text.slice(at.start, at.end)}: ${message}`);
const inFrontend = (line: string): string => `frontend f\n    bind :80\n    ${line}\n`;

describe('what HAProxy refuses is one problem in its place', () => {
  test.each([
    ['a quote that stays open', inFrontend('http-response set-header A "b'), '": unmatched quote'],
    ['a dollar that names nothing', inFrontend('acl a hdr_reg(origin) "^https://a$"'), '$: forbidden first char in environment variable name'],
    ['a brace that stays open', inFrontend('http-response set-header A "${B"'), '$: unmatched brace in environment variable name'],
    ['a line before any section', 'http-response set-header A b\n', "http-response: unknown keyword 'http-response' out of section"],
    ['a section without its name', 'backend\n', "backend: 'backend' expects an <id> argument"],
    ['another rule set', inFrontend('http-reponse set-header A b'), "http-reponse: unknown keyword 'http-reponse' in 'frontend' section"],
    ['another action', inFrontend('http-response set-headers A b'), "set-headers: 'http-response' expects an action, but got 'set-headers'"],
    ['a value that is missing', inFrontend('http-response set-header A'), 'http-response set-header A: expects exactly 2 arguments'],
    ['an ACL that is not there', inFrontend('http-response set-header A b if cors'), "cors: no such ACL : 'cors'"],
    ['a word where a condition begins', inFrontend('http-response set-header A b c'), "c: 'http-response set-header' expects either 'if' or 'unless' followed by a condition but found 'c'"],
    ['braces that stay open', inFrontend('http-request deny if { path /a'), "{: missing closing '}' in condition"],
    ['an expression that stays open', inFrontend('http-response set-header A "%[var(txn.o)"'), "%[var(txn.o): missing ']' after 'var(txn.o)'"],
    ['the request in a response', inFrontend('http-after-response set-header A %[req.hdr(origin)]'), "req.hdr(origin): sample fetch <req.hdr(origin)> may not be reliably used here because it needs 'HTTP request headers' which is not available here"],
    ['the response in a request', inFrontend('http-request set-header A %[status]'), "status: sample fetch <status> may not be reliably used here because it needs 'HTTP response headers' which is not available here"],
    ['a variable without a scope', inFrontend('http-request set-var(o) req.hdr(origin)'), "set-var(o): invalid variable name 'o'. A variable name must be start by its scope. The scope can be 'proc', 'sess', 'txn', 'req', 'res' or 'check'"],
    ['rules in nameless defaults', 'defaults\n    http-response set-header A b\n', "http-response: 'http-response' not allowed in anonymous 'defaults' section"],
    ['the text of an empty answer', inFrontend('http-request return status 204 content-type text/plain string ok'), 'string: No body expected for 204 responses'],
    ['a branch that stays open', '.if defined(A)\nfrontend f\n', '.if defined(A): unmatched .if'],
  ])('%s', (_name, text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  test('a condition about CORS that can never hold, as HAProxy warns', () => {
    expect(problemsOf(inFrontend('http-response set-header Access-Control-Allow-Origin * if { req.hdr(origin) -m found }'))).toEqual(["req.hdr(origin): anonymous acl will never match because it uses 'req.hdr', which is not available in http-response rules"]);
    expect(problemsOf(inFrontend('acl cors hdr(origin) -m found\n    http-response add-header Vary Origin if cors'))).toEqual(["cors: acl 'cors' will never match because it uses 'hdr', which is not available in http-response rules"]);
    expect(problemsOf(inFrontend('http-response set-header X-Frame-Options DENY if { path /a }'))).toEqual([]);
  });

  test.each([
    ['other programs of the name', '[flake8]\nmax-line-length = 100\n'],
    ['a template', 'frontend f\n{% for name in names %}\n    http-response set-header A "{{ name }}\n{% endfor %}\n'],
  ])('%s gives none of a reader', (name, text) => {
    if (name === 'a template') expect(problemsOf(text)).toEqual([]);
    else expect(haproxy.mayConcern.test(`${text}# Access-Control-Allow-Origin\n`)).toBe(false);
  });

  test('keywords of every section and version that are not about rules are let through', () => {
    expect(problemsOf('global\n    tune.bufsize 16384\nring r\n    size 32764\nfrontend f\n    option http-buffer-request\n    filter compression\n    http-request silent-drop if { src 1.1.1.1 }\n    http-error status 404 content-type text/plain string x\n    http-request early-hint Link x\n')).toEqual([]);
  });
});

describe('any text', () => {
  const text = '\ufeff# 😀\r\nglobal\r\n  log "${LOG-local}" local0\r\ndefaults\r\n  mode http\r\nfrontend f from d\r\n  acl ok req.hdr(origin) -m reg -i \'^https://app\\.example\\.com$\'\r\n  http-request set-var(txn.o) req.hdr(origin) if ok || !{ method GET }\r\n  http-response set-header Access-Control-Allow-Origin "%[var(txn.o),lower]😀" if { var(txn.o) -m found }\r\n';

  test('every prefix is read without a throw, with places inside the text', () => {
    for (let length = 0; length <= text.length; length += 1) {
      const { unit, problems } = language.parse(new SourceText('haproxy.cfg', text.slice(0, length)), filesFrom({}));
      for (const { at } of problems) expect(at.start <= at.end && at.end <= length).toBe(true);
      for (const reading of haproxy.read(unit!)) {
        if (reading.kind !== 'policy') continue;
        for (const { at, effects } of reading.policy.steps) for (const one of [at, ...effects.map((effect) => effect.at)]) expect(one.start <= one.end && one.end <= length).toBe(true);
      }
    }
  });

  const many = (count: number, line: (index: number) => string): string => Array.from({ length: count }, (_unused, index) => line(index)).join('\n');
  const cors = '    http-response set-header Access-Control-Allow-Origin *\n';
  test.each([
    ['a word of 900 kB', `frontend f\n${cors}    http-response set-header Access-Control-Allow-Methods ${'a'.repeat(900_000)}\n`],
    ['900 kB of escapes', `frontend f\n${cors}    http-response set-header Access-Control-Allow-Methods "${'\\"'.repeat(450_000)}"\n`],
    ['a format of many expressions', `frontend f\n${cors}    http-response set-header Access-Control-Allow-Methods ${'%[str(a)]'.repeat(90_000)}\n`],
    ['nested parentheses', `frontend f\n${cors}    http-response set-header Access-Control-Allow-Methods %[str${'('.repeat(10_000)}]\n`],
    ['many converters', `frontend f\n${cors}    http-response set-header Access-Control-Allow-Methods %[str(a)${',lower'.repeat(10_000)}]\n`],
    ['many marks of negation', `frontend f\n${cors}    http-request deny if ${'!'.repeat(200_000)}TRUE\n`],
    ['many alternatives', `frontend f\n${cors}    http-request deny if ${'TRUE or '.repeat(50_000)}TRUE\n`],
    ['50,000 rules', `frontend f\n${cors}${many(50_000, (index) => `    http-request deny if { path /${index} }`)}\n`],
    ['2,900 rules', `frontend f\n${cors}${many(2_900, (index) => `    http-request deny if { path /${index} }`)}\n`],
    ['2,900 rules that let through', `frontend f\n${cors}${many(1_450, (index) => `    http-request allow if { path /${index} }`)}\n${many(1_450, (index) => `    http-response allow if { status ${100 + (index % 500)} }`)}\n${cors}`],
    ['2,900 variables', `frontend f\n${cors}${many(2_900, (index) => `    http-request set-var(txn.v) str(${index}) if { path /${index} }`)}\n    http-response set-header Access-Control-Allow-Headers %[var(txn.v)]\n`],
    ['50,000 ACLs of one name', `frontend f\n${cors}${many(50_000, (index) => `    acl a hdr(origin) https://a${index}.example`)}\n    http-request set-var(txn.v) str(1) if a\n`],
    ['20,000 backends', `frontend f\n${cors}${many(20_000, (index) => `    use_backend b${index} if { path /${index} }`)}\n${many(20_000, (index) => `backend b${index}\n    server s 10.0.0.1:80`)}\n`],
    ['2,000 backends with rules', `frontend f\n${many(2_000, (index) => `    use_backend b${index} if { path /${index} }`)}\n${many(2_000, (index) => `backend b${index}\n${cors}    server s 10.0.0.1:80`)}\n`],
    ['1 MB of sections', many(100_000, () => 'backend b')],
  ])('%s: in time', (_name, hostile) => {
    const readings = soon(2, () => [...haproxy.read(language.parse(new SourceText('haproxy.cfg', hostile), filesFrom({})).unit!)]);
    expect(readings.every(({ kind }) => kind === 'policy' || kind === 'gap')).toBe(true);
  }, 60_000);
});
