import type { Probe } from '../policy/program.js';

/** Whether all that is served at a path is in view, and public: what is known of each part. */
function addedTo({ inView, publicAsset, ...known }: Probe, added: Probe): Probe {
  return { ...known, ...(inView === true && added.inView === true ? { inView } : {}), ...(publicAsset === true && added.publicAsset === true ? { publicAsset } : {}) };
}

/** Adds what is served at a place to what was found before: one probe for each path, with all that is served there. */
export function addProbe(probes: Probe[], added: Probe): void {
  const index = probes.findIndex(({ path }) => path === added.path);
  const known = probes[index];
  if (known === undefined) probes.push(added);
  else probes[index] = { ...addedTo(known, added), methods: known.methods === null || added.methods === null ? null : [...new Set([...known.methods, ...added.methods])], requestHeaders: [...new Set([...known.requestHeaders, ...added.requestHeaders])] };
}
