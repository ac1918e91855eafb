import { PythonModule } from '../syntax/python/index.js';
import type { TextEdit } from '../text/edit.js';
import { textsWith } from '../text/files.js';
import type { Span } from '../text/span.js';
import { refuse, type Codemod, type Proposed } from './codemod.js';
import { projectsIn, type DjangoProject } from './python/django-projects.js';
import { removals } from './python/django-removals.js';
import { originsCompleted } from './python/django-schemes.js';
import { mentionsOf } from './python/setting-names.js';

/** Names before 3.5.0, each with the one since, which its conf.py asks first: the old one counts where the new one is not set (up to 4.9.0). */
const RENAMED: readonly (readonly [old: string, current: string])[] = [
  ['CORS_ORIGIN_ALLOW_ALL', 'CORS_ALLOW_ALL_ORIGINS'],
  ['CORS_ORIGIN_WHITELIST', 'CORS_ALLOWED_ORIGINS'],
  ['CORS_ORIGIN_REGEX_WHITELIST', 'CORS_ALLOWED_ORIGIN_REGEXES'],
];

/** A file of settings by its path or by what else it sets, whoever puts it together with others. */
const [SETTINGS_PATH, SETTINGS_TEXT] = [/settings/i, /^[ \t]*(?:from|import)[ \t]+(?:django|corsheaders|configurations)\b|\b(?:INSTALLED_APPS|MIDDLEWARE)[ \t]*\+?=/m];

/** Names that django-cors-headers used to have become those of today, wherever the project says them; what it reads no more goes. */
const codemod: Codemod = {
  *propose(repository, choices) {
    for (const project of projectsIn(repository)) {
      for (const [old, current] of RENAMED) yield* renaming(project, old, current);
      yield* removals(project);
      yield* originsCompleted(project, choices);
    }
  },
};

export default codemod;

function* renaming(project: DjangoProject, old: string, current: string): Iterable<Proposed> {
  const { repository, release } = project;
  const word = new RegExp(`\\b${old}\\b`);
  if (!project.mentions(word)) return;
  const speaking = project.speaking(word);
  const edits: TextEdit[] = [];
  const bound: Span[] = [];
  const sources: string[] = [];
  for (const path of speaking.files) {
    const module = repository.unit('python', path);
    if (!(module instanceof PythonModule)) continue;
    const found = mentionsOf(module, old, current);
    if (found.bound.length > 0 && !project.holds(path) && !project.settings.files.includes(path)) continue;
    const [obstacle] = found.obstacles;
    if (obstacle !== undefined) return yield refuse(obstacle.at, `${old} stays, everywhere: ${obstacle.why}`);
    edits.push(...found.edits);
    bound.push(...found.bound);
    sources.push(...found.sources);
  }
  const stray = bound.find(({ file }) => !project.settings.files.includes(file) && !sources.includes(file) && !SETTINGS_PATH.test(file) && !SETTINGS_TEXT.test(repository.files.read(file) ?? ''));
  if (stray !== undefined) return yield refuse(stray, `${old} stays, everywhere: a module that is not of the settings has a name like it here`);
  const [at] = [...bound, ...edits];
  if (at === undefined) return;
  const reason = reasonAgainst(project, old, current);
  if (reason !== undefined) return yield refuse(at, reason);
  const texts = textsWith(repository.files, edits);
  if (texts === undefined) return yield refuse(at, 'what would be written here overlaps with something else that would');
  const notes = [
    ...(release.isFrom('3.5') === true ? [] : [`see that django-cors-headers 3.5.0 or newer is installed: ${release.words}`]),
    ...speaking.left.map((path) => `see whether ${old} is to be renamed in ${path} too, which is left as it is`),
  ];
  yield { kind: 'rewriting', title: `${old} becomes ${current}`, at, texts, ...(notes.length === 0 ? {} : { notes }) };
}

/** Why a name has to stay as it is. */
function reasonAgainst({ repository, settings, release }: DjangoProject, old: string, current: string): string | undefined {
  if (release.isFrom('3.5') === false) return `${release.words}, which reads ${old} alone: ${current} came with 3.5.0`;
  const [hidden] = settings.hidden;
  if (hidden !== undefined) return `${hidden.by} takes all names of ${hidden.name}, which is not here: should it set ${old}, that would count no more; put it there, if only an empty one`;
  for (const path of settings.files) {
    if (!new RegExp(`\\b${current}\\b|\\bdynaconf\\b`).test(repository.files.read(path) ?? '')) continue;
    const module = repository.unit('python', path);
    if (!(module instanceof PythonModule)) continue;
    if ([...module.imports.values()].some((name) => /^dynaconf\b/.test(name))) return `dynaconf reads settings from files and variables by their names, and ${old} may be one of them`;
    const [both] = mentionsOf(module, current, current).bound;
    if (both !== undefined) return `${current} is set too, in line ${module.source.positionAt(both.start).line} of ${path}: it counts where both are set, and ${old} does not; take one of them out`;
  }
  return undefined;
}
