import type { ObservedRow } from './observed.js';

/** A value as Python writes it. */
export function pythonLiteral(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(', ')}]`;
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'object') return `{${Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${pythonLiteral(one)}`).join(', ')}}`;
  return JSON.stringify(value);
}

function keywordsOf(options: Readonly<Record<string, unknown>>): string {
  return Object.entries(options)
    .filter(([key]) => !['api', 'note', 'app', 'config'].includes(key))
    .map(([key, value]) => `, ${key}=${pythonLiteral(value)}`)
    .join('');
}

const MANUAL = ['@app.after_request', 'def manual(response):', '    response.headers.add("Access-Control-Allow-Origin", "*")', '    return response', ''];

/** The program that was run for a recorded configuration of Flask-CORS. */
export function flaskSource(row: ObservedRow): string {
  const options = row.options as Readonly<Record<string, unknown>>;
  const api = String(options['api']);
  const keywords = keywordsOf(options);
  const cors = `CORS(app${keywords})`;
  const config = Object.entries((options['config'] ?? {}) as Readonly<Record<string, unknown>>).map(([key, value]) => `app.config[${JSON.stringify(key)}] = ${pythonLiteral(value)}`);
  const decorated = api.startsWith('@cross_origin');
  const setUp = api.startsWith('manual') ? [...MANUAL, cors] : api.includes('manual') ? [cors, ...MANUAL] : !decorated ? [cors] : api.includes('CORS(app)') ? [`CORS(app${keywordsOf((options['app'] ?? {}) as Readonly<Record<string, unknown>>)})`] : [];
  return [
    'from flask import Flask, jsonify',
    'from flask_cors import CORS, cross_origin',
    '',
    'app = Flask(__name__)',
    ...config,
    ...setUp,
    '',
    '@app.route("/api/data", methods=["GET", "PUT"])',
    ...(decorated ? [`@cross_origin(${keywords.slice(2)})`] : []),
    'def data():',
    '    return jsonify(ok=True)',
    '',
    '@app.route("/boom")',
    'def boom():',
    '    raise RuntimeError("boom")',
    '',
  ].join('\n');
}
