/** Versions that code-mods ask for: those whose behaviour the live suites hold. */
export const VERSIONS: Readonly<Record<string, string>> = {
  cors: '^2.8.6',
  '@types/cors': '^2.8.19',
  '@fastify/cors': '^11.4.3',
  '@koa/cors': '^5.0.0',
  '@types/koa__cors': '^5.0.0',
};
