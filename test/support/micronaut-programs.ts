import type { Random } from '../live/seed.js';
import { propertiesText, yamlText, type Settings } from './application-files.js';

const ORIGINS = ['https://app.example.com', 'https://admin.example.com', 'https://app.example.com/', 'null', 'http://app.example.com', 'https://*.example.com'] as const;
const PATTERNS = ['^https://.*\\.example\\.com$', 'https://app.example.com', 'https://([a-z]+\\.)?example\\.com(:\\d+)?', '.*'] as const;

/** Generated application files of Micronaut; `old`: before 3.9, when every origin was a pattern. */
export function micronautProgram(from: Random, old: boolean): { readonly title: string; readonly files: Readonly<Record<string, string>> } {
  const prefix = 'micronaut.server.cors';
  const unique = <T>(items: readonly T[]): readonly T[] => [...new Set(items)];
  const some = (probability: number, key: string, value: () => string | readonly string[]): Settings => (from.chance(probability) ? [[key, value()]] : []);
  const origins: readonly [string, ...string[]] = old ? [...ORIGINS, ...PATTERNS] : [...ORIGINS, '*'];
  const configuration = (name: string): Settings =>
    [
      ...some(0.7, 'allowed-origins', () => from.pick<() => string | readonly string[]>([() => unique(from.times(1, 3, () => from.pick(origins))), () => unique(from.times(1, 3, () => from.pick(origins))), () => '${app.origin}', () => 'https://app.example.com,${app.origin:`https://admin.example.com`}'])()),
      ...(old ? [] : some(0.3, 'allowed-origins-regex', () => from.pick(PATTERNS))),
      ...some(0.4, 'allowed-methods', () => unique(from.times(1, 3, () => from.pick(['GET', 'PUT', 'POST', 'DELETE', 'put'])))),
      ...some(0.4, 'allowed-headers', () => unique(from.times(1, 2, () => from.pick(['Content-Type', 'X-Custom', 'x-custom', 'Authorization'])))),
      ...some(0.3, 'exposed-headers', () => unique(from.times(1, 2, () => from.pick(['X-Total', 'ETag'])))),
      ...some(0.5, 'allow-credentials', () => from.pick(['true', 'false', 'yes', '${app.credentials}'])),
      ...some(0.2, 'allow-private-network', () => from.pick(['true', 'false'])),
      ...some(0.4, 'max-age', () => from.pick(['600', '0', '-1', '1h'])),
    ].map(([key, value]) => [`${prefix}.configurations.${name}.${from.chance(0.2) ? key.replace(/-(\w)/g, (_all, letter: string) => letter.toUpperCase()) : key}`, value]);
  const settings: Settings = [
    [`${prefix}.enabled`, from.pick(['true', 'true', 'true', 'true', 'false'])],
    ...(from.chance(0.85) ? configuration('web') : []),
    ...some(0.15, `${prefix}.single-header`, () => 'true'),
    ['app.origin', 'https://app.example.com'],
    ['app.credentials', 'false'],
  ];
  return from.chance(0.5) ? { title: 'properties', files: { 'application.properties': propertiesText(from, settings, 'as written') } } : { title: 'YAML', files: { 'application.yml': yamlText(from, settings, 'as written') } };
}
