import type { Codemod } from './codemod.js';

/** A code-mod as it is listed, before anything of it is loaded. */
export interface CodemodEntry {
  /** Under which heading `--list` shows it. */
  readonly group: 'JavaScript and TypeScript' | 'Python' | 'Spring' | 'nginx' | 'Layers';
  /** What it does, in one sentence. */
  readonly help: string;
  /** Which choice of a person it cannot do without. */
  readonly needs?: 'origins' | 'keep';
  readonly load: () => Promise<{ readonly default: Codemod }>;
}

/** The code-mods by their names, in the order in which they are listed. */
export const CODEMODS: Readonly<Record<string, CodemodEntry>> = {
  'starlette-headers-to-cors-middleware': {
    group: 'Python',
    help: 'CORS headers that middleware of FastAPI and Starlette writes by hand become CORSMiddleware.',
    load: () => import('./starlette-headers-to-cors-middleware.js'),
  },
};
