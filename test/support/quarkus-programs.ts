import type { Random } from '../live/seed.js';
import { propertiesText, yamlText, type Settings } from './application-files.js';

const ORIGINS = ['https://app.example.com', 'https://admin.example.com', 'https://app.example.com/', 'null', 'http://app.example.com', '*', 'https://*.example.com', '/https://.*\\.example\\.com/', '/https://([a-z0-9]+\\.)?example\\.com(:\\d{2,4})?/', '/.*/', '/https://app.example.com/', '/(?i)HTTPS://APP\\.EXAMPLE\\.COM/'] as const;
const METHODS = ['GET', 'PUT', 'POST', 'OPTIONS', '*', 'get'] as const;
const HEADERS = ['Content-Type', 'X-Custom', 'x-custom', '*', 'Authorization'] as const;

/** Generated application files of Quarkus: options that are usual, rare and wrong, in properties, YAML, profiles and placeholders. */
export function quarkusProgram(from: Random, keys: { readonly switch: string; readonly returnsExactly: boolean; readonly varies: boolean; readonly sequences: boolean }): { readonly title: string; readonly files: Readonly<Record<string, string>> } {
  const prefix = 'quarkus.http.cors';
  const some = (probability: number, key: string, value: () => string | readonly string[]): Settings => (from.chance(probability) ? [[`${prefix}.${key}`, value()]] : []);
  const unique = <T>(items: readonly T[]): readonly T[] => [...new Set(items)];
  const origins = (): readonly string[] => unique(from.times(1, 3, () => from.pick(ORIGINS)));
  const credentials = from.pick([undefined, undefined, 'true', 'false', 'yes']);
  const settings: Settings = [
    [keys.switch, from.pick(['true', 'true', 'true', 'on', '${app.cors:false}', 'false'])],
    ...some(0.85, 'origins', () => from.pick<() => string | readonly string[]>([origins, origins, () => '*', () => '${app.origins}', () => 'https://app.example.com,${app.host:https://other.example}'])()),
    ...some(0.5, 'methods', () => unique(from.times(1, 3, () => from.pick(METHODS)))),
    ...some(0.5, 'headers', () => unique(from.times(1, 2, () => from.pick(HEADERS)))),
    ...some(0.3, 'exposed-headers', () => unique(from.times(1, 2, () => from.pick(['X-Total', 'ETag', '*'])))),
    ...some(0.4, 'access-control-max-age', () => from.pick(['24H', 'PT10M', '600', '1h30m', keys.sequences ? '1500ms' : '90s', '0'])),
    ...(credentials === undefined ? [] : ([[`${prefix}.access-control-allow-credentials`, credentials]] as const)),
    ...(keys.varies ? some(0.3, 'vary-origin', () => from.pick(['true', 'false'])) : []),
    ['app.origins', 'https://app.example.com, ${app.host:https://other.example}'],
    ['app.host', 'https://admin.example.com'],
    ['app.cors', 'true'],
  ];
  const open = settings.find(([key]) => key === `${prefix}.origins`)?.[1] === '*';
  const exactly: Settings = keys.returnsExactly && open && credentials !== 'true' && credentials !== 'yes' ? some(0.5, 'return-exact-origins', () => 'false') : [];
  const all: Settings = [...settings, ...exactly];
  // A profile says something else about some of the keys; or they are said by profile only.
  const profiled: Settings = from.chance(0.3) ? all.filter(([key]) => key.startsWith(prefix) && from.chance(0.4)).map(([key, value]) => [`%${from.pick(['prod', 'dev', 'test'])}.${key}`, key.endsWith('.origins') ? ['https://admin.example.com'] : value]) : [];
  const flat = keys.sequences ? all : all.map(([key, value]): Settings[number] => [key, typeof value === 'string' ? value : value.join(',')]);
  const [own, more] = from.chance(0.2) ? [all.filter((_one, index) => index % 2 === 0), all.filter((_one, index) => index % 2 === 1)] : [all, []];
  return from.pick<() => { title: string; files: Record<string, string> }>([
    () => ({ title: 'properties', files: { 'application.properties': propertiesText(from, [...all, ...profiled], 'with backslashes') } }),
    () => ({ title: 'properties', files: { 'application.properties': propertiesText(from, [...profiled, ...all], 'with backslashes') } }),
    () => ({ title: 'YAML', files: { 'application.yaml': yamlText(from, keys.sequences ? [...all, ...profiled] : flat, 'with backslashes') } }),
    () => ({ title: 'properties of a profile', files: { 'application.properties': propertiesText(from, own, 'with backslashes'), ...(more.length === 0 ? {} : { 'application-prod.properties': propertiesText(from, more, 'with backslashes') }) } }),
  ])();
}
