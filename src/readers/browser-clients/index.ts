/**
 * Requests of the repository's own pages: `fetch`, axios, ky, superagent and XMLHttpRequest. What they send says what a
 * service has to allow. Relative addresses are the page's own origin, and no matter of CORS.
 */
import { importsPackage, type EstreeModule } from '../../syntax/estree/index.js';
import { decline, defineReader } from '../reader.js';
import { callsIn } from './calls.js';

/** Packages of programs on a server: what such a file calls, no browser sends. */
const OF_SERVERS = /^(?:node:.*|http|https|fs|fs\/promises|child_process|express|fastify|koa|@hapi\/hapi|@nestjs\/.*|next\/server|next\/headers|server-only|@remix-run\/node|undici|node-fetch|got|aws-sdk|@aws-sdk\/.*)$/;

/** What only pages import. */
const OF_PAGES = /^(?:react|react-dom(?:\/\w+)?|preact|vue|svelte|solid-js|@angular\/.*|next\/(?:link|router|navigation)|jquery)$/;

/** Options that mean something to browsers alone. */
const BROWSER_ONLY = /\bcredentials\s*:\s*['"](?:include|same-origin)|\bwithCredentials\b|\bmode\s*:\s*['"]cors['"]/;

export default defineReader<EstreeModule>({
  title: 'Pages that call services',
  language: 'estree',
  mayConcern: /\bcredentials\s*:\s*['"]include|\bwithCredentials\b|\bmode\s*:\s*['"]cors['"]|\bfetch\(\s*(?:['"`]https?:|`\$\{)/,

  *read(module) {
    if (importsPackage(module, OF_SERVERS) || !isPage(module)) return;
    for (const call of callsIn(module)) yield { kind: 'call', call };
  },

  write: () => decline('no policy stands here'),
});

function isPage(module: EstreeModule): boolean {
  if (BROWSER_ONLY.test(module.source.text) || importsPackage(module, OF_PAGES)) return true;
  return module.scopes.free.some(({ name }) => ['document', 'window', 'localStorage', 'sessionStorage', 'navigator', 'location'].includes(name));
}
