import { createRequire } from 'node:module';
import type { SourceText } from '../../text/source-text.js';
import type { Problem } from '../language.js';
import type { ScopeManagerLike } from './scopes.js';
import type { Program } from './tree.js';

export type ParserName = 'oxc' | 'typescript-eslint';

export interface Tree {
  readonly program: Program;
  readonly scopes: ScopeManagerLike;
}

const require = createRequire(import.meta.url);

/**
 * Parses with `oxc-parser`; where its native binary is missing or it finds an error, with `@typescript-eslint/parser`
 * when that is installed. Never throws. The problem is told in the words of the first parser that could run.
 */
export function parseTree(source: SourceText, parsers: readonly ParserName[] = ['oxc', 'typescript-eslint']): Tree | Problem {
  let problem: Problem | undefined;
  for (const name of parsers) {
    try {
      const result = name === 'oxc' ? withOxc(source) : withTypescriptEslint(source);
      if ('program' in result) return result;
      problem ??= result;
    } catch {
      // The parser is not installed, or its binary is not for this platform: the next one.
    }
  }
  return problem ?? { at: { file: source.file, start: 0, end: 0 }, message: 'No JavaScript parser could be loaded: oxc-parser has no binary for this platform here. Install it again with optional dependencies, or install @typescript-eslint/parser too.' };
}

function withOxc(source: SourceText): Tree | Problem {
  const { parseSync } = require('oxc-parser') as typeof import('oxc-parser');
  const lang = /\.[cm]?ts$/.test(source.file) ? 'ts' : source.file.endsWith('.tsx') ? 'tsx' : 'jsx';
  const attempt = (sourceType: 'module' | 'commonjs'): Tree | Problem => {
    const { program, errors } = parseSync(source.file, source.text, { lang, sourceType, astType: 'ts', range: true, preserveParens: false });
    const error = errors.find(({ severity }) => severity === 'Error');
    if (error === undefined) return { program, scopes: scopesOf(program, sourceType) };
    const label = error.labels[0];
    return { at: { file: source.file, start: label?.start ?? 0, end: label?.end ?? 0 }, message: error.message };
  };
  if (/\.cts$|\.cjs$/.test(source.file)) return attempt('commonjs');
  const asModule = attempt('module');
  if ('program' in asModule) return asModule;
  // Scripts of CommonJS may return at top level or use names that modules reserve.
  const asScript = attempt('commonjs');
  return 'program' in asScript ? asScript : asModule;
}

function scopesOf(program: Program, sourceType: 'module' | 'commonjs'): ScopeManagerLike {
  const { analyze } = require('@typescript-eslint/scope-manager') as typeof import('@typescript-eslint/scope-manager');
  return analyze(program as unknown as Parameters<typeof analyze>[0], { lib: [], sourceType: sourceType === 'module' ? 'module' : 'script', globalReturn: sourceType === 'commonjs' });
}

function withTypescriptEslint(source: SourceText): Tree | Problem {
  const { parseForESLint } = require('@typescript-eslint/parser') as typeof import('@typescript-eslint/parser');
  try {
    const jsx = !/\.[cm]?ts$/.test(source.file);
    const { ast, scopeManager } = parseForESLint(source.text, { filePath: source.file, range: true, ecmaFeatures: { jsx, globalReturn: true }, sourceType: 'module', suppressDeprecatedPropertyWarnings: true });
    return { program: ast as unknown as Program, scopes: scopeManager as ScopeManagerLike };
  } catch (error) {
    const place = typeof error === 'object' && error !== null && 'index' in error && typeof error.index === 'number' ? error.index : 0;
    return { at: { file: source.file, start: place, end: place }, message: error instanceof Error ? error.message : String(error) };
  }
}
