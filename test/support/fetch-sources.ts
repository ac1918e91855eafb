/** The handlers behind the recorded rows of `Response`, by what the row says of them. */
const HANDLERS: Readonly<Record<string, string>> = {
  'OPTIONS -> new Response(null,{headers:corsHeaders}); else new Response(b,{headers:{...corsHeaders}})': `const corsHeaders = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Methods': 'GET,HEAD,POST,OPTIONS',
  'Access-Control-Max-Age': '86400',
};

export default {
  async fetch(req) {
    if (req.method === 'OPTIONS') return new Response(null, { headers: corsHeaders });
    return new Response('{}', { headers: { ...corsHeaders, 'Content-Type': 'application/json' } });
  },
};
`,
  "const r=new Response(up.body,up); r.headers.set(ACAO, req.headers.get('Origin')); r.headers.append('Vary','Origin')": `export default {
  async fetch(req) {
    const up = new Response('{}', { headers: { Vary: 'Accept' } });
    const r = new Response(up.body, up);
    r.headers.set('Access-Control-Allow-Origin', req.headers.get('Origin'));
    r.headers.append('Vary', 'Origin');
    return r;
  },
};
`,
  'headers.append(ACAO) twice': `Deno.serve((req) => {
  const headers = new Headers();
  headers.append('Access-Control-Allow-Origin', '*');
  headers.append('access-control-allow-origin', 'https://app.example.com');
  return new Response('{}', { headers });
});
`,
  'Response.json(b,{headers}) with ACAO undefined value': `addEventListener('fetch', (event) => {
  event.respondWith(Response.json({}, { headers: { 'Access-Control-Allow-Origin': undefined } }));
});
`,
};

export function fetchSource(options: unknown): string {
  const { handler } = options as { handler: string };
  const source = HANDLERS[handler];
  if (source === undefined) throw new Error(`no handler for ${handler}`);
  return source;
}
