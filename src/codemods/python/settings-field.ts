/** A list of origins as a field of the project's own settings class (pydantic-settings), which reads it from the environment. */
import { classNamed, type PythonModule } from '../../syntax/python/index.js';
import type { SyntaxNode } from '../../syntax/tree-sitter.js';
import type { TextEdit } from '../../text/edit.js';
import { endOfLine, importsAdded } from './head.js';
import { checkLines, type Wanted } from './origins-reading.js';
import { spelled, styleOf } from './style.js';

/** An object of a settings class that is there before a place. */
export interface SettingsObject {
  /** What the file calls it. */
  readonly name: string;
  readonly module: PythonModule;
  readonly definition: SyntaxNode;
  readonly prefix: string;
  readonly fields: readonly string[];
}

/** The settings that a file has made, or imports, in front of a place: those of pydantic-settings, which needs pydantic 2. */
export function settingsIn(module: PythonModule, before: number): SettingsObject | undefined {
  for (const [name, made] of [...objectsMade(module, before), ...objectsImported(module)]) {
    const callee = made.call.childForFieldName('function');
    const found = callee?.type === 'identifier' ? classNamed(made.module, callee.text) : undefined;
    if (found?.fromEnvironment !== true || ![...found.module.imports.values()].includes('pydantic_settings.BaseSettings')) continue;
    return { name, module: found.module, definition: found.definition, prefix: found.prefix, fields: [...found.attributes.keys()] };
  }
  return undefined;
}

type Made = readonly [name: string, made: { readonly module: PythonModule; readonly call: SyntaxNode }];

function objectsMade(module: PythonModule, before: number): readonly Made[] {
  return module.root.namedChildren.flatMap((statement): readonly Made[] => {
    const assignment = statement.type === 'expression_statement' && statement.endIndex <= before ? statement.namedChildren[0] : undefined;
    const [left, right] = assignment?.type === 'assignment' ? [assignment.childForFieldName('left'), assignment.childForFieldName('right')] : [];
    return left?.type === 'identifier' && right?.type === 'call' ? [[left.text, { module, call: right }]] : [];
  });
}

function objectsImported(module: PythonModule): readonly Made[] {
  return [...module.imports].flatMap(([name, qualified]): readonly Made[] => {
    const home = /settings|config/i.test(qualified) ? module.definitionOf(name) : undefined;
    const call = home?.module.assignedCall(home.name);
    return home === undefined || call === undefined ? [] : [[name, { module: home.module, call }]];
  });
}

/**
 * The field with a list as its default, and its validator.
 * @param list as it is written at the indentation of a field
 * @returns a text where the class cannot have it
 */
export function fieldAdded(settings: SettingsObject, list: (indent: string) => string, { env, schemes }: Wanted): { readonly expression: string; readonly edits: readonly TextEdit[] } | string {
  const { module, definition } = settings;
  const className = definition.childForFieldName('name')!.text;
  if (!env.toLowerCase().startsWith(settings.prefix.toLowerCase())) return `${className} in ${module.file} reads variables whose names begin with ${settings.prefix}: ${env} does not`;
  const body = definition.childForFieldName('body')!;
  if (/\bcase_sensitive\s*["']?\s*[=:]\s*True\b/.test(body.text)) return `${className} in ${module.file} tells small letters of variables from capital ones`;
  const field = env.slice(settings.prefix.length).toLowerCase();
  if (settings.fields.includes(field)) return `${className} in ${module.file} has a field ${field} already, which is not what lets these origins in`;
  const last = body.namedChildren.findLast((statement) => statement.type === 'expression_statement' && statement.namedChildren[0]?.type === 'assignment' && statement.namedChildren[0].childForFieldName('type') !== null);
  const end = body.namedChildren.at(-1);
  if (last === undefined || end === undefined) return `${className} in ${module.file} has no fields of its own`;
  const style = styleOf(module);
  const { newline, indent } = style;
  const outer = `${indent}${indent}`;
  const validator = [
    `${indent}@field_validator(${spelled(field, style)})`,
    `${indent}@classmethod`,
    `${indent}def check_${field}(cls, origins: list[str]) -> list[str]:`,
    ...checkLines(schemes, style, outer, env),
    `${outer}return origins`,
  ];
  const insert = (behind: SyntaxNode, lines: readonly string[]): TextEdit => ({ file: module.file, start: endOfLine(module, behind), end: endOfLine(module, behind), text: lines.map((line) => `${newline}${line}`).join('') });
  return {
    expression: `${settings.name}.${field}`,
    edits: [...importsAdded(module, [{ module: 're' }, { from: 'pydantic', name: 'field_validator', beside: 'pydantic_settings' }]), insert(last, [`${indent}${field}: list[str] = ${list(indent)}`]), insert(end, ['', ...validator])],
  };
}
