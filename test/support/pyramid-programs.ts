import type { Picks } from './picks.js';
import { furtherLines, indented, originLines, PYTHON_CONSTANTS, type Spelling } from './python-handwritten.js';

/** An app whose tweens, callbacks or subscribers write CORS by hand. */
export function pyramidProgram(from: Picks): string {
  const request = (name: string, response: string): Spelling => ({
    origin: `${name}.headers.get("Origin")`,
    set: (key, value) => (from.chance(0.2) ? `${response}.headers.update({${key}: ${value === '600' ? '"600"' : value}})` : `${response}.headers[${key}] = ${value === '600' ? '"600"' : value}`),
    add: (key, value) => `${response}.headers.add(${key}, ${value})`,
  });
  const cors = (spelling: Spelling, whole: boolean): readonly string[] => [...originLines(from, spelling, whole), ...furtherLines(from, spelling)];
  const place = from.pick(['response', 'decorator', 'callback', 'tween', 'both'] as const);
  const short = from.chance(0.5) ? ['if request.method == "OPTIONS":', `    return ${from.pick(['Response(status=204)', 'Response(status=200, headers={"Access-Control-Allow-Origin": "*"})', 'Response(headerlist=[("Access-Control-Max-Age", "5")])'])}`] : [];
  const subscriber = `def allow(event):\n${indented(cors(request('event.request', 'event.response'), true), 1)}\n`;
  const tween = `def tween_factory(handler, registry):\n    def tween(request):\n${indented([...short, 'response = handler(request)', ...cors(request('request', 'response'), false), 'return response'], 2)}\n\n    return tween\n`;
  const [code, registration] = {
    response: [subscriber, from.pick(['config.add_subscriber(allow, NewResponse)', 'config.add_subscriber(allow, "pyramid.events.NewResponse")'])],
    decorator: [`@subscriber(NewResponse)\n${subscriber}`, 'config.scan(__name__)'],
    callback: [`def later(event):\n    def allow(request, response):\n${indented(cors(request('request', 'response'), true), 2)}\n\n    event.request.add_response_callback(allow)\n`, 'config.add_subscriber(later, NewRequest)'],
    tween: [tween, 'config.add_tween(f"{__name__}.tween_factory")'],
    both: [`${tween}\n\n${subscriber}`, 'config.add_tween(__name__ + ".tween_factory")\n    config.add_subscriber(allow, NewResponse)'],
  }[place];
  return `from pyramid.config import Configurator
from pyramid.events import NewRequest, NewResponse, subscriber
from pyramid.response import Response
${PYTHON_CONSTANTS}

${code}

def data(request):
    return Response("x")


def boom(request):
    raise ValueError("x")


def main(global_config, **settings):
    config = Configurator(settings=settings)
    config.add_route("data", "/data")
    config.add_route("boom", "/boom")
    config.add_view(data, route_name="data", request_method=${from.pick(['"GET"', '("GET", "POST")', '("GET", "OPTIONS")'])})
    config.add_view(boom, route_name="boom")
    ${registration!}
    return config.make_wsgi_app()


app = main({})
`;
}
