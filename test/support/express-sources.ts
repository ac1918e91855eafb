import type { ObservedRow } from './observed.js';

/** Prints a recorded option: patterns, functions and `undefined` are encoded as objects. */
export function print(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(print).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if ('$regex' in value) return `new RegExp(${JSON.stringify(value.$regex)}, ${JSON.stringify((value as { flags?: string }).flags ?? '')})`;
  if ('$fn' in value) return String(value.$fn);
  if ('$undefined' in value) return 'undefined';
  return `{ ${Object.entries(value).map(([key, entry]) => `${/^[\w$]+$/.test(key) ? key : JSON.stringify(key)}: ${print(entry)}`).join(', ')} }`;
}

const ROUTES = `
app.get('/data', send);
app.post('/data', send);
app.put('/data', send);
app.delete('/data', send);
`;
const BOOM = `app.get('/boom', () => { throw new Error('boom'); });\n`;

function app(before: string, after = ''): string {
  return `const express = require('express');
const cors = require('cors');
const app = express();
const allow = ['https://app.example.com'];
const send = (req, res) => res.json({ ok: true });
${before}${after}app.listen(3000);
`;
}

/** The program behind a recorded row of npm cors on Express, as its options and its wiring describe it. */
export function expressCorsSource(row: ObservedRow): string {
  const wiring = row.wiring ?? '';
  const options = row.options as Record<string, unknown>;
  const star = row.version.includes('express 5') ? "'/{*splat}'" : "'*'";
  const o = `const o = ${print(options)};\n`;
  if (wiring === 'app.use(cors(delegate))') return app(`app.use(cors(${String(options['$delegate'])}));\n`, ROUTES + BOOM);
  if (wiring === 'app.use(cors(delegate erroring))') {
    // Recorded with a delegate that reports an error to everybody else.
    return app(`app.use(cors((req, cb) => allow.includes(req.header('Origin')) ? cb(null, { origin: true }) : cb(new Error('no'))));\n`, ROUTES + BOOM);
  }
  if (wiring.startsWith('delegate that returns')) return app(`app.use(cors(${String(options['$delegateSync'])}));\n`, ROUTES + BOOM);
  if (wiring.startsWith('promise-returning')) return app(`app.use(cors({ origin: ${String(options['origin'])} }));\n`, ROUTES + BOOM);
  if (wiring === 'app.use(cors(o)) before routes') return app(`${o}app.use(cors(o));\n`, ROUTES + BOOM);
  const guarded = ROUTES.replaceAll(', send', ', cors(o), send');
  if (wiring.startsWith('route-level')) return app(o + guarded);
  if (/^app\.options\(.*cors\(o\)\) \+ route-level/.test(wiring)) return app(`${o}app.options(${star}, cors(o));\n`, guarded);
  if (/^app\.options\(.*cors\(\)\) BEFORE/.test(wiring)) return app(`${o}app.options(${star}, cors());\napp.use(cors(o));\n`, ROUTES + BOOM);
  if (wiring.startsWith('app.use(cors(o)) then app.options')) return app(`${o}app.use(cors(o));\napp.options(${star}, cors());\n`, ROUTES + BOOM);
  if (wiring === 'app.use(cors(o)) AFTER routes') return app(o + ROUTES + BOOM, 'app.use(cors(o));\n');
  if (wiring.startsWith('auth middleware')) return app(`${o}app.use((req, res, next) => res.status(401).send('no'));\napp.use(cors(o));\n`, ROUTES + BOOM);
  if (wiring === 'app.use(cors()) then app.use(cors(o))') return app(`${o}app.use(cors());\napp.use(cors(o));\n`, ROUTES + BOOM);
  if (wiring.startsWith('cors(o) then hand')) return app(`${o}app.use(cors(o));\napp.use((req, res, next) => { res.header('Access-Control-Allow-Origin', '*'); next(); });\n`, ROUTES + BOOM);
  if (wiring.startsWith('router.use')) return app(`${o}const router = express.Router();\nrouter.use(cors(o));\napp.use('/data', router);\n`, ROUTES + BOOM);
  if (wiring.startsWith("app.use('/api'")) return app(`${o}app.use('/api', cors(o));\n`, ROUTES + BOOM);
  if (wiring.startsWith('preflightContinue +')) return app(`${o}app.use(cors(o));\napp.options('/data', (req, res) => res.sendStatus(200));\n`, ROUTES + BOOM);
  throw new Error(`no source for the wiring ${wiring}`);
}

const HANDLERS: readonly (readonly [start: string, body: string])[] = [
  ["res.header('Access-Control-Allow-Origin','*'); ACAH", `res.header('Access-Control-Allow-Origin', '*'); res.header('Access-Control-Allow-Headers', 'Origin, X-Requested-With, Content-Type, Accept'); next();`],
  ['reflect req.headers.origin + credentials', `res.header('Access-Control-Allow-Origin', req.headers.origin); res.header('Access-Control-Allow-Credentials', 'true'); res.header('Access-Control-Allow-Methods', 'GET,PUT,POST,DELETE'); res.header('Access-Control-Allow-Headers', 'Content-Type'); if (req.method === 'OPTIONS') { return res.sendStatus(200); } next();`],
  ["reflect req.headers.origin || '*'", `res.set({ 'Access-Control-Allow-Origin': req.headers.origin || '*', 'Access-Control-Allow-Credentials': 'true' }); if (req.method === 'OPTIONS') return res.status(204).end(); next();`],
  ['res.setHeader ACAO undefined', `res.setHeader('Access-Control-Allow-Origin', req.headers.origin); next();`],
  ['allowlist.includes(origin)', `const { origin } = req.headers; res.vary('Origin'); if (allow.includes(origin)) { res.setHeader('Access-Control-Allow-Origin', origin); res.setHeader('Access-Control-Allow-Credentials', 'true'); } if (req.method === 'OPTIONS') { res.setHeader('Access-Control-Allow-Methods', 'GET,PUT'); res.setHeader('Access-Control-Allow-Headers', 'Content-Type'); return res.status(204).end(); } next();`],
  ['res.append ACAO twice', `res.append('Access-Control-Allow-Origin', '*'); res.append('Access-Control-Allow-Origin', req.get('Origin') || 'none'); next();`],
  ["res.header('Access-Control-Allow-Origin',[a,b])", `res.header('Access-Control-Allow-Origin', ['https://app.example.com', 'http://localhost:3000']); next();`],
  ["res.header('Access-Control-Allow-Credentials',true)", `res.header('Access-Control-Allow-Origin', '*'); res.header('Access-Control-Allow-Credentials', true); next();`],
  ["endsWith('example.com')", `const origin = req.headers.origin; if (origin && origin.endsWith('example.com')) res.header('Access-Control-Allow-Origin', origin); next();`],
];

/** The program behind a recorded row of hand-written Express middleware. */
export function expressHandWrittenSource(row: ObservedRow): string {
  const described = (row.options as { handler: string }).handler;
  const body = HANDLERS.find(([start]) => described.startsWith(start))?.[1];
  if (body === undefined) throw new Error(`no source for the handler ${described}`);
  return app(`app.use((req, res, next) => { ${body} });\n`, ROUTES + BOOM);
}
