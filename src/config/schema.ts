import type { RuleEntry } from '../findings/rule-entry.js';

/** The part of JSON Schema (draft 7) that describes a configuration and that `check.ts` understands. */
export interface Schema {
  readonly $schema?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: 'object' | 'array' | 'string' | 'boolean';
  readonly enum?: readonly (string | number)[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | false;
  readonly required?: readonly string[];
  readonly items?: Schema | readonly Schema[];
  readonly minItems?: number;
  readonly maxItems?: number;
}

const LEVEL: Schema = { enum: ['off', 'info', 'warn', 'error', 0, 1, 2] };
const PATTERNS: Schema = { type: 'array', items: { type: 'string' } };

/** A level alone, or with the options that the rule has. */
function ruleSchema({ title, options }: Pick<RuleEntry, 'title' | 'options'>): Schema {
  return { description: title, anyOf: [LEVEL, { type: 'array', items: [LEVEL, optionsSchema(options)], minItems: 1, maxItems: 2 }] };
}

/** What may be set for a rule. */
export function optionsSchema(options: RuleEntry['options']): Schema {
  return { type: 'object', properties: Object.fromEntries(Object.entries(options).map(([name, { description }]) => [name, { ...PATTERNS, description }])), additionalProperties: false };
}

/** The shape of a configuration, for editors and for the check of what was read. */
export function configSchema(rules: readonly Pick<RuleEntry, 'id' | 'title' | 'options'>[]): Schema {
  const levels: Schema = {
    type: 'object',
    properties: Object.fromEntries(rules.flatMap((rule) => [rule.id, `cors-lint/${rule.id}`].map((name) => [name, ruleSchema(rule)]))),
    additionalProperties: false,
  };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Configuration of cors-lint',
    type: 'object',
    properties: {
      $schema: { type: 'string' },
      extends: { description: 'Configurations to start from: `cors-lint:recommended`, `cors-lint:strict`, `cors-lint:all`, a path, or a package.', anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
      ignores: { ...PATTERNS, description: 'Files that are not read: glob patterns, relative to this file.' },
      rules: { ...levels, description: 'Level of each rule, alone or with options.' },
      environments: {
        type: 'object',
        description: 'Files that belong to another environment than production.',
        additionalProperties: { type: 'object', properties: { files: PATTERNS }, required: ['files'], additionalProperties: false },
      },
      overrides: {
        type: 'array',
        description: 'Levels for some files only; later entries win.',
        items: { type: 'object', properties: { files: PATTERNS, rules: levels }, required: ['files', 'rules'], additionalProperties: false },
      },
      trustedOrigins: {
        type: 'array',
        description: 'Origins that are yours, in every environment or in one.',
        items: { anyOf: [{ type: 'string' }, { type: 'object', properties: { env: { type: 'string' }, origins: PATTERNS }, required: ['env', 'origins'], additionalProperties: false }] },
      },
      layers: {
        type: 'array',
        description: 'Which layer stands in front of which. What is said here wins over everything that is found.',
        items: {
          type: 'object',
          properties: {
            name: { type: 'string' },
            files: { ...PATTERNS, description: 'Files whose policies belong to the layer: glob patterns, relative to this file.' },
            inFrontOf: { ...PATTERNS, description: 'Names of the layers behind it; an empty list: none of this repository.' },
          },
          required: ['name', 'files'],
          additionalProperties: false,
        },
      },
      requireDisableReason: { type: 'boolean', description: 'A disable comment must say why, after ` -- `.' },
      failOn: { enum: ['error', 'warn', 'info', 'never'], description: 'The mildest finding that makes the run fail; `error` unless said otherwise.' },
      baseline: { type: 'string', description: 'File of known findings, relative to this file: nothing is said of them.' },
    },
    additionalProperties: false,
  };
}
