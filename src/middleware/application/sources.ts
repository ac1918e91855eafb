import { folderOf, type Files } from '../../text/files.js';
import { and, TRUE, type Condition } from '../../values/condition.js';
import { environmentOfProfile, profileActive, profilesAccepted, type ActiveProfiles } from './profiles.js';
import { documentsOf, type SettingsDocument } from './documents.js';
import type { Setting } from './settings.js';

/** Settings that count together, and the profiles for which they do. */
export interface SettingsSource {
  readonly file: string;
  readonly when: Condition;
  readonly settings: readonly Setting[];
}

/** What a framework calls its application files, and where in them the profile is said. */
export interface Dialect {
  /** Names without profile and extension, weakest first. */
  readonly names: readonly string[];
  /** `%dev.key` (MicroProfile Config) belongs to a profile. */
  readonly prefixed: boolean;
  /** Folders below the resources and below the project that are looked into, weakest first. */
  readonly folders: readonly string[];
}

export const SPRING: Dialect = { names: ['bootstrap', 'application'], prefixed: false, folders: ['', 'config'] };
export const MICROPROFILE: Dialect = { names: ['microprofile-config', 'application'], prefixed: true, folders: ['META-INF', '', 'config'] };
export const MICRONAUT: Dialect = { names: ['bootstrap', 'application'], prefixed: false, folders: ['', 'config'] };

/** YAML loses against properties of the same name. */
const EXTENSIONS = ['yaml', 'yml', 'properties'];

/** The application files that a source file's program reads, strongest first. Empty: there are none. */
export function sourcesFor(files: Files, file: string, dialect: Dialect): readonly SettingsSource[] {
  const found = foldersFor(files, file, dialect).flatMap((folder) => dialect.folders.flatMap((sub) => filesIn(files, folder, sub, dialect)));
  return sourcesOf(files, found, dialect);
}

/** What one file says by itself, whatever its name. */
export function sourcesInFile(files: Files, path: string, dialect: Dialect): readonly SettingsSource[] {
  const [, , profile] = /(?:^|\/)([a-z]+(?:-config)?)-([\w-]+)\.\w+$/.exec(path) ?? [];
  return sourcesOf(files, [{ path, name: 'application', profile: profile === undefined || environmentOfProfile(profile) === undefined ? undefined : profile }], dialect);
}

/** One file that no program names (a config server's) as an application's only one. */
export function sourcesIn(files: Files, path: string, dialect: Dialect): readonly SettingsSource[] {
  return sourcesOf(files, [{ path, name: '', profile: undefined }], dialect);
}

interface ApplicationFile {
  readonly path: string;
  readonly name: string;
  readonly profile: string | undefined;
}

/** As sources of these files, strongest first: files of a profile beat the others, then the last one counts. */
function sourcesOf(files: Files, found: readonly ApplicationFile[], dialect: Dialect): readonly SettingsSource[] {
  const documents = found.map((one) => ({ ...one, documents: documentsOf(files, one.path) }));
  const active = activeIn(documents.flatMap((one) => (one.profile === undefined ? one.documents : [])));
  const sources = documents.flatMap(({ path, profile, documents: inside }) =>
    inside.flatMap((document): readonly (SettingsSource & { readonly general: boolean; readonly boot: boolean })[] => {
      const place = document.at;
      const ofFile = profile === undefined ? TRUE : profileActive(profile, place, active);
      const when = and(ofFile, activation(document, active));
      const imported = importsOf(document, files, path).map((one) => ({ file: path, when, settings: one, general: profile === undefined, boot: false }));
      const boot = path.replace(/^.*\//, '').startsWith('bootstrap');
      return [...split(document.settings, dialect, active).map((part) => ({ file: path, when: and(when, part.when), settings: part.settings, general: profile === undefined, boot })), ...imported];
    }),
  );
  const rank = (source: { readonly general: boolean; readonly boot: boolean }): number => (source.boot ? 0 : 2) + (source.general ? 0 : 1);
  return sources.map((source, index) => ({ source, index })).sort((a, b) => rank(b.source) - rank(a.source) || b.index - a.index).map(({ source: { file, when, settings } }) => ({ file, when, settings }));
}

/** `%prod.key` counts in production only, and there before `key`. */
function split(settings: readonly Setting[], dialect: Dialect, active: ActiveProfiles): readonly { readonly when: Condition; readonly settings: readonly Setting[] }[] {
  if (!dialect.prefixed || !settings.some(({ key }) => key.startsWith('%'))) return [{ when: TRUE, settings }];
  const profiles = new Map<string, Setting[]>();
  const general: Setting[] = [];
  for (const setting of settings) {
    const [, profile, key] = /^%([^.]+)\.(.*)$/s.exec(setting.key) ?? [];
    if (profile === undefined || key === undefined) general.push(setting);
    else profiles.set(profile, [...(profiles.get(profile) ?? []), { ...setting, key }]);
  }
  return [{ when: TRUE, settings: general }, ...[...profiles].map(([names, own]) => ({ when: profilesAccepted(names, own[0]!.whole, active), settings: own }))];
}

/** Profiles that the application itself switches on. */
function activeIn(documents: readonly SettingsDocument[]): ActiveProfiles {
  const named = documents.flatMap(({ settings }) => settings.filter(({ key }) => /^spring\.profiles\.(?:active|include|default)(?:\[\d+\])?$/.test(key)));
  return new Set(named.flatMap(({ text }) => text.replace(/^\$\{[^:}]*:([^}]*)\}$/, '$1').split(',').map((name) => name.trim())));
}

/** `spring.config.activate.on-profile`, and `spring.profiles` before Boot 2.4. */
function activation({ settings }: SettingsDocument, active: ActiveProfiles): Condition {
  const named = settings.filter(({ key }) => /^spring\.(?:config\.activate\.on-?profile|profiles)(?:\[\d+\])?$/i.test(key));
  const [first] = named;
  return first === undefined ? TRUE : profilesAccepted(named.map(({ text }) => text).join(','), first.at, active);
}

/** `spring.config.import: classpath:cors.yml`: what is named there counts more than the document. */
function importsOf({ settings }: SettingsDocument, files: Files, from: string): readonly (readonly Setting[])[] {
  return settings.flatMap(({ key, text }) => {
    if (!/^spring\.config\.import(?:\[\d+\])?$/.test(key)) return [];
    return text.split(',').flatMap((location) => {
      const name = /^(?:optional:)?(?:classpath:|file:)?(?:\.?\/)?([\w./-]+\.(?:ya?ml|properties))$/.exec(location.trim())?.[1];
      const folder = folderOf(from);
      return name === undefined ? [] : documentsOf(files, folder === '' ? name : `${folder}/${name}`).map((document) => document.settings);
    });
  });
}

/** Folders that hold a program's application files, weakest first: its resources, and its project. */
function foldersFor(files: Files, file: string, dialect: Dialect): readonly string[] {
  const [, project, sources] = /^((?:.*\/)?)src\/(\w+)\/(?:java|kotlin|scala|groovy|resources)\//.exec(file) ?? [];
  if (project === undefined || sources === undefined) return nearest(files, folderOf(file), dialect);
  const holds = (folder: string): boolean => dialect.folders.some((sub) => filesIn(files, folder, sub, dialect).length > 0);
  const own = [`${project}src/${sources}/resources`, project.replace(/\/$/, '')].filter(holds);
  if (own.length > 0) return own;
  // A module without files of its own is a part of the one neighbour that has some.
  const above = folderOf(project.replace(/\/$/, ''));
  const neighbours = files.list(above).flatMap((name) => (name.endsWith('/') ? [`${above === '' ? '' : `${above}/`}${name}src/main/resources`] : [])).filter(holds);
  return neighbours.length === 1 ? neighbours : [];
}

/** Without the usual layout: the first folder upwards that has some, or whose `resources` have. */
function nearest(files: Files, from: string, dialect: Dialect): readonly string[] {
  for (let folder = from; ; folder = folderOf(folder)) {
    const own = [folder === '' ? 'resources' : `${folder}/resources`, folder].filter((one) => dialect.folders.some((sub) => filesIn(files, one, sub, dialect).length > 0));
    if (own.length > 0 || folder === '') return own;
  }
}

/** In the order in which they count, weakest first. */
function filesIn(files: Files, folder: string, sub: string, dialect: Dialect): readonly ApplicationFile[] {
  const path = [folder, sub].filter((part) => part !== '').join('/');
  const names = files.list(path);
  const found = names.flatMap((name): (ApplicationFile & { readonly order: number })[] => {
    const [, base = '', profile, extension = ''] = /^([a-z-]+?)(?:-([\w.]+(?:-[\w.]+)*))?\.(ya?ml|properties)$/.exec(name) ?? [];
    const [stem, own] = dialect.names.includes(base) ? [base, profile] : dialect.names.includes(`${base}-${profile ?? ''}`) ? [`${base}-${profile!}`, undefined] : [undefined, undefined];
    if (stem === undefined) return [];
    return [{ path: path === '' ? name : `${path}/${name}`, name: stem, profile: own, order: dialect.names.indexOf(stem) * 10 + EXTENSIONS.indexOf(extension) }];
  });
  return found.sort((a, b) => a.order - b.order).map(({ path: at, name, profile }) => ({ path: at, name, profile }));
}
