import type { Evidence } from '../../policy/program.js';
import { calledNames, type JvmModule } from '../../syntax/jvm/index.js';

/** What code calls, or names, to have what browsers send by themselves. */
const COOKIES = /^(?:cookies?|getCookies?|cookieMap|cookieStore|cookieCount|session|sessions|getSession|sessionAttribute|SessionHandler|Sessions)$/;

/**
 * What code of a file gives away beside its policies, by what it calls; `reads`: what was asked of requests while the code was
 * followed. Where code forbids caches to keep a response, the response says so.
 */
export function jvmEvidence(module: JvmModule, handWritten: boolean, reads: ReadonlySet<string> = new Set()): Evidence {
  const asked = reads.has('cookie') || calledNames(module).some((name) => COOKIES.test(name));
  return { handWritten, canAddVary: handWritten, readsCookies: asked ? 'yes' : 'unknown', noStore: false };
}
