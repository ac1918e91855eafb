import type { Revised } from '../../engine.js';
import type { Policy } from '../../policy/program.js';

/** Layers that a person means: those that the configuration calls so, else those of a file or folder, else those of a product. */
export function meantBy(name: string, all: readonly Policy[], { layering }: Revised): readonly Policy[] {
  const wanted = name.replace(/^\.\//, '').replace(/\/$/, '');
  const ways: readonly ((policy: Policy) => boolean)[] = [
    (policy) => layering.nameOf(policy) === name,
    ({ at: { file } }) => file === wanted || file.startsWith(`${wanted}/`),
    ({ at: { file } }) => file.endsWith(`/${wanted}`),
    ({ reader }) => reader === name.toLowerCase(),
  ];
  return ways.map((isMeant) => all.filter(isMeant)).find((found) => found.length > 0) ?? [];
}

/** A name for each layer by which it alone is meant: its own, its product's, or its file. */
export function namesOf(all: readonly Policy[], repository: Revised): readonly string[] {
  const shortest = (policy: Policy): string => repository.layering.nameOf(policy) ?? (new Set(all.filter(({ reader }) => reader === policy.reader).map(({ at }) => at.file)).size === 1 ? policy.reader : policy.at.file);
  return [...new Set(all.map(shortest))];
}
