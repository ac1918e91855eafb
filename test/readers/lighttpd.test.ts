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
