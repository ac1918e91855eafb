import type { Note, Probe } from '../../policy/program.js';
import type { Directive } from '../../syntax/nginx/index.js';
import type { Span } from '../../text/span.js';
import type { Location } from './locations.js';
import { levelOf, type AddHeader, type Level } from './levels.js';
import { sampleOf } from './probes.js';

/** Lines that a note points at. */
const MAX_SHOWN = 20;

const ALLOW_ORIGIN = 'access-control-allow-origin';

/**
 * Levels whose own `add_header` lines cost them the Access-Control-Allow-Origin of the level around them, and an `if`
 * behind another one that sends it: when both are true the last alone counts.
 */
export function notesOf(server: Level, locations: readonly Location[], probes: readonly Probe[], at: Span): readonly Note[] {
  const notes: Note[] = [];
  const add = (level: Level, path: string): void => {
    const lost = (level.parent?.headers ?? []).filter(isCors);
    if (!level.hasOwnHeaders || !lost.some(({ name }) => name === ALLOW_ORIGIN) || level.headers.some(({ name }) => name === ALLOW_ORIGIN)) return;
    notes.push({ id: 'headers-lost-by-inheritance', at: level.head?.at ?? at, related: lost.map(({ directive }) => directive.at), path });
  };
  const undone = (level: Level, lost: readonly AddHeader[], path: string): void => {
    if (!lost.some(({ name }) => name === ALLOW_ORIGIN) || level.headers.some(({ name }) => name === ALLOW_ORIGIN)) return;
    notes.push({ id: 'headers-undone', at: level.head?.at ?? at, related: lost.map(({ directive }) => directive.at), path });
  };
  const ifs = (level: Level, path: string, directives: readonly Directive[]): void => {
    /** What the ones before say; of very many some are enough to show. */
    const earlier: AddHeader[] = [];
    for (const directive of directives) {
      if (directive.name !== 'if' || directive.block === undefined) continue;
      const inner = levelOf('if', directive.block, level, directive);
      add(inner, path);
      undone(inner, earlier, path);
      if (inner.hasOwnHeaders && earlier.length < MAX_SHOWN) earlier.push(...inner.headers.filter(isCors).slice(0, MAX_SHOWN));
      ifs(inner, path, directive.block);
    }
  };
  add(server, probes[0]?.path ?? '/');
  for (const location of locations) {
    const path = sampleOf(location) ?? probes[0]?.path ?? '/';
    add(location.level, path);
    ifs(location.level, path, location.level.directives);
  }
  return notes;
}

function isCors({ name }: AddHeader): boolean {
  return name.startsWith('access-control-') || name === 'vary';
}
