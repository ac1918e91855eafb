/**
 * nginx: `add_header` with its inheritance, `if`, `map`, `return`, `error_page` and `proxy_pass`, one policy per
 * server.
 *
 * A level with any `add_header` of its own inherits none, a true `if` is such a level, and without `always` errors
 * carry no header: most of what goes wrong with CORS in nginx is one of these three.
 */
import type { NginxFile } from '../../syntax/nginx/index.js';
import { defineReader, type Reading } from '../reader.js';
import { serverReadings } from '../../middleware/nginx/server-readings.js';
import { wholeOf } from '../../middleware/nginx/whole.js';
import { edited } from '../../middleware/nginx/write.js';

export default defineReader<NginxFile>({
  title: 'nginx',
  language: 'nginx',
  // Other servers' files have the same endings: the language tells which are nginx's.
  mayConcern: /access-control-|_by_lua_file\s+\S*cors|\brequire\s*\(?\s*["'][\w.\/-]*cors/i,
  layers: { paths: /\.(?:conf|nginx|vhost)(?:\.template|\.tmpl|\.tpl)?$|(?:^|\/)sites-(?:available|enabled)\/[^/]+$|(?:^|\/)nginx(?:\.d)?\/[^/.]+$/, text: /^[ \t]*(?:[^#\n]*[{};][ \t]*)?(?:proxy|fastcgi|uwsgi|scgi|grpc)_pass[ \t]/m },

  *read(file) {
    const root = wholeOf(file);
    if (root === file) yield* root.included.map((path): Reading => ({ kind: 'covers', file: path }));
    yield* serverReadings(file);
  },

  write: (file, _policy, change) => edited(wholeOf(file), change),
});
