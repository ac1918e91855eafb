import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { defaultLoaders } from 'cosmiconfig';
import { parse, printParseErrorCode, type ParseError } from 'jsonc-parser';
import { ConfigError } from './config.js';
import { positionAt } from './position.js';

/**
 * What a configuration file says, unchecked. Undefined: a package.json without a word for us. An empty file, or one of
 * comments alone, is an empty configuration.
 * @param dataOnly refuse what is a program
 * @throws {ConfigError} naming the file, and the place where one is known.
 */
export async function loadConfig(file: string, dataOnly: boolean): Promise<unknown> {
  const ending = extname(file);
  const isProgram = /^\.(?:[cm]?js|ts)$/.test(ending);
  if (isProgram && dataOnly) throw new ConfigError(`${file}: a configuration that is a program is not run with --config-data-only; write it as JSON or YAML`);
  const text = textOf(file);
  if (basename(file) === 'package.json') return ownPart(json(file, text));
  if (text.trim() === '') return {};
  if (ending === '.json') return json(file, text) ?? {};
  if (ending === '.ts') return compiled(file, text);
  return isProgram ? imported(file) : ((await yaml(file, text)) ?? {});
}

function textOf(file: string): string {
  if (!existsSync(file)) throw new ConfigError(`${file}: no such configuration file`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    throw new ConfigError(`${file}: ${error instanceof TypeError ? 'this configuration is not UTF-8' : `this configuration cannot be read (${codeOf(error)})`}`);
  }
}

/** Comments and a comma too many are taken, as editors take them. */
function json(file: string, text: string): unknown {
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  // An empty text, or one of comments alone, has no value; all else is a mistake.
  if (first === undefined || (value === undefined && printParseErrorCode(first.error) === 'ValueExpected' && first.length === 0)) return value;
  throw new ConfigError(`${file}${positionAt(text, first.offset)}: ${asWords(printParseErrorCode(first.error))}`);
}

/** `CommaExpected` → `comma expected` */
function asWords(code: string): string {
  return code.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();
}

function ownPart(manifest: unknown): unknown {
  return typeof manifest === 'object' && manifest !== null && 'cors-lint' in manifest ? manifest['cors-lint'] : undefined;
}

async function yaml(file: string, text: string): Promise<unknown> {
  try {
    return await defaultLoaders['.yaml'](file, text);
  } catch (error) {
    if (!isYamlError(error)) throw error;
    throw new ConfigError(`${file}:${error.mark.line + 1}:${error.mark.column + 1}: ${error.reason}`);
  }
}

/** A mistake as js-yaml tells it; lines and columns count from 0. */
function isYamlError(error: unknown): error is { readonly reason: string; readonly mark: { readonly line: number; readonly column: number } } {
  return typeof error === 'object' && error !== null && 'reason' in error && 'mark' in error;
}

async function imported(file: string): Promise<unknown> {
  const { href } = pathToFileURL(realpathSync(file));
  try {
    const { default: config }: { default?: unknown } = await import(href);
    return config;
  } catch (error) {
    const names = [href, realpathSync(file)];
    // Of a module that does not parse, Node itself alone knows the line; it is not run for that.
    const told = error instanceof SyntaxError ? spawnSync(process.execPath, ['--check', file], { encoding: 'utf8' }).stderr : error instanceof Error ? error.stack : undefined;
    throw new ConfigError(`${file}${positionIn(told ?? '', names)}: ${messageOf(error)}`);
  }
}

async function compiled(file: string, text: string): Promise<unknown> {
  try {
    return await defaultLoaders['.ts'](file, text);
  } catch (error) {
    const code = codeOf(error);
    if (/^(?:EACCES|EPERM|EROFS|ENOSPC)$/.test(code)) throw new ConfigError(`${file}: a .ts configuration is compiled into a file beside it, and its folder cannot be written (${code}); use JSON, YAML or .mjs`);
    if (code.endsWith('MODULE_NOT_FOUND') && messageOf(error).includes("'typescript'")) throw new ConfigError(`${file}: a .ts configuration needs the package typescript, which is not installed`);
    throw new ConfigError(`${file}: ${messageOf(error).replace(/^TypeScript Error in .*:\n/, '')}`);
  }
}

/** `:line:column` of the innermost place of a stack that lies in the file; a syntax error has no column. */
function positionIn(stack: string, names: readonly string[]): string {
  for (const name of names) {
    const [, position] = new RegExp(`${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}((?::\\d+){1,2})`).exec(stack) ?? [];
    if (position !== undefined) return position;
  }
  return '';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error';
}
