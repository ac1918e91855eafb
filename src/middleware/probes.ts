import type { Probe } from '../policy/program.js';

/** Adds what is served at a place to what was found before: one probe for each path, with all that is served there. */
export function addProbe(probes: Probe[], added: Probe): void {
  const index = probes.findIndex(({ path }) => path === added.path);
  const known = probes[index];
  if (known === undefined) probes.push(added);
  else probes[index] = { ...known, methods: known.methods === null || added.methods === null ? null : [...new Set([...known.methods, ...added.methods])], requestHeaders: [...new Set([...known.requestHeaders, ...added.requestHeaders])] };
}
