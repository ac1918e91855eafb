import { allOf } from '../../middleware/koa/guards.js';
import type { Guard, Note, Step } from '../../policy/program.js';
import type { PythonModule } from '../../syntax/python/index.js';
import { within } from './answers.js';
import { DjangoCode } from './handwritten.js';
import type { Installed } from './settings.js';

/** More middleware than this is not followed. */
const MAX_FOLLOWED = 12;

/** What stands above `CorsMiddleware`: what it answers, and that this has no headers of CORS. */
export interface Above {
  readonly steps: readonly Step[];
  readonly notes: readonly Omit<Note, 'path'>[];
}

/**
 * What the project's middleware above `CorsMiddleware` answers by itself: such answers have no headers of CORS. Django's
 * own lets preflights through to it (measured on 5.2: `CommonMiddleware` only redirects what nothing serves,
 * `SecurityMiddleware` with `SECURE_SSL_REDIRECT` what does not come by https), so it answers nothing here.
 */
export function stackAbove(settings: PythonModule, { above, at }: Installed, runs: Guard): Above {
  const parts = above
    .filter(({ path }) => !/^(?:django|rest_framework|whitenoise|corsheaders|debug_toolbar)\./.test(path))
    .slice(0, MAX_FOLLOWED)
    .flatMap(({ path, when, at: entry }) => {
      const cut = path.lastIndexOf('.');
      const file = settings.fileNamed(path.slice(0, cut));
      const module = file === undefined ? undefined : settings.at(file);
      const found = module === undefined ? undefined : new DjangoCode(module).middlewareNamed(path.slice(cut + 1));
      if (found === undefined) return [];
      const { writes, ends } = within(allOf(runs, when), found.answers, allOf);
      return [{ steps: [...writes, ...ends], notes: ends.length === 0 ? [] : [{ id: 'registered-too-late', at, related: [entry] } as const] }];
    });
  return { steps: parts.flatMap(({ steps }) => steps), notes: parts.flatMap(({ notes }) => notes) };
}
