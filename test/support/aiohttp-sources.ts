import { python } from './falcon-sources.js';
import type { ObservedRow } from './observed.js';

interface Options {
  readonly defaults: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly only_get_route?: boolean;
}

/** The program behind a recorded row of aiohttp-cors. */
export function aiohttpSource(row: ObservedRow): string {
  const { defaults, only_get_route: onlyGet } = row.options as Options;
  const entries = Object.entries(defaults).map(([origin, options]) => `    ${python(origin)}: aiohttp_cors.ResourceOptions(${Object.entries(options).map(([key, value]) => `${key}=${python(value)}`).join(', ')}),`);
  return `import aiohttp_cors
from aiohttp import web


async def data(request):
    return web.json_response({"ok": True})


async def boom(request):
    raise RuntimeError("boom")


app = web.Application()
cors = aiohttp_cors.setup(app, defaults={
${entries.join('\n')}
})
resource = app.router.add_resource("/api/data")
cors.add(resource.add_route("GET", data))
${onlyGet === true ? '' : 'cors.add(resource.add_route("PUT", data))'}
cors.add(app.router.add_resource("/boom").add_route("GET", boom))
`;
}
