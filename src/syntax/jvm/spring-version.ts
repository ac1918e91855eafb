import { folderOf, resolvePath, type Files } from '../../text/files.js';

export interface SpringVersion {
  /** Major × 10,000 + minor × 100 + patch: 6.2.19 → 60219. */
  readonly number: number;
  readonly text: string;
  /** No build file says it. */
  readonly assumed: boolean;
}

/** Projects whose versions one build decides together. */
export type SpringProject = 'spring' | 'spring-security' | 'spring-cloud-gateway';

/**
 * What releases of Spring Boot manage, the newest first: the first of each line, and releases within a line that bring
 * another behaviour of CORS. Source: the `spring-boot-dependencies` of each release that is named.
 */
const BOOT: readonly (readonly [boot: string, spring: string, security: string])[] = [
  ['4.1.0', '7.0.8', '7.1.0'],
  ['4.0.0', '7.0.1', '7.0.0'],
  ['3.5.0', '6.2.7', '6.5.0'],
  ['3.4.0', '6.2.0', '6.4.1'],
  ['3.3.5', '6.1.14', '6.3.4'],
  ['3.3.3', '6.1.12', '6.3.3'],
  ['3.3.0', '6.1.8', '6.3.0'],
  ['3.2.11', '6.1.14', '6.2.7'],
  ['3.2.9', '6.1.12', '6.2.6'],
  ['3.2.2', '6.1.3', '6.2.1'],
  ['3.2.0', '6.1.1', '6.2.0'],
  ['3.1.0', '6.0.9', '6.1.0'],
  ['3.0.0', '6.0.2', '6.0.0'],
  ['2.7.0', '5.3.20', '5.7.1'],
  ['2.6.0', '5.3.13', '5.6.0'],
  ['2.5.1', '5.3.8', '5.5.0'],
  ['2.5.0', '5.3.7', '5.5.0'],
  ['2.4.7', '5.3.8', '5.4.6'],
  ['2.4.6', '5.3.7', '5.4.6'],
  ['2.4.0', '5.3.1', '5.4.1'],
  ['2.3.0', '5.2.6', '5.3.2'],
  ['2.2.0', '5.2.0', '5.2.0'],
  ['2.1.0', '5.1.2', '5.1.1'],
  ['2.0.0', '5.0.4', '5.0.3'],
  ['1.5.0', '4.3.6', '4.2.1'],
  ['1.4.0', '4.3.2', '4.1.1'],
  ['1.3.0', '4.2.3', '4.0.3'],
];

/** Gateways of the release trains of Spring Cloud. */
const CLOUD: readonly (readonly [train: string, gateway: string])[] = [['2025.1', '5.0.0'], ['2025.0', '4.3.0'], ['2024.0', '4.2.0'], ['2023.0', '4.1.0'], ['2022.0', '4.0.0'], ['2021.0', '3.1.0'], ['2020.0', '3.0.0'], ['Hoxton', '2.2.0'], ['Greenwich', '2.1.0'], ['Finchley', '2.0.0']];

/** What a project of unknown version counts as. */
const CURRENT: Readonly<Record<SpringProject, string>> = { spring: '7.0.1', 'spring-security': '7.0.0', 'spring-cloud-gateway': '5.0.0' };

const TITLES: Readonly<Record<SpringProject, string>> = { spring: 'Spring', 'spring-security': 'Spring Security', 'spring-cloud-gateway': 'Spring Cloud Gateway' };

/** How a build names the version of a project by itself: a property, a dependency. */
const OWN: Readonly<Record<SpringProject, { readonly property: RegExp; readonly artifact: RegExp }>> = {
  spring: { property: /^(?:org\.)?spring(?:-?framework)?[.-]?version$/i, artifact: /^org\.springframework:spring-(?:framework-bom|web|webmvc|webflux|core|context)$/ },
  'spring-security': { property: /^spring[.-]?security[.-]?version$/i, artifact: /^org\.springframework\.security:spring-security-(?:bom|web|config|core)$/ },
  'spring-cloud-gateway': { property: /^spring-cloud-gateway\.version$/, artifact: /^org\.springframework\.cloud:spring-cloud-(?:starter-)?gateway(?:-server)?(?:-webflux)?$/ },
};

const BOOT_ARTIFACT = /^org\.springframework\.boot:(?:spring-boot(?:-starter-parent|-dependencies|-gradle-plugin|-starter(?:-webmvc|-web|-webflux)?)?|org\.springframework\.boot\.gradle\.plugin)$/;
const CLOUD_ARTIFACT = /^org\.springframework\.cloud:spring-cloud-dependencies$/;

/** Spring's version by the build files above a source; else the current one. */
export function springVersion(files: Files, file: string): SpringVersion {
  return managedVersion(files, file, 'spring');
}

/** The version of one of Spring's projects: as the build says itself, as the releases of Spring Boot or Cloud that it names manage it. */
export function managedVersion(files: Files, file: string, project: SpringProject): SpringVersion {
  const build = buildAbove(files, file);
  const title = TITLES[project];
  const own = build.artifacts.find(([name, version]) => OWN[project].artifact.test(name) && known(build.filled(version)));
  const property = own === undefined ? [...build.properties].find(([name, value]) => OWN[project].property.test(name) && known(build.filled(value))) : undefined;
  const said = own === undefined ? property : own;
  if (said !== undefined) return versionOf(`${title} ${build.filled(said[1])} (${build.name})`, build.filled(said[1]));
  const train = project === 'spring-cloud-gateway' ? ['Spring Cloud', CLOUD_ARTIFACT, CLOUD] as const : (['Spring Boot', BOOT_ARTIFACT, BOOT] as const);
  for (const [name, version] of build.artifacts) {
    const release = build.filled(version);
    const [, spring, security] = train[1].test(name) && known(release) ? (managing(train[2], release) ?? []) : [];
    const number = project === 'spring-security' ? security : spring;
    if (number !== undefined) return versionOf(`${title} ${number.split('.').slice(0, 2).join('.')} (${train[0]} ${release}, ${build.name})`, number);
  }
  // Security is taken with the framework that it is made for.
  const spring = project === 'spring-security' ? springVersion(files, file) : undefined;
  const beside = spring === undefined || spring.assumed ? undefined : BOOT.find(([, framework]) => comparable(framework) <= spring.number);
  if (beside !== undefined) return versionOf(`${title} ${beside[2].split('.').slice(0, 2).join('.')} (with ${spring!.text})`, beside[2]);
  return versionOf(`${title} ${CURRENT[project].split('.').slice(0, 2).join('.')} (no version found)`, CURRENT[project], true);
}

function versionOf(text: string, version: string, assumed = false): SpringVersion {
  return { number: comparable(version), text, assumed };
}

/** The newest entry that is not newer than a release; of trains with names, the one of that name. */
function managing(table: readonly (readonly [string, ...string[]])[], release: string): readonly [string, ...string[]] | undefined {
  return /^\d/.test(release) ? table.find(([first]) => /^\d/.test(first) && comparable(first) <= comparable(release)) : table.find(([first]) => release.startsWith(first));
}

function known(version: string): boolean {
  return /^(?:\d+\.\d|[A-Z][a-z]+\.)/.test(version);
}

function comparable(version: string): number {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map((part) => Number.parseInt(part, 10) || 0);
  return major * 10_000 + minor * 100 + patch;
}

/** What the build files above a source say, the nearest first. */
interface Build {
  /** File name of the nearest. */
  readonly name: string;
  readonly properties: ReadonlyMap<string, string>;
  /** `group:name` and the version as written. */
  readonly artifacts: readonly (readonly [name: string, version: string])[];
  /** A version with its properties filled in. */
  filled(version: string): string;
}

const builds = new WeakMap<Files, Map<string, Build>>();

function buildAbove(files: Files, file: string): Build {
  const folder = folderOf(file);
  const all = builds.get(files) ?? new Map<string, Build>();
  builds.set(files, all);
  const before = all.get(folder);
  if (before !== undefined) return before;
  const build = readBuild(files, folder);
  all.set(folder, build);
  return build;
}

/** Files that say versions; those that are only asked about beside a build file come after it. */
const BUILD_FILES = ['pom.xml', 'build.gradle', 'build.gradle.kts', 'gradle/libs.versions.toml', 'gradle.properties', 'settings.gradle', 'settings.gradle.kts'];

function readBuild(files: Files, start: string): Build {
  const properties = new Map<string, string>();
  const artifacts: (readonly [string, string])[] = [];
  let name = '';
  const seen = new Set<string>();
  const read = (path: string): void => {
    const text = seen.has(path) || !files.exists(path) ? undefined : files.read(path);
    seen.add(path);
    if (text === undefined) return;
    const base = path.slice(path.lastIndexOf('/') + 1);
    if (name === '' && /^(?:pom\.xml|build\.gradle)/.test(base)) name = base;
    const found = base === 'pom.xml' ? pomVersions(text) : base.endsWith('.toml') ? catalogueVersions(text) : base.endsWith('.properties') ? { properties: pairs(text, /^\s*([\w.-]+)\s*[=:]\s*(\S+)/gm), artifacts: [] } : gradleVersions(text);
    for (const [key, value] of found.properties) if (!properties.has(key)) properties.set(key, value);
    artifacts.push(...found.artifacts);
    const parent = base === 'pom.xml' ? /<parent>(?:(?!<\/parent>)[\s\S])*<relativePath>([^<]+)</.exec(text)?.[1]?.trim() : undefined;
    const above = parent === undefined ? undefined : resolvePath(folderOf(path), parent);
    if (above !== undefined) read(above.endsWith('.xml') ? above : `${above}/pom.xml`);
  };
  for (let folder = start; ; folder = folderOf(folder)) {
    for (const one of BUILD_FILES) read(folder === '' ? one : `${folder}/${one}`);
    if (folder === '') break;
  }
  const filled = (version: string, depth = 0): string => {
    const key = /^\$\{?(?:(?:project|rootProject|ext|extra|libs\.versions)\.)?([\w.-]+?)\}?$/.exec(version)?.[1];
    const value = key === undefined ? undefined : properties.get(key);
    return value === undefined || depth > 5 ? version : filled(value, depth + 1);
  };
  return { name, properties, artifacts, filled: (version) => filled(version) };
}

interface Versions {
  readonly properties: readonly (readonly [string, string])[];
  readonly artifacts: readonly (readonly [string, string])[];
}

function pairs(text: string, pattern: RegExp): readonly (readonly [string, string])[] {
  return [...text.matchAll(pattern)].map((match) => [match[1]!, match[2]!] as const);
}

/** Maven: properties, and whatever has group, name and version: parent, dependencies, what is imported. */
function pomVersions(text: string): Versions {
  const plain = text.replace(/<!--[\s\S]*?-->/g, '');
  const properties = [...plain.matchAll(/<properties>([\s\S]*?)<\/properties>/g)].flatMap((match) => pairs(match[1]!, /<([\w.-]+)>\s*([^<\s]+)\s*</g));
  const artifacts = [...plain.matchAll(/<artifactId>\s*([\w.-]+)\s*<\/artifactId>\s*<version>\s*([^<\s]+)\s*</g)].map((match) => [coordinates(match[1]!), match[2]!] as const);
  return { properties, artifacts };
}

/** The group of an artifact of Spring's is told by its name. */
function coordinates(name: string): string {
  const group = name.startsWith('spring-boot') ? '.boot' : name.startsWith('spring-security') ? '.security' : name.startsWith('spring-cloud') ? '.cloud' : '';
  return `org.springframework${group}:${name}`;
}

/** Gradle in Groovy and Kotlin: plugins, dependencies and what is put into `ext`, `extra` or a variable. */
function gradleVersions(text: string): Versions {
  const plain = text.replace(/\/\*[\s\S]*?\*\/|(?<![:\w])\/\/.*$/gm, '');
  const plugins = pairs(plain, /\bid\s*\(?\s*['"](org\.springframework\.boot)['"]\s*\)?\s*version\s*\(?\s*['"]?([^'"\s)]+)/g).map(([id, version]) => [`${id}:${id}.gradle.plugin`, named(version)] as const);
  const dependencies = [...plain.matchAll(/['"](org\.springframework(?:\.\w+)?:[\w.-]+):([^'":@]+)/g)].map((match) => [match[1]!, match[2]!] as const);
  const assigned = pairs(plain, /(?:\b(?:ext|extra|def|val|var|String|set)\b[\s.]*)?(?:\[\s*|\(\s*)?['"]?([A-Za-z][\w.-]*)['"]?\s*(?:\]|\)|,)?\s*(?:=|,|\bby\s+extra\()\s*['"]([^'"\s]+)['"]/g);
  return { properties: assigned, artifacts: [...plugins, ...dependencies] };
}

/** A version in quotes is itself, one without is a variable. */
function named(version: string): string {
  return /^[\d$]/.test(version) ? version : `\${${version}}`;
}

/** A version catalogue: `[versions]`, and plugins and libraries that refer to them. */
function catalogueVersions(text: string): Versions {
  const versions = new Map(pairs(/\[versions\]([\s\S]*?)(?:^\[|(?![\s\S]))/m.exec(text)?.[1] ?? '', /^\s*['"]?([\w.-]+)['"]?\s*=\s*['"]([^'"]+)['"]/gm));
  const artifacts = [...text.matchAll(/\{([^}]*)\}/g)].flatMap((match): (readonly [string, string])[] => {
    const entry = match[1]!;
    const value = (key: string): string | undefined => new RegExp(`(?:^|[,\\s])${key}\\s*=\\s*['"]([^'"]+)['"]`).exec(entry)?.[1];
    const reference = value('version\\.ref') ?? /version\s*=\s*\{\s*ref\s*=\s*['"]([^'"]+)/.exec(entry)?.[1];
    const version = reference === undefined ? value('version') : versions.get(reference);
    const [id, module, group, name] = [value('id'), value('module'), value('group'), value('name')];
    const artifact = module ?? (group !== undefined && name !== undefined ? `${group}:${name}` : id === undefined ? undefined : `${id}:${id}.gradle.plugin`);
    return artifact === undefined || version === undefined ? [] : [[artifact, version]];
  });
  return { properties: [...versions], artifacts: [...artifacts, ...pairs(text, /['"](org\.springframework(?:\.\w+)?:[\w.-]+):([\w.-]+)['"]/g)] };
}
