import { resolve } from 'node:path';
import type { EngineOptions, Revised, Survey } from '../../engine.js';
import { ruleEntries } from '../../generated/catalogue.js';
import type { SourceText } from '../../text/source-text.js';
import { Disk } from '../disk.js';
import { rootOf, toReader, toRoot, type Root } from '../root.js';
import { scan } from '../scan.js';
import type { Options } from './options.js';
import { filesOf } from './paths.js';
import { Settings } from './settings.js';
import type { Terminal } from './terminal.js';

/** A repository as the commands that ask about it see it: every policy and every layer, judged with the settings of its root. */
export interface Surveyed {
  readonly survey: Survey;
  readonly root: Root;
  /** Name of the environment that is asked about. */
  readonly environment: string;
  /** Origins that the configuration calls the user's own. */
  readonly trustedOrigins: readonly string[];
  /** Path as the user sees it, for a path of the survey. */
  pathOf(file: string): string;
  sourceOf(file: string): SourceText;
}

/** Reads and judges what the paths hold. Nothing is fixed, and no baseline is asked. @param named files and folders, `.` where none is named */
export async function surveyed(flags: Options['flags'], named: readonly string[], terminal: Terminal): Promise<Surveyed> {
  const { paths, disk, options, trustedOrigins, ...opened } = await open(flags, named, terminal, loadEngine);
  const { survey } = await loadEngine();
  return { ...opened, survey: await survey(paths, disk, options), environment: options.environment, trustedOrigins };
}

/** A repository as something to rewrite. */
export interface Rewritable extends Pick<Surveyed, 'root' | 'pathOf' | 'sourceOf'> {
  readonly repository: Revised;
}

/** Reads what the paths hold; nothing is judged. @param load what is needed next, loaded while files are read */
export async function rewritable(flags: Options['flags'], named: readonly string[], terminal: Terminal, load: () => Promise<unknown>): Promise<Rewritable> {
  const { paths, disk, options, root, pathOf, sourceOf } = await open(flags, named, terminal, () => Promise.all([loadEngine(), load()]));
  const { revised } = await loadEngine();
  return { repository: await revised(paths, disk, options), root, pathOf, sourceOf };
}

const loadEngine = (): Promise<typeof import('../../engine.js')> => import('../../engine.js');

interface Opened extends Pick<Surveyed, 'root' | 'trustedOrigins' | 'pathOf' | 'sourceOf'> {
  readonly paths: readonly string[];
  readonly disk: Disk;
  readonly options: EngineOptions;
}

async function open(flags: Options['flags'], named: readonly string[], terminal: Terminal, meanwhile: () => Promise<unknown>): Promise<Opened> {
  const paths = named.length === 0 ? ['.'] : named;
  const root = rootOf(terminal.cwd, paths);
  const settings = new Settings(flags, ruleEntries, root);
  const disk = new Disk(root);
  const { files } = filesOf(root, { named: paths, noIgnore: flags['no-ignore'] === true, patterns: flags['ignore-pattern'] ?? [] });
  const kept: string[] = [];
  await scan(disk, root, files, meanwhile);
  const { files: concerned, layers, unread } = disk.concerned(files);
  for (const { file, message } of unread) terminal.stderr.write(`cors-lint: ${toReader(root, file)}: ${message}\n`);
  for (const file of concerned) if (!(await settings.of(file)).ignored) kept.push(file);
  const { environment, strict, trustedOrigins, layers: declared, rules } = await settings.of(toRoot(root, resolve(terminal.cwd, 'file')));
  const on = [...rules].flatMap(([id, { level, options }]) => (level === 'off' ? [] : [[id, { severity: level, options }] as const]));
  return {
    paths: kept,
    disk,
    options: { rules: new Map(on), strict, environment, trustedOrigins, inlineConfig: true, fixes: false, beside: layers, isIgnored: async (file) => (await settings.of(file)).ignored, layers: declared },
    root,
    trustedOrigins,
    pathOf: (file) => toReader(root, file),
    sourceOf: (file) => disk.source(file),
  };
}
