import type { Note } from '../../policy/program.js';
import type { RecordEntry, RecordValue } from '../../values/value.js';

/** Options that other CORS packages have and Flask-CORS has not. */
const ORIGINS = /^(?:cors_)?(?:origin|allow(?:ed)?_?origins?)$/i;
const CREDENTIALS = /^(?!supports_credentials$).*credentials?$/i;

/** Flask-CORS only logs a warning about options that it does not know: origins given so leave it open, credentials given so are not sent. */
export function ignoredOptions(layers: readonly (RecordValue | undefined)[], path: string): readonly Note[] {
  const entries = layers.flatMap((layer) => layer?.entries ?? []);
  const has = (key: string): boolean => entries.some((entry) => entry.key === key);
  const note = (id: Note['id'], { value }: RecordEntry): Note => ({ id, at: value.at, related: [], path });
  return [
    ...(has('origins') ? [] : entries.filter(({ key, value }) => ORIGINS.test(key) && !(value.kind === 'string' && value.value === '*')).map((entry) => note('invalid-value-opens', entry))),
    ...(has('supports_credentials') ? [] : entries.filter(({ key, value }) => CREDENTIALS.test(key) && value.kind === 'boolean' && value.value).map((entry) => note('credentials-ignored', entry))),
  ];
}
