import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'vitest';
import { againstEngine, type Engine } from './origin-engines.js';
import { freePorts, run, start } from './server.js';

/** A pattern of `map` in nginx: quoted, `~*` for either case. */
function quoted({ source, flags }: { readonly source: string; readonly flags: string }): string {
  return `"~${flags.includes('i') ? '*' : ''}${source.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** One answer holds a digit for each pattern. */
const nginx: Engine = async (asked) => {
  const root = mkdtempSync(join(tmpdir(), 'live-pcre-'));
  const [port] = (await freePorts(1)) as [number];
  const configuration = (sets: typeof asked): string => `daemon off; master_process off; pid ${root}/pid; error_log ${root}/error.log crit; events {}
http {
    access_log off; client_body_temp_path ${root}/a; proxy_temp_path ${root}/b; fastcgi_temp_path ${root}/c; uwsgi_temp_path ${root}/d; scgi_temp_path ${root}/e;
    variables_hash_max_size 8192;
${sets.map(({ set }, index) => `    map $http_origin $m${index} { default 0; ${quoted(set)} 1; }`).join('\n')}
    server { listen 127.0.0.1:${port}; keepalive_requests 100000; location / { return 200 "${sets.map((_one, index) => `\${m${index}}`).join('')}"; } }
}
`;
  const isValid = (sets: typeof asked): boolean => {
    writeFileSync(join(root, 'one.conf'), configuration(sets));
    try {
      run('nginx', ['-t', '-q', '-c', join(root, 'one.conf'), '-p', root], root);
      return true;
    } catch {
      return false;
    }
  };
  /** Halves what is refused until what is left is refused alone. */
  const refusedOf = (sets: typeof asked): typeof asked => {
    if (sets.length === 0 || isValid(sets)) return [];
    return sets.length === 1 ? sets : [...refusedOf(sets.slice(0, sets.length >> 1)), ...refusedOf(sets.slice(sets.length >> 1))];
  };
  const refused = new Set(refusedOf(asked));
  const valid = asked.filter((one) => !refused.has(one));
  const texts = [...new Set(valid.flatMap((one) => one.texts))];
  writeFileSync(join(root, 'nginx.conf'), configuration(valid));
  const server = await start('nginx', ['-c', join(root, 'nginx.conf'), '-p', root], [port]);
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  try {
    const said = new Map<string, string>();
    const pending = [...texts];
    await Promise.all(Array.from({ length: 4 }, async () => {
      for (let text = pending.pop(); text !== undefined; text = pending.pop()) said.set(text, await answerTo(port, text, agent));
    }));
    const place = new Map(valid.map((one, index) => [one, index]));
    return asked.map((one) => (refused.has(one) ? null : one.texts.map((text) => said.get(text)![place.get(one)!] === '1')));
  } finally {
    agent.destroy();
    await server.stop();
    rmSync(root, { recursive: true, force: true });
  }
};

function answerTo(port: number, origin: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: '/', headers: { origin }, agent }, (incoming) => {
      let body = '';
      incoming.on('data', (chunk: Buffer) => (body += chunk.toString('latin1')));
      incoming.once('end', () => resolve(body));
    }).once('error', reject).end();
  });
}

test('patterns of PCRE are read as nginx does', async () => {
  await againstEngine('pcre', nginx);
});
