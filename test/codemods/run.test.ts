import { describe, expect, test } from 'vitest';
import { refuse, type Codemod, type Rewriting } from '../../src/codemods/codemod.js';
import { inWords, run } from '../../src/codemods/run.js';
import { revised } from '../../src/engine.js';
import { filesFrom } from '../../src/text/files.js';
import { chosen, repositoryOf } from './repository.js';

const server = (origin: string, more = ''): string => `const express = require('express');
const app = express();
app.use((req, res, next) => {
  res.setHeader('Access-Control-Allow-Origin', '${origin}');${more}
  next();
});
app.get('/orders', (req, res) => res.json([]));
`;

/** Replaces one text in every file that has it. */
function replacing(from: string, to: string, more: Partial<Rewriting> = {}): Codemod {
  return {
    *propose({ files, paths }) {
      for (const path of paths) {
        const text = files.read(path) ?? '';
        const start = text.indexOf(from);
        if (start === -1) continue;
        yield { kind: 'rewriting', title: `${from} becomes ${to}`, at: { file: path, start, end: start + from.length }, texts: new Map([[path, text.replace(from, () => to)]]), ...more };
      }
    },
  };
}

const A = 'https://a.example';

describe('a rewriting', () => {
  test('that changes nothing for browsers is taken, place after place', async () => {
    const texts = { 'one.js': server(A), 'two.js': `${server(A)}// setHeader\n` };
    const { done, refused, texts: written } = await run(replacing('setHeader', 'header'), await repositoryOf(texts), chosen());
    expect(refused).toEqual([]);
    expect(done.map(({ at, line, column, differences, proven }) => ({ file: at.file, line, column, differences, proven }))).toEqual([
      { file: 'one.js', line: 4, column: 7, differences: [], proven: true },
      { file: 'two.js', line: 4, column: 7, differences: [], proven: true },
      { file: 'two.js', line: 8, column: 4, differences: [], proven: true },
    ]);
    expect(written.get('two.js')).toEqual({ before: texts['two.js'], after: texts['two.js'].replaceAll('setHeader', 'header') });
  });

  test('may be in a file that nothing gave cause to read, where the code-mod asks for it', async () => {
    const files = filesFrom({ 'allow.js': `module.exports = async (request, reply) => {\n  reply.header('Access-Control-Allow-Origin', '${A}');\n};\n`, 'server.js': "const fastify = require('fastify')();\nfastify.addHook('onRequest', require('./allow'));\nfastify.get('/orders', async () => []);\n", 'package.json': '{ "dependencies": { "fastify": "^5.0.0" } }' });
    const repository = await revised(['allow.js'], files, { rules: new Map(), strict: false, environment: 'production', trustedOrigins: [], inlineConfig: true, beside: ['server.js'] });
    const probed = async (besides?: Codemod['besides']): Promise<readonly string[]> => {
      const seen: string[] = [];
      await run({ ...(besides === undefined ? {} : { besides }), *propose({ policies }) { seen.push(...policies.flatMap(({ at, probes }) => probes.map(({ path }) => `${at.file} ${path}`))); } }, repository, chosen());
      return seen;
    };
    expect(await probed()).toEqual(['allow.js /']);
    expect(await probed(() => ['server.js'])).toEqual(['server.js /orders']);
    expect(await probed(() => { throw new Error('a mistake'); })).toEqual(['allow.js /']);
  });

  test('that lets another origin in is refused, with a request that shows it', async () => {
    const { done, refused, texts } = await run(replacing(A, 'https://b.example'), await repositoryOf({ 'one.js': server(A) }), chosen());
    expect(done).toEqual([]);
    expect(texts.size).toBe(0);
    expect(refused.map(({ reason }) => reason)).toEqual(['browsers would see something else: GET /orders from https://a.example: allowed → blocked']);
  });

  test('that says beforehand what changes may change that', async () => {
    const announces = { words: 'Pages of https://b.example read it, those of https://a.example do not.', allows: ({ request }: { request: { origin: string } }) => [A, 'https://b.example'].includes(request.origin) };
    const { done, refused } = await run(replacing(`'${A}'`, "'https://b.example'", { announces }), await repositoryOf({ 'one.js': server(A) }), chosen());
    expect(refused).toEqual([]);
    const verdicts = done.flatMap(({ differences }) => differences.filter(({ what }) => what === 'verdict').map(inWords));
    expect(verdicts).toContain('GET /orders from https://a.example: allowed → blocked');
    expect(verdicts).toContain('GET /orders from https://b.example: blocked → allowed');
  });

  test('that tells caches less of the origin brings a finding, and is refused', async () => {
    const reflected = server(A, "\n  res.setHeader('Vary', 'Origin');").replace(`'${A}'`, "['https://a.example', 'https://b.example'].includes(req.headers.origin) ? req.headers.origin : 'https://a.example'");
    const { refused } = await run(replacing("\n  res.setHeader('Vary', 'Origin');", ''), await repositoryOf({ 'one.js': reflected }), chosen());
    expect(refused.map(({ reason }) => reason)).toEqual(['the result would have a finding that is not there now: vary-origin-missing']);
  });

  test('that breaks the text, or changes nothing, is refused', async () => {
    const broken = await run(replacing('next();', 'next(;'), await repositoryOf({ 'one.js': server(A) }), chosen());
    expect(broken.refused[0]?.reason).toMatch(/would not be of its language/);
    const same = await run(replacing('next();', 'next();'), await repositoryOf({ 'one.js': server(A) }), chosen());
    expect(same.refused[0]?.reason).toBe('nothing would change');
  });

  test('may make files, and what they say counts', async () => {
    const moved: Codemod = {
      *propose({ files }) {
        const text = files.read('one.js') ?? '';
        if (!text.includes('app.use')) return;
        const start = text.indexOf('(req');
        const middleware = text.slice(start, text.indexOf(');\napp.get'));
        yield { kind: 'rewriting', title: 'moved', at: { file: 'one.js', start, end: start }, texts: new Map([['one.js', text.replace(`app.use(${middleware})`, "app.all(/.*/, require('./cors.js'))")], ['cors.js', `module.exports = ${middleware};\n`]]) };
      },
    };
    const { done, refused, texts } = await run(moved, await repositoryOf({ 'one.js': server(A) }), chosen());
    expect(refused).toEqual([]);
    expect(done).toHaveLength(1);
    expect(texts.get('cors.js')?.before).toBeUndefined();
    expect(texts.get('cors.js')?.after).toContain("setHeader('Access-Control-Allow-Origin'");
  });
});

test('refusals are those of the texts as they are in the end', async () => {
  const codemod: Codemod = {
    *propose({ files, policies }) {
      const text = files.read('one.js') ?? '';
      const start = text.indexOf('setHeader');
      if (start !== -1) yield { kind: 'rewriting', title: 'x', at: { file: 'one.js', start, end: start }, texts: new Map([['one.js', `// new\n${text.replace('setHeader', 'header')}`]]) };
      yield refuse(policies[0]!.at, 'it is not ours');
    },
  };
  const { refused } = await run(codemod, await repositoryOf({ 'one.js': server(A) }), chosen());
  expect(refused.map(({ reason, line }) => ({ reason, line }))).toEqual([{ reason: 'it is not ours', line: 3 }]);
});

describe('a mistake of a code-mod', () => {
  const policies = { 'a.js': server(A), 'b.js': server(A), 'c.js': server(A) };

  test('is told where it happened, and takes nothing from the other places', async () => {
    const codemod: Codemod = {
      *propose({ files, policies: all }) {
        for (const { at: { file } } of all) {
          const text = files.read(file) ?? '';
          files.read('package.json');
          if (file === 'b.js') throw new TypeError('x is undefined');
          if (text.includes('setHeader')) yield { kind: 'rewriting', title: 'header', at: { file, start: 0, end: 0 }, texts: new Map([[file, text.replace('setHeader', 'header')]]) };
          else yield refuse({ file, start: 0, end: 0 }, 'it is done');
        }
      },
    };
    const { done, refused, texts } = await run(codemod, await repositoryOf(policies), chosen());
    expect(done.map(({ at }) => at.file)).toEqual(['a.js', 'c.js']);
    expect([...texts.keys()]).toEqual(['a.js', 'c.js']);
    expect(refused.map(({ at, reason }) => `${at.file}: ${reason}`)).toEqual(['a.js: it is done', 'b.js: it fails here, and this is a mistake of cors-lint: x is undefined', 'c.js: it is done']);
  });

  test('is told once where a file is looked at again and again', async () => {
    const always: Codemod = {
      *propose({ files }) {
        files.read('a.js');
        throw new Error('always');
      },
    };
    const again = await run(always, await repositoryOf(policies), chosen());
    expect(again.refused.map(({ at, reason }) => `${at.file}: ${reason}`)).toEqual(['a.js: it fails here, and this is a mistake of cors-lint: always']);
    const { done, refused } = await run({
      *propose({ files, paths }) {
        for (const path of paths) {
          files.read(path);
          throw new Error('always');
        }
        yield refuse({ file: 'a.js', start: 0, end: 0 }, 'never told');
      },
    }, await repositoryOf(policies), chosen());
    expect(done).toEqual([]);
    expect(refused.map(({ at, reason }) => `${at.file}: ${reason}`)).toEqual([...['a.js', 'b.js', 'c.js'].map((file) => `${file}: it fails here, and this is a mistake of cors-lint: always`), 'a.js: never told']);
  });

  test('before any file was looked at has no place, and is thrown', async () => {
    const codemod: Codemod = {
      *propose() {
        throw new Error('at once');
      },
    };
    await expect(run(codemod, await repositoryOf(policies), chosen())).rejects.toThrow('at once');
  });

  test('in what is tried on a proposal is told at its place', async () => {
    const announces = { words: 'x', allows: () => { throw new Error('not asked like this'); } };
    const { refused } = await run(replacing(A, 'https://b.example', { announces }), await repositoryOf({ 'one.js': server(A) }), chosen());
    expect(refused.map(({ line, reason }) => `${line}: ${reason}`)).toEqual(['4: it fails here, and this is a mistake of cors-lint: not asked like this']);
  });
});
