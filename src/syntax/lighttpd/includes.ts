import type { Files } from '../../text/files.js';
import { filesMatching } from '../../text/glob.js';

/** Where distributions put the main file; an absolute path below it is one of its neighbours. */
const HOME = /^\/(?:usr\/local\/)?etc\/lighttpd\//;

/** Alternatives of one pattern past which it is not followed. */
const MAX_ALTERNATIVES = 64;

/** Files of an `include`: a path or a pattern with `*`, `?`, `[…]`, `{a,b}`, in byte order; undefined when it lies outside of what is in view. */
export function filesIncluded(files: Files, root: string, pattern: string): readonly string[] | undefined {
  const relative = pattern.replace(HOME, '');
  if (relative.startsWith('/')) return undefined;
  return alternatives(relative).flatMap((one) => filesMatching(files, root, one));
}

/** `{a,b}` written out. */
function alternatives(pattern: string): readonly string[] {
  let found = [pattern];
  for (;;) {
    const next = found.flatMap((one) => {
      const [whole, before = '', inner = '', after = ''] = /^([^{]*)\{([^{}]*)\}([\s\S]*)$/.exec(one) ?? [];
      return whole === undefined ? [one] : inner.split(',').map((part) => before + part + after);
    });
    if (next.length === found.length || next.length > MAX_ALTERNATIVES) return found;
    found = next;
  }
}
