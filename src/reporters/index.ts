import type { Reporter } from './report.js';

/** Formats that show what only a person can choose; the others need not wait until it is proven. */
export const showingSuggestions: ReadonlySet<string> = new Set(['pretty', 'json', 'json-v1', 'sarif', 'markdown']);

/** Formats by name; each is loaded when it is asked for. */
export const reporters: Readonly<Record<string, () => Promise<Reporter>>> = {
  pretty: async () => (await import('./pretty.js')).format,
  stylish: async () => (await import('./stylish.js')).format,
  compact: async () => (await import('./compact.js')).format,
  json: async () => (await import('./json.js')).format,
  'json-v1': async () => (await import('./json.js')).format,
  sarif: async () => (await import('./sarif.js')).format,
  junit: async () => (await import('./junit.js')).format,
  gitlab: async () => (await import('./gitlab.js')).format,
  checkstyle: async () => (await import('./checkstyle.js')).format,
  markdown: async () => (await import('./markdown.js')).format,
  github: async () => (await import('./github.js')).format,
};
