/** The file behind a recorded row of Next.js, by what the row says of it. */
export interface NextSource {
  readonly file: string;
  readonly text: string;
  /** Headers of the handler behind it. */
  readonly behind?: readonly (readonly [string, string])[];
}

const STAR = "{ key: 'Access-Control-Allow-Origin', value: '*' }";

function config(rules: string): string {
  return `/** @type {import('next').NextConfig} */
const nextConfig = {
  async headers() {
    return [
      ${rules},
    ];
  },
};

module.exports = nextConfig;
`;
}

const CONFIGURED = config(`{ source: '/cfg/:path*', headers: [${STAR}, { key: 'Access-Control-Allow-Methods', value: 'GET,PUT,OPTIONS' }, { key: 'Access-Control-Allow-Headers', value: 'Content-Type' }] }`);

const SOURCES: Readonly<Record<string, NextSource>> = {
  "GET+POST export, headers ACAO '*' in each Response; no OPTIONS export": {
    file: 'app/data/route.js',
    text: `const cors = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Methods': 'GET, POST, OPTIONS',
  'Access-Control-Allow-Headers': 'Content-Type',
};

export async function GET() {
  return Response.json({ ok: true }, { headers: cors });
}

export async function POST() {
  return Response.json({ ok: true }, { headers: cors });
}
`,
  },
  'export OPTIONS 204 with CORS headers; GET without': {
    file: 'src/app/opt/route.ts',
    text: `export async function GET() {
  return Response.json({ ok: true });
}

export async function OPTIONS() {
  return new Response(null, {
    status: 204,
    headers: { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Methods': 'GET, POST, OPTIONS', 'Access-Control-Allow-Headers': 'Content-Type' },
  });
}
`,
  },
  'GET reflects if allowlisted + Vary': {
    file: 'app/(api)/refl/route.ts',
    text: `import { NextResponse, type NextRequest } from 'next/server';

const allowed = ['https://app.example.com'];

export function GET(request: NextRequest) {
  const origin = request.headers.get('origin');
  const response = NextResponse.json({ ok: true });
  if (origin && allowed.includes(origin)) {
    response.headers.set('Access-Control-Allow-Origin', origin);
    response.headers.set('Vary', 'Origin');
  }
  return response;
}
`,
  },
  "headers(): source /cfg/:path* ACAO '*', ACAM, ACAH; all handlers, no OPTIONS export": { file: 'next.config.js', text: CONFIGURED },
  "headers(): ACAC true + ACAO '*'": { file: 'next.config.js', text: config(`{ source: '/cred/:path*', headers: [{ key: 'Access-Control-Allow-Credentials', value: 'true' }, ${STAR}] }`) },
  'headers(): same key ACAO twice in one source': { file: 'next.config.js', text: config(`{ source: '/cfg2', headers: [${STAR}, { key: 'Access-Control-Allow-Origin', value: 'https://app.example.com' }] }`) },
  "headers() ACAO '*' and handler sets ACAO A": { file: 'next.config.js', text: CONFIGURED, behind: [['access-control-allow-origin', 'https://app.example.com']] },
  'OPTIONS -> NextResponse.json({}, headers); else NextResponse.next() + headers.set': {
    file: 'proxy.ts',
    text: `import { NextRequest, NextResponse } from 'next/server';

const allowedOrigins = ['https://app.example.com'];
const corsOptions = {
  'Access-Control-Allow-Methods': 'GET, POST, PUT, DELETE, OPTIONS',
  'Access-Control-Allow-Headers': 'Content-Type, Authorization',
};

export function proxy(request: NextRequest) {
  const origin = request.headers.get('origin') ?? '';
  const isAllowedOrigin = allowedOrigins.includes(origin);
  if (request.method === 'OPTIONS') {
    const preflightHeaders = { ...(isAllowedOrigin && { 'Access-Control-Allow-Origin': origin }), ...corsOptions };
    return NextResponse.json({}, { headers: preflightHeaders });
  }
  const response = NextResponse.next();
  if (isAllowedOrigin) response.headers.set('Access-Control-Allow-Origin', origin);
  response.headers.set('Access-Control-Allow-Methods', 'GET, POST');
  return response;
}

export const config = { matcher: '/mw/:path*' };
`,
  },
  "res.setHeader pattern ACAC true + ACAO '*'; OPTIONS 200": {
    file: 'pages/api/hand.js',
    text: `const allowCors = (fn) => async (req, res) => {
  res.setHeader('Access-Control-Allow-Credentials', true);
  res.setHeader('Access-Control-Allow-Origin', '*');
  res.setHeader('Access-Control-Allow-Methods', 'GET,OPTIONS,PATCH,DELETE,POST,PUT');
  res.setHeader('Access-Control-Allow-Headers', 'X-CSRF-Token, Content-Type');
  if (req.method === 'OPTIONS') {
    res.status(200).end();
    return;
  }
  return await fn(req, res);
};

const handler = (req, res) => {
  res.json({ ok: true });
};

export default allowCors(handler);
`,
  },
  'no CORS code': { file: 'pages/api/none.js', text: 'export default function handler(req, res) {\n  res.status(200).json({ ok: true }); // no cors\n}\n' },
};

export function nextSource(options: unknown): NextSource {
  const { route, nextConfig, middleware, pagesApi } = options as Readonly<Record<string, string | undefined>>;
  const source = SOURCES[route ?? nextConfig ?? middleware ?? pagesApi ?? ''];
  if (source === undefined) throw new Error(`no source for ${JSON.stringify(options)}`);
  return source;
}
