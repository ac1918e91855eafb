import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** Packages that only patterns need, loaded when the first pattern is looked at (5 and 14 ms on the reference machine). */
export const regexpp = (): typeof import('@eslint-community/regexpp') => require('@eslint-community/regexpp') as typeof import('@eslint-community/regexpp');
export const tldts = (): typeof import('tldts') => require('tldts') as typeof import('tldts');
