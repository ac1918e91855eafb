import { print } from './express-sources.js';
import type { ObservedRow } from './observed.js';

/** `config/middlewares` behind a recorded row: the CORS middleware of Strapi alone. */
export function strapiSource(row: ObservedRow): string {
  const isBare = JSON.stringify(row.options) === '{}';
  return `export default [\n  ${isBare ? `'strapi::cors'` : `{ name: 'strapi::cors', config: ${print(row.options)} }`},\n];\n`;
}
