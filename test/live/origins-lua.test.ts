import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'vitest';
import { againstEngine, digits, type Engine } from './origin-engines.js';
import { freePorts, start } from './server.js';

const MODULES = '/usr/lib/nginx/modules';

/** A line for each pattern, its texts apart by line feeds; answered by nginx's Lua with a digit for each text. */
const lua: Engine = async (asked) => {
  const root = mkdtempSync(join(tmpdir(), 'live-lua-'));
  const [port] = (await freePorts(1)) as [number];
  writeFileSync(join(root, 'nginx.conf'), `load_module ${MODULES}/ndk_http_module.so; load_module ${MODULES}/ngx_http_lua_module.so;
daemon off; master_process off; pid ${root}/pid; error_log ${root}/error.log crit; events {}
http {
    access_log off; client_max_body_size 100m; client_body_buffer_size 100m; client_body_temp_path ${root}/a; proxy_temp_path ${root}/b; fastcgi_temp_path ${root}/c; uwsgi_temp_path ${root}/d; scgi_temp_path ${root}/e;
    server {
        listen 127.0.0.1:${port};
        location / {
            content_by_lua_block {
                ngx.req.read_body()
                for line in ngx.req.get_body_data():gmatch("[^\\n]+") do
                    local pattern, texts = line:match("^([^\\t]*)\\t(.*)$")
                    local said, valid = {}, pcall(string.find, "", pattern)
                    for text in (texts .. "\\t"):gmatch("([^\\t]*)\\t") do
                        local ran, found = pcall(string.find, text, pattern)
                        valid = valid and ran
                        said[#said + 1] = found and "1" or "0"
                    end
                    ngx.say(valid and table.concat(said) or "null")
                end
            }
        }
    }
}
`);
  const server = await start('nginx', ['-c', join(root, 'nginx.conf'), '-p', root], [port]);
  try {
    return digits(await posted(port, asked.map(({ set, texts }) => `${[set.source, ...texts].join('\t')}\n`).join('')));
  } finally {
    await server.stop();
    rmSync(root, { recursive: true, force: true });
  }
};

function posted(port: number, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: '/', method: 'POST', headers: { 'content-length': Buffer.byteLength(body) } }, (incoming) => {
      let text = '';
      incoming.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
      incoming.once('end', () => resolve(text));
    }).once('error', reject).end(body);
  });
}

test('patterns of Lua are read as string.find does', async () => {
  await againstEngine('lua', lua);
});
