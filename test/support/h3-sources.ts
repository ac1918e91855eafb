import { print } from './express-sources.js';
import type { ObservedRow } from './observed.js';

const send = '() => ({ ok: true })';
const boom = `() => { throw new Error('boom'); }`;

/** Version 1: layers in front of a router. */
function appOfOne(layer: string): string {
  return `import { createServer } from 'node:http';
import { createApp, createRouter, eventHandler, handleCors, setResponseHeaders, toNodeListener } from 'h3';
const app = createApp();
${layer}const router = createRouter();
router.get('/data', eventHandler(${send}));
router.post('/data', eventHandler(${send}));
router.put('/data', eventHandler(${send}));
router.delete('/data', eventHandler(${send}));
router.get('/boom', eventHandler(${boom}));
app.use(router);
createServer(toNodeListener(app)).listen(3000);
`;
}

/** Version 2: middleware runs in front, wherever it stands. */
function appOfTwo(layer: string): string {
  return `import { H3, handleCors, serve } from 'h3';
import { routeRules } from 'h3/rules';
const app = new H3();
${layer}app.get('/data', ${send});
app.post('/data', ${send});
app.put('/data', ${send});
app.delete('/data', ${send});
app.get('/boom', ${boom});
serve(app, { port: 3000 });
`;
}

/** The program behind a recorded row of h3, as its options and its wiring describe it. */
export function h3Source(row: ObservedRow): string {
  const o = `const o = ${print(row.options)};\n`;
  switch (row.wiring) {
    case 'global handler: if(handleCors(event,o)) return':
      return appOfOne(`${o}app.use(eventHandler((event) => { if (handleCors(event, o)) return; }));\n`);
    case 'handler returns null when handled':
      return appOfOne(`${o}app.use(eventHandler((event) => { if (handleCors(event, o)) return null; }));\n`);
    case 'server/middleware sets headers':
      return appOfOne(`app.use(eventHandler((event) => {
  setResponseHeaders(event, {
    'Access-Control-Allow-Methods': 'GET,HEAD,PUT,PATCH,POST,DELETE',
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Allow-Credentials': 'true',
    'Access-Control-Allow-Headers': '*',
    'Access-Control-Expose-Headers': '*',
  });
}));
`);
    case 'global middleware: const r=handleCors(e,o); if(r!==false) return r':
      return appOfTwo(`${o}app.use((event) => {\n  const r = handleCors(event, o);\n  if (r !== false) return r;\n});\n`);
    case 'routeRules plugin':
      return appOfTwo(`app.use(routeRules(${print(row.options)}));\n`);
    default:
      throw new Error(`no source for the wiring ${row.wiring}`);
  }
}

/** The configuration behind a recorded row of Nitro's rules. */
export function nitroConfigSource(row: ObservedRow): string {
  return `export default defineNitroConfig({ routeRules: ${String((row.options as { $routeRules: string }).$routeRules)} });\n`;
}
