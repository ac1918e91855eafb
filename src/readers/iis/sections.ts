import { anyOf, type OriginSet } from '../../origins/origin-set.js';
import { ALWAYS, unless, whenAll, type Guard } from '../../policy/program.js';
import { attributeOf, elementsAt, type XmlElement, type XmlFile } from '../../syntax/xml/index.js';
import type { Span } from '../../text/span.js';

/** What is said for the requests of one place, with what it inherits from the places around it, the outermost first. */
export interface Section {
  readonly when: Guard;
  /** A path to ask about. */
  readonly path: string;
  readonly at: Span;
  /** `system.webServer` elements. */
  readonly webServers: readonly XmlElement[];
}

/** The configuration of one site: all of a `web.config`, or what `applicationHost.config` says of one name. */
export interface Site {
  readonly name: string | undefined;
  readonly sections: readonly Section[];
}

interface Place {
  /** Without slashes at its ends; empty: everywhere. */
  readonly path: string;
  readonly at: Span;
  readonly webServers: readonly XmlElement[];
}

/** Places past which the rest is not followed. */
export const MAX_PLACES = 200;

/** `system.webServer` at the top, and that of every `location`, which counts for its path and what is below it. */
export function sitesOf({ root, file }: XmlFile): readonly Site[] {
  if (root.name !== 'configuration') return [];
  const places = placesIn(root);
  if (!/(?:^|\/)applicationhost(?:\.[\w-]+)*\.config$/i.test(file)) return [{ name: undefined, sections: sectionsOf(places) }];
  // The first part of a path is the name of a site there.
  const names = [...new Set(places.filter(({ path }) => path !== '').map(({ path }) => path.split('/')[0]!))];
  const common = places.filter(({ path }) => path === '');
  const named = names.map((name): Site => ({ name, sections: sectionsOf([...common, ...places.filter(({ path }) => path.split('/')[0]!.toLowerCase() === name.toLowerCase()).map((place) => ({ ...place, path: place.path.split('/').slice(1).join('/') }))]) }));
  return named.length > 0 ? named : [{ name: undefined, sections: sectionsOf(common) }];
}

function placesIn(root: XmlElement): readonly Place[] {
  const own = elementsAt(root, 'system.webServer');
  const located = elementsAt(root, 'location').map((element): Place => ({ path: (attributeOf(element, 'path')?.value ?? '').replace(/^[./]+$/, '').replace(/^\/+|\/+$/g, ''), at: element.at, webServers: elementsAt(element, 'system.webServer') }));
  return [...(own.length === 0 ? [] : [{ path: '', at: own[0]!.at, webServers: own }]), ...located.filter(({ webServers }) => webServers.length > 0)].slice(0, MAX_PLACES);
}

/** The deepest place of a request's path decides, with all around it. */
function sectionsOf(places: readonly Place[]): readonly Section[] {
  const paths = [...new Set(['', ...places.map(({ path }) => path.toLowerCase())])];
  return paths.map((path): Section => {
    const around = places.filter((place) => isWithin(path, place.path.toLowerCase())).sort((a, b) => a.path.length - b.path.length);
    const deeper = paths.filter((other) => other !== path && isWithin(other, path));
    const here = around.findLast((place) => place.path.toLowerCase() === path) ?? places[0];
    const at = here?.at ?? { file: '', start: 0, end: 0 };
    return { when: whenAll(below(path, at), ...deeper.map((other) => unless(below(other, at)))), path: `/${here?.path ?? ''}`, at, webServers: around.flatMap(({ webServers }) => webServers) };
  });
}

function isWithin(inner: string, outer: string): boolean {
  return outer === '' || inner === outer || inner.startsWith(`${outer}/`);
}

function below(path: string, at: Span): Guard {
  if (path === '') return ALWAYS;
  const set: OriginSet = anyOf([
    { s: 'exact', text: `/${path}`, comparison: ['ignore-case'], at },
    { s: 'prefix', text: `/${path}/`, subject: 'origin', ignoreCase: true, at },
  ]);
  return { g: 'path', in: set };
}
