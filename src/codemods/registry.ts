import type { Codemod } from './codemod.js';

/** A code-mod as it is listed, before anything of it is loaded. */
export interface CodemodEntry {
  /** Under which heading `--list` shows it. */
  readonly group: 'Any language' | 'JavaScript and TypeScript' | 'Python' | 'Spring' | 'nginx' | 'Layers';
  /** What it does, in one sentence. */
  readonly help: string;
  /** Which choice of a person it cannot do without. */
  readonly needs?: 'origins' | 'keep';
  readonly load: () => Promise<{ readonly default: Codemod }>;
}

/**
 * The code-mods by their names, in the order in which they are listed. Each has a section in docs/codemods.md, a heading of the
 * third level below that of its group, which begins with the words of `help`.
 */
export const CODEMODS: Readonly<Record<string, CodemodEntry>> = {
  'express-headers-to-cors': {
    group: 'JavaScript and TypeScript',
    help: 'CORS headers that Express code writes by hand become npm cors.',
    load: () => import('./express-headers-to-cors.js'),
  },
  'fastify-headers-to-cors': {
    group: 'JavaScript and TypeScript',
    help: 'CORS headers that hooks of Fastify write by hand become @fastify/cors.',
    load: () => import('./fastify-headers-to-cors.js'),
  },
  'koa-headers-to-cors': {
    group: 'JavaScript and TypeScript',
    help: 'CORS headers that middleware of Koa writes by hand become @koa/cors.',
    load: () => import('./koa-headers-to-cors.js'),
  },
  'nest-headers-to-cors': {
    group: 'JavaScript and TypeScript',
    help: 'CORS headers that middleware of a Nest application writes by hand become app.enableCors().',
    load: () => import('./nest-headers-to-cors.js'),
  },
  'hono-headers-to-cors': {
    group: 'JavaScript and TypeScript',
    help: 'CORS headers that middleware of Hono writes by hand become hono/cors.',
    load: () => import('./hono-headers-to-cors.js'),
  },
  'extract-allowlist': {
    group: 'JavaScript and TypeScript',
    help: 'Origins that stand in the middle of code become one constant; with --origins-from-env, one that the environment can replace.',
    load: () => import('./extract-allowlist.js'),
  },
  'callback-to-list': {
    group: 'JavaScript and TypeScript',
    help: 'An origin callback that only looks whether an origin is one of a list becomes the list.',
    load: () => import('./callback-to-list.js'),
  },
  'starlette-headers-to-cors-middleware': {
    group: 'Python',
    help: 'CORS headers that middleware of FastAPI and Starlette writes by hand become CORSMiddleware.',
    load: () => import('./starlette-headers-to-cors-middleware.js'),
  },
  'flask-after-request-to-flask-cors': {
    group: 'Python',
    help: 'CORS headers that hooks of Flask write by hand become Flask-CORS.',
    load: () => import('./flask-after-request-to-flask-cors.js'),
  },
  'django-cors-headers-names': {
    group: 'Python',
    help: 'Settings of django-cors-headers that have old names get those of today; what it reads no more goes.',
    load: () => import('./django-cors-headers-names.js'),
  },
  'python-origins-from-env': {
    group: 'Python',
    help: 'Lists of origins that FastAPI, Starlette, Flask-CORS and django-cors-headers are given are read from the environment variable that --origins-from-env names.',
    needs: 'origins',
    load: () => import('./python-origins-from-env.js'),
  },
  'spring-crossorigin-to-source': {
    group: 'Spring',
    help: '@CrossOrigin scattered over controllers becomes one policy by paths: the CorsConfigurationSource that Spring Security asks for, or addCorsMappings.',
    load: () => import('./spring-crossorigin-to-source.js'),
  },
  'spring-security-cors': {
    group: 'Spring',
    help: 'Chains of Spring Security that refuse preflights of the application\'s own CORS configuration call cors().',
    load: () => import('./spring-security-cors.js'),
  },
  'spring-filter-to-cors-filter': {
    group: 'Spring',
    help: 'CORS headers that filters of Spring applications write by hand become CorsFilter, or CorsWebFilter of WebFlux.',
    load: () => import('./spring-filter-to-cors-filter.js'),
  },
  'nginx-if-to-map': {
    group: 'nginx',
    help: 'CORS headers that `if`s decide about (the three-`if` snippet, concatenated variables) become maps and one file of header lines that locations include.',
    load: () => import('./nginx-if-to-map.js'),
  },
  'nginx-reflection-to-map': {
    group: 'nginx',
    help: 'Origins that nginx sends back as they came, or that a pattern matches which others can match too, are looked up in a map of those that you name.',
    needs: 'origins',
    load: () => import('./nginx-reflection-to-map.js'),
  },
  'nginx-duplicates-to-include': {
    group: 'nginx',
    help: 'CORS lines that stand in several servers, locations or files become one file that each of them includes.',
    load: () => import('./nginx-duplicates-to-include.js'),
  },
  'reflection-to-allowlist': {
    group: 'Any language',
    help: 'A policy that sends every origin back lets in those alone that --origins names; in JavaScript and TypeScript, those that --origins-from-env names.',
    needs: 'origins',
    load: () => import('./reflection-to-allowlist.js'),
  },
  consolidate: {
    group: 'Layers',
    help: 'Of the layers that a request goes through, --keep names the one that goes on sending CORS headers; the others stop, or are hidden by it.',
    needs: 'keep',
    load: () => import('./consolidate.js'),
  },
};
