import { packageVersion, type EstreeModule } from '../../syntax/estree/index.js';

/** Which h3 runs the code, and how that was told. */
export interface H3Version {
  readonly major: 1 | 2;
  readonly text: string;
}

/** Packages that bring h3 with them, with the first of their versions that bring its version 2. */
const CARRIERS: readonly (readonly [name: string, second: number])[] = [['nitro', 3], ['nitropack', 3], ['nitropack-nightly', 3], ['nuxt', 5], ['nuxt-nightly', 5]];

/** Version 2 has classes and shorter names; the names of version 1 that it keeps are deprecated there. */
const OF_TWO = /\bnew H3\b|\bdefineHandler\b|\bdefineMiddleware\b|\bHTTPError\b|\bevent\.res\.headers\b|\bevent\.req\.headers\.get\b|['"]nitro(?:\/vite)?['"]/;
const OF_ONE = /\bdefineNuxtConfig\b|['"]nuxt-security['"]|\b(?:createApp|createRouter|toNodeListener|defineEventHandler|eventHandler|send(?:NoContent|Redirect|Error)|event\.node)\b|\brouteRules\b/;

export function h3Version(module: EstreeModule): H3Version {
  const own = packageVersion(module.files, module.file, 'h3');
  if (own !== undefined) return { major: own.version.startsWith('2') ? 2 : 1, text: `h3 ${own.version} (${own.from})` };
  for (const [name, second] of CARRIERS) {
    const carrier = packageVersion(module.files, module.file, name);
    if (carrier === undefined) continue;
    const major = Number.parseInt(carrier.version, 10) >= second ? 2 : 1;
    return { major, text: `h3 ${major} (${name} ${carrier.version}, ${carrier.from})` };
  }
  const { text } = module.source;
  const major = !OF_TWO.test(text) && OF_ONE.test(text) ? 1 : 2;
  return { major, text: `h3 ${major} (no version found)` };
}
