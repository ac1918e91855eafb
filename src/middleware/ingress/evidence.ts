import type { Evidence } from '../../policy/program.js';
import { itemsOf, nodeAt } from '../../syntax/yaml/index.js';
import { hasBrowsers } from '../networks.js';
import type { Annotated } from './annotations.js';

/** Annotations that list the networks which are let in. */
const LISTS = ['whitelist-source-range', 'allowlist-source-range', 'whitelist', 'allow-list', 'white-list'];

/** What an Ingress tells of who reaches it. */
export function reachedThrough({ fields, object }: Pick<Annotated, 'fields' | 'object'>): Pick<Evidence, 'https' | 'networkProtected'> {
  const encrypted = object !== undefined && (itemsOf(nodeAt(object, 'spec', 'tls')) ?? []).length > 0;
  const list = LISTS.map((name) => fields.get(name)).find((field) => field !== undefined);
  const networks = list?.value.kind === 'string' ? list.value.value.split(',').map((text) => text.trim()).filter((text) => text !== '') : [];
  return { ...(encrypted ? { https: 'yes' } : {}), ...(list !== undefined && networks.length > 0 && networks.every(hasBrowsers) ? { networkProtected: list.at } : {}) };
}
