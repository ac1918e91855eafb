import { describe, expect, test } from 'vitest';
import nginx from '../../src/readers/nginx/index.js';
import language from '../../src/syntax/nginx/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';

describe('includes', () => {
  const read = (files: Record<string, string>, path: string): string[] => {
    const { unit, problems } = language.parse(new SourceText(path, files[path]!), filesFrom(files));
    return [...problems.map(({ message }) => message), ...[...nginx.read(unit!)].map((reading) => (reading.kind === 'policy' ? `policy at ${reading.policy.at.file}` : reading.kind === 'covers' ? `covers ${reading.file}` : reading.kind === 'gap' ? reading.gap.message : reading.kind))];
  };
  const server = 'server { include cors.inc; }';
  const files = { 'nginx.conf': 'http { include conf.d/*.conf; }', 'conf.d/a.conf': 'server { location / { include conf.d/cors.inc; } }', 'conf.d/cors.inc': 'add_header Access-Control-Allow-Origin * always;' };

  test('a pattern in byte order; what is included is read there', () => {
    expect(read(files, 'nginx.conf')).toEqual(['covers conf.d/a.conf', 'covers conf.d/cors.inc', 'policy at conf.d/a.conf']);
  });

  test('a part is read in the main file that includes it', () => {
    expect(read(files, 'conf.d/cors.inc')).toContain('policy at conf.d/a.conf');
  });

  test('a circle is a problem and ends', () => {
    expect(read({ 'a.conf': 'include b.conf;', 'b.conf': 'include a.conf; server { add_header Access-Control-Allow-Origin *; }' }, 'a.conf')).toEqual(['a.conf includes itself', 'covers b.conf', 'policy at b.conf']);
  });

  test('a file that is not there is nothing', () => {
    expect(read({ 'a.conf': server }, 'a.conf')).toEqual([]);
  });
});

describe('any text', () => {
  const text = '\ufeff# 😀\r\nmap $http_origin $cors {\r\n  default "";\r\n  "~^https://app\\.example\\.com$" $http_origin;\r\n}\r\nserver {\r\n  if ($request_method = OPTIONS) { add_header Access-Control-Max-Age 5; return 204; }\r\n  location ~ \\.js$ { add_header Access-Control-Allow-Origin ${cors} always; }\r\n}\r\n';

  test('every prefix is read without a throw, with places inside the text', () => {
    for (let length = 0; length <= text.length; length += 1) {
      const { unit } = language.parse(new SourceText('a.conf', text.slice(0, length)), filesFrom({}));
      // The first letters may be of any kind of file.
      if (unit === undefined) continue;
      for (const reading of nginx.read(unit)) if (reading.kind === 'policy') expect(reading.policy.at.end <= length).toBe(true);
    }
  });

  test('places are UTF-16 offsets', () => {
    const { unit } = language.parse(new SourceText('a.conf', text.slice(1)), filesFrom({}));
    const [reading] = [...nginx.read(unit!)];
    const at = reading?.kind === 'policy' ? reading.policy.steps.flatMap(({ effects }) => effects)[0]?.at : undefined;
    expect(text.slice(1).slice(at!.start, at!.end)).toMatch(/^add_header Access-Control-/);
  });
});
