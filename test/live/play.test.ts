import play from '../../src/readers/play/index.js';
import type { Reading } from '../../src/readers/reader.js';
import hocon from '../../src/syntax/hocon/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { agreeInConfigurations, type Configured } from './java-configurations.js';
import { requestsTo } from './prediction.js';
import { sample, type Random } from './seed.js';

const { random, cases } = sample('play', 20);

const ORIGINS = ['https://app.example.com', 'https://admin.example.com', 'http://app.example.com', 'https://app.example.com:8443', 'null', 'https://app.example.com/', 'HTTPS://APP.EXAMPLE.COM', '*'] as const;
const HEADERS = ['Content-Type', 'content-type', 'X-Custom', 'x-custom', 'Authorization', '*'] as const;
const METHODS = ['GET', 'POST', 'PUT', 'put', 'DELETE', '*'] as const;

/** A list as people write it: in one line or several, with quotes or without. */
function list(from: Random, items: readonly string[]): string {
  const spelled = items.map((item) => (/^[\w-]+$/.test(item) && item !== 'null' && from.chance(0.4) ? item : from.chance(0.1) ? `"""${item}"""` : JSON.stringify(item)));
  return from.chance(0.7) ? `[${spelled.join(', ')}]` : `[\n${spelled.map((item) => `    ${item}${from.chance(0.3) ? ' // agreed' : ''}\n`).join('')}  ]`;
}

function settings(from: Random): readonly (readonly [key: string, value: string])[] {
  const maybe = (chance: number, key: string, value: () => string): readonly (readonly [string, string])[] => (from.chance(chance) ? [[key, value()]] : []);
  return [
    ...maybe(0.8, 'allowedOrigins', () => (from.chance(0.15) ? 'null' : list(from, from.times(0, 3, () => from.pick(ORIGINS))))),
    ...maybe(0.4, 'allowedHttpMethods', () => (from.chance(0.2) ? 'null' : list(from, from.times(1, 4, () => from.pick(METHODS))))),
    ...maybe(0.4, 'allowedHttpHeaders', () => (from.chance(0.2) ? 'null' : list(from, from.times(1, 4, () => from.pick(HEADERS))))),
    ...maybe(0.3, 'exposedHeaders', () => list(from, from.times(0, 2, () => from.pick(['X-Total', 'X-Page'])))),
    ...maybe(0.5, 'supportsCredentials', () => from.pick(['true', 'false', 'yes', 'off', '"true"'])),
    ...maybe(0.4, 'preflightMaxAge', () => from.pick(['1 hour', '3 days', '10 seconds', '90s', '5 minutes', '1500', '0', '500 milliseconds', '"2m"'])),
    ...maybe(0.2, 'serveForbiddenOrigins', () => from.pick(['true', 'false'])),
    ...maybe(0.3, 'pathPrefixes', () => list(from, from.pick([['/api'], ['/data', '/api/'], ['/']]))),
  ];
}

function configured(from: Random): Configured {
  const written = settings(from);
  const on = from.chance(0.06) ? '' : from.pick(['play.filters.enabled += "play.filters.cors.CORSFilter"\n', 'play.filters.enabled += play.filters.cors.CORSFilter\n', 'play.filters.enabled = ${play.filters.enabled} ["play.filters.cors.CORSFilter"]\n', 'play.filters { enabled += "play.filters.cors.CORSFilter" }\n']);
  const sign = from.pick([' = ', ': ', '=']);
  const body = written.map(([key, value]) => `  ${key}${sign}${value}\n`).join('');
  const shape = from.pick(['block', 'nested', 'flat', 'included', 'overridden', 'substituted']);
  const files: Readonly<Record<string, string>> = (() => {
    switch (shape) {
      case 'block':
        return { 'application.conf': `${on}play.filters.cors {\n${body}}\n` };
      case 'nested':
        return { 'application.conf': `play {\n  filters {\n    cors {\n${body}    }\n  }\n}\n${on}` };
      case 'flat':
        return { 'application.conf': `# settings\n${written.map(([key, value]) => `play.filters.cors.${key}${sign}${value}\n`).join('')}${on}` };
      case 'included':
        return { 'application.conf': `include "cors.conf"\n${on}`, 'cors.conf': `play.filters.cors {\n${body}}\n` };
      case 'overridden':
        return { 'application.conf': `${on}play.filters.cors {\n  allowedOrigins = ["https://old.example"]\n  supportsCredentials = false\n}\nplay.filters.cors {\n${body}}\n` };
      default:
        return { 'application.conf': `shared {\n${body}}\n${on}play.filters.cors = \${play.filters.cors} \${shared}\n` };
    }
  })();
  return { title: `${shape} ${JSON.stringify(written)}`, files, requests: ['/data', '/api/data'].flatMap((path) => requestsTo(path, ['GET', 'POST', 'DELETE', 'OPTIONS', 'HEAD'])) };
}

function read(files: Readonly<Record<string, string>>): readonly Reading[] {
  return Object.keys(files).filter((path) => path.endsWith('application.conf')).flatMap((path) => {
    const { unit } = hocon.parse(new SourceText(path, files[path]!), filesFrom(files));
    return unit === undefined ? [] : [...play.read(unit)];
  });
}


// There is no route: what the filter lets through is not found.
agreeInConfigurations({ title: 'Play 3.0', project: 'play', hosts: ['play/Host.java'], seed: random.seed, cases: Array.from({ length: cases }, () => configured(random)), read, scenario: () => ({ status: 404 }) });
