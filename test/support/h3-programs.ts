/** A program by what it imports beside the usual, and what it does with its `app`; the paths tell its routes apart. */
type Described = readonly [title: string, paths: readonly string[], imports: string, body: string];

export interface Program {
  readonly title: string;
  readonly paths: readonly string[];
  readonly source: string;
}

const ONE: readonly Described[] = [
  ['return handleCors', ['/a'], 'handleCors', `app.use(eventHandler((event) => handleCors(event, { origin: '*' })));
app.use('/a', eventHandler(() => 'x'));`],
  ['ignored result', ['/a'], 'handleCors, setResponseHeader', `app.use('/a', eventHandler((event) => { handleCors(event, { origin: '*' }); return 'x'; }));`],
  ['append both', ['/a'], 'appendCorsHeaders, appendCorsPreflightHeaders, isPreflightRequest, sendNoContent', `const o = { origin: ['https://app.example.com'], credentials: true };
app.use(eventHandler((event) => { if (isPreflightRequest(event)) { appendCorsPreflightHeaders(event, o); return sendNoContent(event); } appendCorsHeaders(event, o); }));
app.use('/a', eventHandler(() => 'x'));`],
  ['twice', ['/a'], 'handleCors', `app.use(eventHandler((event) => { if (handleCors(event, { origin: '*' })) return; }));
app.use('/a', eventHandler((event) => { if (handleCors(event, { origin: 'https://app.example.com' })) return; return 'x'; }));`],
  ['object handler', ['/a'], 'setResponseHeaders, getRequestHeader', `app.use('/a', defineEventHandler({ onRequest: [(event) => { setResponseHeaders(event, { 'Access-Control-Allow-Origin': getRequestHeader(event, 'origin') ?? '*', 'Vary': 'Origin' }); }], handler: () => 'x' }));`],
  ['hand options', ['/a', '/b'], 'setHeader, getHeader, getMethod, setResponseStatus', `app.use(defineEventHandler((event) => { const origin = getHeader(event, 'Origin'); if (origin === 'https://app.example.com') { setHeader(event, 'Access-Control-Allow-Origin', origin); setHeader(event, 'Vary', 'Origin'); } if (getMethod(event) === 'OPTIONS') { setHeader(event, 'Access-Control-Allow-Methods', 'GET,PUT'); setResponseStatus(event, 204); return ''; } }));
app.use('/a', eventHandler(() => ({ x: 1 })));`],
  ['hand options null', ['/a'], 'setHeaders', `app.use(defineEventHandler((event) => { setHeaders(event, { 'Access-Control-Allow-Origin': '*' }); if (event.method === 'OPTIONS') return null; }));
app.use('/a', eventHandler(() => ({ x: 1 })));`],
  ['node res', ['/a'], '', `app.use(defineEventHandler((event) => { event.node.res.setHeader('Access-Control-Allow-Origin', event.node.req.headers.origin || '*'); if (event.node.req.method === 'OPTIONS') { event.node.res.statusCode = 204; event.node.res.end(); } }));
app.use('/a', eventHandler(() => ({ x: 1 })));`],
  ['undefined throws', ['/a'], 'setHeader, getHeader', `app.use('/a', defineEventHandler((event) => { setHeader(event, 'Access-Control-Allow-Origin', getHeader(event, 'origin')); return 'x'; }));`],
  ['kept on errors', ['/a', '/b', '/c'], 'setHeader, createError, setResponseStatus', `app.use(eventHandler((event) => { setHeader(event, 'Access-Control-Allow-Origin', '*'); }));
const router = createRouter();
router.get('/a', eventHandler(() => { throw createError({ statusCode: 403 }); }));
router.put('/a', eventHandler(() => { throw new Error('x'); }));
router.get('/c', eventHandler((event) => { setResponseStatus(event, 201); return 'x'; }));
app.use(router);`],
  ['returned error', ['/a'], 'setHeader, createError', `app.use('/a', eventHandler((event) => { setHeader(event, 'Access-Control-Allow-Origin', '*'); return createError({ statusCode: 418 }); }));`],
  ['Response', ['/a'], 'setHeader', `app.use('/a', eventHandler((event) => { setHeader(event, 'Access-Control-Allow-Origin', 'https://app.example.com'); return new Response('x', { status: 202, headers: { 'Access-Control-Allow-Origin': '*' } }); }));`],
  ['prefixes', ['/api', '/api/x', '/apix', '/b'], 'setHeader', `app.use('/api', eventHandler((event) => { setHeader(event, 'Access-Control-Allow-Origin', '*'); }));
const router = createRouter();
router.get('/x', eventHandler(() => 'x')).get('/**', eventHandler(() => 'all'));
app.use('/api', router);
app.use('/b', eventHandler(() => 'b'));`],
  ['routes', ['/u/1', '/u/me', '/f/a/b', '/f', '/u'], 'setHeader', `const router = createRouter();
const h = (text) => eventHandler((event) => { setHeader(event, 'Access-Control-Allow-Origin', text); return text; });
router.get('/u/:id', h('https://id.example'));
router.get('/u/me', h('https://me.example'));
router.use('/f/**', h('https://rest.example'), ['get', 'put']);
router.add('/u', h('https://u.example'));
app.use(router.handler);`],
  ['nested app', ['/api', '/api/x', '/b'], 'handleCors', `const inner = createApp();
inner.use(eventHandler((event) => { if (handleCors(event, { origin: '*' })) return; }));
inner.use('/x', eventHandler(() => 'x'));
app.use('/api', inner.handler);
app.use('/b', eventHandler(() => 'b'));`],
  ['useBase', ['/api', '/api/x', '/b'], 'useBase, setHeader', `const router = createRouter();
router.get('/x', eventHandler((event) => { setHeader(event, 'access-control-allow-origin', '*'); return 'x'; }));
app.use(useBase('/api', router.handler));`],
  ['assertMethod', ['/a'], 'assertMethod, setHeader', `app.use('/a', eventHandler((event) => { setHeader(event, 'Access-Control-Allow-Origin', '*'); assertMethod(event, ['GET', 'PUT']); return 'x'; }));`],
  ['called handler', ['/a'], 'setHeader', `const inner = eventHandler((event) => { setHeader(event, 'Access-Control-Allow-Credentials', 'true'); return 'x'; });
const withCors = (handler) => eventHandler((event) => { setHeader(event, 'Access-Control-Allow-Origin', 'https://app.example.com'); return handler(event); });
app.use('/a', withCors(inner));`],
  ['allowlist header', ['/a'], 'getRequestHeaders, setResponseHeaders, sendNoContent', `const allowed = new Set(['https://app.example.com']);
const cors = (event) => {
  const { origin } = getRequestHeaders(event);
  if (!origin || !allowed.has(origin)) return;
  setResponseHeaders(event, { 'Access-Control-Allow-Origin': origin, 'Access-Control-Allow-Credentials': 'true', Vary: 'Origin' });
};
app.use(eventHandler(async (event) => {
  cors(event);
  if (event.method === 'OPTIONS') { return sendNoContent(event, 204); }
}));
app.use('/a', eventHandler(() => 'x'));`],
  ['ternary', ['/a'], 'getHeader, setHeader', `const list = ['https://app.example.com', 'https://b.example'];
app.use('/a', eventHandler((event) => { const o = getHeader(event, 'origin') || ''; setHeader(event, 'Access-Control-Allow-Origin', list.includes(o) ? o : list[0]); return 'x'; }));`],
  ['switch', ['/a'], 'getMethod, setHeaders, send', `app.use('/a', eventHandler(async (event) => { switch (getMethod(event)) { case 'OPTIONS': setHeaders(event, { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Methods': 'PUT' }); return 'ok'; case 'GET': setHeaders(event, { 'Access-Control-Allow-Origin': '*' }); return 'g'; default: return 'd'; } }));`],
  ['event.headers', ['/a'], 'setHeader', `app.use('/a', eventHandler((event) => { const o = event.headers.get('origin'); if (o) setHeader(event, 'Access-Control-Allow-Origin', o); return 'x'; }));`],
  ['append', ['/a'], 'appendHeader, appendHeaders, appendResponseHeader', `app.use('/a', eventHandler((event) => { appendHeader(event, 'Access-Control-Allow-Origin', 'https://app.example.com'); appendHeaders(event, { 'Access-Control-Allow-Origin': '*', Vary: 'Origin' }); appendResponseHeader(event, 'vary', 'Accept'); return 'x'; }));`],
  ['remove', ['/a'], 'handleCors, removeResponseHeader', `app.use(eventHandler((event) => { if (handleCors(event, { origin: '*', credentials: true })) return; removeResponseHeader(event, 'Access-Control-Allow-Credentials'); }));
app.use('/a', eventHandler(() => 'x'));`],
  ['redirect', ['/a'], 'setHeader, sendRedirect', `app.use('/a', eventHandler((event) => { setHeader(event, 'Access-Control-Allow-Origin', '*'); return sendRedirect(event, '/b'); }));`],
  ['send error', ['/a'], 'setHeader, sendError, createError', `app.use('/a', eventHandler((event) => { setHeader(event, 'Access-Control-Allow-Origin', '*'); return sendError(event, createError({ statusCode: 401 })); }));`],
  ['lazy', ['/a'], 'lazyEventHandler, setHeader', `app.use('/a', lazyEventHandler(async () => { const h = eventHandler((event) => { setHeader(event, 'Access-Control-Allow-Origin', '*'); return 'x'; }); return h; }));`],
  ['use object', ['/a', '/b'], 'setHeader', `app.use({ route: '/a', handler: eventHandler((event) => { setHeader(event, 'Access-Control-Allow-Origin', '*'); return 'x'; }) });`],
  ['use lists', ['/a', '/b', '/c'], 'setHeader', `const c = eventHandler((event) => { setHeader(event, 'Access-Control-Allow-Origin', '*'); });
const d = eventHandler(() => 'x');
app.use(['/a', '/b'], c).use('/a', [c, d]).use([d]);`],
  ['status then null', ['/a'], 'setHeader, setResponseStatus', `app.use('/a', eventHandler((event) => { setHeader(event, 'Access-Control-Allow-Origin', '*'); setResponseStatus(event, 202); return null; }));`],
  ['status no content', ['/a'], 'setHeader, setResponseStatus, sendNoContent', `app.use('/a', eventHandler((event) => { setHeader(event, 'Access-Control-Allow-Origin', '*'); setResponseStatus(event, 202); sendNoContent(event); }));`],
  ['router fall through', ['/a', '/b'], 'setHeader', `const router = createRouter();
router.get('/a', eventHandler((event) => { setHeader(event, 'Access-Control-Allow-Origin', '*'); }));
router.get('/**', eventHandler(() => 'all'));
app.use(router);
app.use(eventHandler(() => 'last'));`],
  ['preemptive', ['/a', '/b'], 'setHeader', `app.use(eventHandler((event) => { setHeader(event, 'Access-Control-Allow-Origin', '*'); }));
const router = createRouter({ preemptive: true });
router.get('/a', eventHandler(() => { }));
app.use(router);
app.use(eventHandler(() => 'last'));`],
  ['method fall back', ['/a', '/b'], 'setHeader', `const router = createRouter();
router.get('/a', eventHandler(() => 'a'));
router.use('/**', eventHandler((event) => { setHeader(event, 'Access-Control-Allow-Origin', '*'); return 'all'; }));
app.use(router);`],
  ['chain of routers', ['/a', '/b'], 'handleCors', `const one = createRouter().get('/a', eventHandler(() => 'a'));
const two = createRouter().get('/b', eventHandler((event) => { handleCors(event, { origin: 'https://app.example.com' }); return 'b'; }));
app.use(one).use(two);`],
  ['error object', ['/a'], 'setHeader, createError, getHeader', `app.use('/a', eventHandler((event) => { setHeader(event, 'Access-Control-Allow-Origin', '*'); if (!getHeader(event, 'origin')) throw createError({ status: 400 }); return 'x'; }));`],
  ['early 401', ['/a'], 'handleCors, createError, getHeader', `app.use(eventHandler((event) => { if (getHeader(event, 'origin') === 'null') throw createError({ statusCode: 401 }); }));
app.use(eventHandler((event) => { if (handleCors(event, { origin: '*' })) return; }));
app.use('/a', eventHandler(() => 'x'));`],
  ['path', ['/a', '/api/x'], 'setHeader', `app.use(eventHandler((event) => { if (event.path.startsWith('/api/')) setHeader(event, 'access-control-allow-origin', '*'); }));
app.use(eventHandler(() => 'x'));`],
  ['getRequestURL', ['/a', '/api/x'], 'setHeader, getRequestURL', `app.use(eventHandler((event) => { if (getRequestURL(event).pathname.startsWith('/api/')) setHeader(event, 'access-control-allow-origin', '*'); }));
app.use(eventHandler(() => 'x'));`],
  ['isMethod', ['/a'], 'setHeader, isMethod', `app.use(eventHandler((event) => { setHeader(event, 'access-control-allow-origin', '*'); if (isMethod(event, 'OPTIONS')) return 'ok'; if (isMethod(event, ['PUT', 'PATCH'])) return null; }));`],
  ['query', ['/a'], 'setHeader, getQuery', `app.use('/a', eventHandler((event) => { const q = getQuery(event); setHeader(event, 'access-control-allow-origin', '*'); return q; }));`],
  ['web handler', ['/a'], 'fromWebHandler', `app.use('/a', fromWebHandler((request) => new Response('x', { headers: { 'access-control-allow-origin': request.headers.get('origin') ?? '*' } })));`],
  ['node listener', ['/a'], 'fromNodeMiddleware', `app.use('/a', fromNodeMiddleware((req, res, next) => { res.setHeader('Access-Control-Allow-Origin', '*'); if (req.method === 'OPTIONS') { res.statusCode = 204; res.end(); return; } next(); }));
app.use('/a', eventHandler(() => 'x'));`],
  ['own origin in a list', ['/a', '/api/x'], 'appendCorsHeaders, appendCorsPreflightHeaders, isPreflightRequest, setResponseStatus, getRequestURL, getHeader', `app.use(defineEventHandler((event) => {
  const path = getRequestURL(event).pathname;
  if (path !== '/api' && !path.startsWith('/api/')) return;
  const origin = getHeader(event, 'origin');
  if (!origin) return;
  const o = { origin: [origin], methods: ['GET', 'PUT'], allowHeaders: ['Authorization'], maxAge: '600' };
  if (isPreflightRequest(event)) { appendCorsPreflightHeaders(event, o); setResponseStatus(event, 204); return ''; }
  appendCorsHeaders(event, o);
}));
app.use(eventHandler(() => 'x'));`],
  ['method of an object', ['/a'], 'handleCors', `const pattern = /^https:\\/\\/app\\.example\\.com$/;
app.use(eventHandler((event) => { const done = handleCors(event, { preflight: { statusCode: 204 }, origin(requestOrigin) { if (!requestOrigin) { return true; } const isAllowed = pattern.test(requestOrigin); if (!isAllowed) { console.log(requestOrigin); } return isAllowed; }, credentials: true, methods: ['GET', 'POST'] }); if (done) { return; } }));
app.use('/a', eventHandler(() => 'x'));`],
  ['preflight by hand', ['/a'], 'handleCors, isPreflightRequest, createError', `app.use('/a', eventHandler(async (event) => {
  if (isPreflightRequest(event)) { handleCors(event, {}); event.node.res.statusCode = 204; event.node.res.end(); return; }
  if (event.node.req.method === 'OPTIONS') { throw createError({ statusCode: 405, statusMessage: 'Method Not Allowed' }); }
  return 'x';
}));`],
];

const TWO: readonly Described[] = [
  ['return handleCors', ['/a'], 'handleCors', `app.use((event) => handleCors(event, { origin: '*' }));
app.get('/a', () => 'x');`],
  ['ignored result', ['/a'], 'handleCors', `app.all('/a', (event) => { handleCors(event, { origin: '*' }); return 'x'; });`],
  ['append both', ['/a'], 'appendCorsHeaders, appendCorsPreflightHeaders, isPreflightRequest, noContent', `const o = { origin: ['https://app.example.com'], credentials: true };
app.use((event) => { if (isPreflightRequest(event)) { appendCorsPreflightHeaders(event, o); return noContent(); } appendCorsHeaders(event, o); });
app.get('/a', () => 'x');`],
  ['object handler', ['/a'], 'defineHandler', `app.get('/a', defineHandler({ middleware: [(event) => { event.res.headers.set('access-control-allow-origin', event.req.headers.get('origin') ?? '*'); }], handler: () => 'x' }));`],
  ['undefined text', ['/a'], 'setHeader, getHeader', `app.all('/a', (event) => { setHeader(event, 'Access-Control-Allow-Origin', getHeader(event, 'origin')); return 'x'; });`],
  ['null text', ['/a'], '', `app.all('/a', (event) => { event.res.headers.set('Access-Control-Allow-Origin', event.req.headers.get('origin')); return 'x'; });`],
  ['lost on errors', ['/a', '/b', '/c'], 'HTTPError', `app.use((event) => { event.res.headers.set('Access-Control-Allow-Origin', '*'); });
app.get('/a', () => { throw new HTTPError({ status: 403 }); });
app.put('/a', () => { throw new Error('x'); });
app.get('/c', (event) => { event.res.status = 201; return 'x'; });`],
  ['Response', ['/a', '/b'], '', `app.use((event) => { event.res.headers.set('Access-Control-Allow-Origin', 'https://app.example.com'); });
app.all('/a', () => new Response('x', { status: 202, headers: { 'Access-Control-Allow-Origin': '*', 'access-control-max-age': '3' } }));
app.all('/b', () => new Response('x', { status: 404, headers: { 'Access-Control-Allow-Origin': '*' } }));`],
  ['routes', ['/u/1', '/u/me', '/f/a/b', '/f', '/u'], '', `const h = (text) => (event) => { event.res.headers.set('Access-Control-Allow-Origin', text); return text; };
app.get('/u/:id', h('https://id.example'));
app.get('/u/me', h('https://me.example'));
app.all('/f/**', h('https://rest.example'));
app.on('PUT', '/u', h('https://u.example'));`],
  ['use paths', ['/api', '/api/x', '/apix', '/b'], '', `app.get('/**', () => 'x');
app.use('/api/**', (event) => { event.res.headers.set('Access-Control-Allow-Origin', '*'); });
app.use('/b', (event) => { event.res.headers.set('Access-Control-Allow-Origin', 'https://b.example'); }, { method: 'GET' });`],
  ['mount', ['/api', '/api/x', '/apix', '/b'], 'handleCors', `const inner = new H3();
inner.use((event) => { const r = handleCors(event, { origin: '*' }); if (r !== false) return r; });
inner.get('/x', () => 'x');
app.mount('/api', inner);
app.get('/b', () => 'b');`],
  ['next', ['/a', '/b'], '', `app.use(async (event, next) => { const body = await next(); event.res.headers.set('Access-Control-Allow-Origin', '*'); return body; });
app.get('/a', () => 'x');`],
  ['route middleware', ['/a', '/b'], 'handleCors', `const mw = (event) => { const r = handleCors(event, { origin: '*' }); if (r !== false) return r; };
app.get('/a', () => 'x', { middleware: [mw] });
app.all('/b', () => 'x', { middleware: [mw] });`],
  ['plugin', ['/a'], '', `const plugin = (h3) => { h3.use((event) => { event.res.headers.set('Access-Control-Allow-Origin', '*'); }); };
app.register(plugin);
app.get('/a', () => 'x');`],
  ['rules', ['/a', '/api/x', '/api/y/z'], '', `import { routeRules } from 'h3/rules';
app.use(routeRules({ '/api/**': { cors: { origin: ['https://app.example.com'] } }, '/api/y/**': { cors: { methods: ['GET'] }, headers: { 'access-control-max-age': '7' } }, '/api/x': { cors: false }, '/a': { cors: true } }));
app.get('/**', () => 'x');`],
  ['rules methods', ['/a'], '', `import { routeRules } from 'h3/rules';
app.use(routeRules({ 'PUT /a': { cors: true } }));
app.all('/a', () => 'x');`],
  ['append', ['/a'], 'appendHeader', `app.all('/a', (event) => { appendHeader(event, 'vary', 'Origin'); event.res.headers.append('vary', 'Accept'); event.res.headers.set('access-control-allow-origin', 'x'); event.res.headers.delete('access-control-allow-origin'); return 'x'; });`],
  ['redirect', ['/a'], 'redirect', `app.all('/a', (event) => { event.res.headers.set('Access-Control-Allow-Origin', '*'); return redirect('/b', 307); });`],
  ['async', ['/a', '/b'], 'handleCors', `app.use(async (event, next) => { const res = handleCors(event, { origin: ['https://app.example.com'], methods: ['PUT'] }); if (res) return res; return next(); });
app.get('/a', async () => ({ x: 1 }));`],
  ['handler cors', ['/a', '/b'], 'handleCors, defineHandler', `app.all('/a', defineHandler((event) => { const res = handleCors(event, { origin: 'null', credentials: true }); if (res !== false) { return res; } return { x: 1 }; }));`],
  ['return error', ['/a'], 'HTTPError', `app.all('/a', (event) => { event.res.headers.set('access-control-allow-origin', '*'); return new HTTPError({ status: 403 }); });`],
  ['null', ['/a'], '', `app.all('/a', (event) => { event.res.headers.set('access-control-allow-origin', '*'); return null; });`],
  ['undefined', ['/a'], '', `app.all('/a', (event) => { event.res.headers.set('access-control-allow-origin', '*'); });`],
  ['url', ['/a', '/api/x'], '', `app.use((event) => { if (event.url.pathname.startsWith('/api/')) event.res.headers.set('access-control-allow-origin', '*'); });
app.get('/**', () => 'x');`],
  ['mount fetch', ['/api/x', '/a'], '', `app.use((event) => { event.res.headers.set('access-control-allow-origin', 'https://app.example.com'); });
app.mount('/api', (request) => new Response('x', { headers: { 'access-control-allow-origin': '*' } }));`],
  ['onRequest', ['/a'], 'onRequest', `app.use(onRequest((event) => { event.res.headers.set('access-control-allow-origin', '*'); }));
app.get('/a', () => 'x');`],
  ['defineRoute', ['/a'], 'defineRoute, handleCors', `app.register(defineRoute({ method: 'GET', route: '/a', handler: (event) => { handleCors(event, { origin: '*' }); return 'x'; } }));`],
  ['web handler', ['/a'], 'fromWebHandler', `app.all('/a', fromWebHandler((request) => new Response('x', { headers: { 'access-control-allow-origin': request.headers.get('origin') ?? '*' } })));`],
  ['dropped response', ['/a', '/b'], 'handleCors, defineHandler', `app.use(defineHandler((event) => { const didHandleCors = handleCors(event, { origin: '*', preflight: { statusCode: 204 }, methods: '*' }); if (didHandleCors) return; }));
app.use('/a', defineHandler(async () => new Response('x', { headers: { 'content-type': 'text/plain' } })));
app.put('/b', () => 'x');`],
];

/** Programs of h3 1 in which its functions meet as people write them. */
export const h3OnePrograms: readonly Program[] = ONE.map(([title, paths, imports, body]) => ({
  title,
  paths,
  source: `import { createServer } from 'node:http';
import { createApp, createRouter, defineEventHandler, eventHandler, toNodeListener${imports === '' ? '' : `, ${imports}`} } from 'h3';
const app = createApp();
${body}
createServer(toNodeListener(app)).listen(3000);
`,
}));

/** Programs of h3 2. */
export const h3TwoPrograms: readonly Program[] = TWO.map(([title, paths, imports, body]) => ({
  title,
  paths,
  source: `import { H3, serve${imports === '' ? '' : `, ${imports}`} } from 'h3';
const app = new H3();
${body}
serve(app, { port: 3000 });
`,
}));
