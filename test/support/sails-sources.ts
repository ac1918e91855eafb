import { print } from './express-sources.js';
import type { ObservedRow } from './observed.js';

/** The configuration files behind a recorded row of Sails. */
export function sailsSources({ options, wiring }: Pick<ObservedRow, 'options' | 'wiring'>): Readonly<Record<string, string>> {
  const version = { 'package.json': JSON.stringify({ dependencies: { sails: '1.5.18' } }) };
  if (wiring === 'route cors') {
    const routes = Object.entries((options as { $route: Record<string, unknown> }).$route).map(([address, target]) => `  '${address}': { action: 'data', ...${print(target)} },\n`);
    return { ...version, 'config/security.js': 'module.exports.security = { cors: { allRoutes: false } };\n', 'config/routes.js': `module.exports.routes = {\n  'GET /data': { action: 'data' },\n${routes.join('')}};\n` };
  }
  return { ...version, 'config/security.js': `/**\n * Security settings\n */\nmodule.exports.security = {\n  cors: ${print(options)},\n};\n`, 'config/routes.js': `module.exports.routes = { '/data': { action: 'data' } };\n` };
}
