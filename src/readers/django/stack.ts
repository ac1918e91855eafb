import { allOf } from '../../middleware/koa/guards.js';
import type { Guard, Step } from '../../policy/program.js';
import type { PythonModule } from '../../syntax/python/index.js';
import { within } from './answers.js';
import { DjangoCode } from './handwritten.js';
import type { Installed } from './settings.js';

/** More middleware than this is not followed. */
const MAX_FOLLOWED = 12;

/**
 * What the project's middleware above `CorsMiddleware` answers by itself: such answers have no headers of CORS. Django's
 * own lets preflights through to it (measured on 5.2: `CommonMiddleware` only redirects what nothing serves,
 * `SecurityMiddleware` with `SECURE_SSL_REDIRECT` what does not come by https), so it answers nothing here.
 */
export function stepsAbove(settings: PythonModule, { above }: Installed, runs: Guard): readonly Step[] {
  return above
    .filter(({ path }) => !/^(?:django|rest_framework|whitenoise|corsheaders|debug_toolbar)\./.test(path))
    .slice(0, MAX_FOLLOWED)
    .flatMap(({ path, when }) => {
      const cut = path.lastIndexOf('.');
      const file = settings.fileNamed(path.slice(0, cut));
      const module = file === undefined ? undefined : settings.at(file);
      const found = module === undefined ? undefined : new DjangoCode(module).middlewareNamed(path.slice(cut + 1));
      if (found === undefined) return [];
      const { writes, ends } = within(allOf(runs, when), found.answers, allOf);
      return [...writes, ...ends];
    });
}
