import type { Container, UnitPort } from '../../policy/topology.js';
import type { Dockerfile, Instruction } from '../../syntax/dockerfile/index.js';
import type { Span } from '../../text/span.js';
import { portIn } from '../commands/arguments.js';
import { launchesIn, launchesOfWords, type Launch } from '../commands/launch.js';
import type { Target } from '../commands/program.js';
import { absolute, atPath } from './paths.js';
import { stagesOf, type Stage } from './stages.js';

/** What the last stage of a Dockerfile holds, and each that has a name. @param file what to call the Dockerfile */
export function containersOf(dockerfile: Dockerfile, file: string): readonly Container[] {
  const stages = stagesOf(dockerfile);
  const last = stages.at(-1);
  const named = stages.flatMap((stage) => (stage.name === undefined ? [] : [{ ...containerOf(stage, file), stage: stage.name }]));
  return last === undefined ? [] : [containerOf(last, file), ...named];
}

function containerOf(stage: Stage, file: string): Container {
  const told = launched(stage);
  const places = told.launches.flatMap(({ targets }) => targets.flatMap((target) => placeOf(target, stage) ?? []));
  const runs = told.launches.flatMap(({ targets }) => targets.flatMap((target) => runOf(target, stage, told.at)));
  const copies = stage.copies.filter(({ built, to }) => built !== true || places.some((place) => isWithin(place, to) || isWithin(to, place)));
  return { fact: 'container', file, copies, runs, ports: portsOf(stage, told.launches, told.at), at: stage.at };
}

/** What `ENTRYPOINT` and `CMD` start together. */
function launched({ entrypoint, command, settings, at }: Stage): { readonly launches: readonly Launch[]; readonly at: Span } {
  const shown = entrypoint !== undefined && (command === undefined || !entrypoint.isList) ? entrypoint : command;
  if (shown === undefined) return { launches: [], at };
  if (entrypoint !== undefined && !entrypoint.isList) return { launches: launchesIn(entrypoint.line, settings), at: entrypoint.at };
  const words = [...wordsOf(entrypoint), ...wordsOf(command)];
  const launches = launchesOfWords(words, settings);
  // A script of its own stands in front of the command, and hands it on by custom.
  if (launches.length > 0 || entrypoint === undefined || command === undefined) return { launches, at: shown.at };
  return { launches: /\.sh$/.test(entrypoint.words.at(-1)?.text ?? '') ? launchesOfWords(wordsOf(command), settings) : [], at: command.at };
}

function wordsOf(instruction: Instruction | undefined): readonly string[] {
  if (instruction === undefined) return [];
  return instruction.isList ? instruction.words.map(({ text }) => text) : ['/bin/sh', '-c', instruction.line];
}

/** Where in the container stands what is run. */
function placeOf(target: Target, { folder }: Stage): string | undefined {
  const path = target.of === 'file' || target.of === 'folder' ? target.path : target.folder;
  return path.startsWith('/') ? absolute('/', path) : folder === undefined ? undefined : absolute(folder, path);
}

function runOf(target: Target, stage: Stage, at: Span): Container['runs'] {
  const place = placeOf(target, stage);
  const written = stage.copies.filter(({ built }) => built !== true);
  const found = (path: string): string | undefined => (place === undefined ? undefined : atPath(written, path === '' ? place : absolute(place, path)));
  if (target.of === 'module') {
    const path = found(`${target.name.replaceAll('.', '/')}.py`);
    return path === undefined ? [] : [{ path, at }];
  }
  if (target.of === 'script') {
    const path = found('package.json');
    return path === undefined ? [] : [{ path, script: target.name, at }];
  }
  // What an archive was built of is what was copied.
  const path = target.of === 'file' && !/\.(?:jar|war|dll)$/.test(target.path) ? found('') : undefined;
  return path === undefined ? [] : [{ path, at }];
}

function isWithin(path: string, folder: string): boolean {
  const start = folder.endsWith('/') ? folder : `${folder}/`;
  return path === folder || `${path}/`.startsWith(start);
}

/** Ports that are exposed, that the command is told, or that PORT says where the command does not. */
function portsOf({ exposed, settings }: Stage, launches: readonly Launch[], at: Span): readonly UnitPort[] {
  const ports = new Map(exposed.map((one) => [one.port, one]));
  const told = launches.flatMap((launch) => launch.ports);
  const set = settings.get('PORT');
  const port = portIn(set?.value);
  const more = told.length === 0 && set !== undefined && port !== undefined ? [{ port, byDefault: set.byDefault }] : told;
  for (const one of more) if (!ports.has(one.port) && !(one.byDefault && ports.size > 0)) ports.set(one.port, { port: one.port, ...(one.byDefault ? { byDefault: true } : {}), at });
  return [...ports.values()];
}
