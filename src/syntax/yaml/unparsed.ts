const SIEVE = 1 << 16;

/** Signs of a word. Dots part words: `api.shop.svc` begins with the name of a Service. */
const IN_WORD = Uint8Array.from({ length: 128 }, (_none, code) => (/[\w-]/.test(String.fromCharCode(code)) ? 1 : 0));

/**
 * Words that are looked for in texts before anybody parses them: letters, digits, `-` and `_`, whatever their case.
 * Keys are none, and neither are those that Kubernetes itself begins with `app.kubernetes.io`. What is found may stand
 * in a comment: it says only that the text is worth reading.
 */
export class Words {
  readonly #hashes = new Set<number>();
  /** Most words of a text are ruled out by it, without a look at the set. */
  readonly #sieve = new Uint8Array(SIEVE);

  constructor(words: Iterable<string>) {
    for (const word of words) {
      let hash = 0;
      for (let at = 0; at < word.length; at++) hash = hashed(hash, word.charCodeAt(at));
      this.#hashes.add(hash);
      this.#sieve[hash & (SIEVE - 1)] = 1;
    }
  }

  get isEmpty(): boolean {
    return this.#hashes.size === 0;
  }

  /** Where one of the words stands, from an offset on; -1 for nowhere. */
  indexIn(text: string, from = 0): number {
    const length = this.isEmpty ? 0 : text.length;
    for (let at = from; at < length; at++) {
      const start = at;
      let hash = 0;
      for (let code = text.charCodeAt(at); isInWord(code); code = text.charCodeAt((at += 1))) hash = hashed(hash, code);
      if (at > start && this.#sieve[hash & (SIEVE - 1)] === 1 && this.#hashes.has(hash) && !isKey(text, at)) return start;
    }
    return -1;
  }
}

/** The first word of a text; undefined for one without any. */
export function firstWord(text: string): string | undefined {
  return /[\w-]+/.exec(text)?.[0];
}

/** Names of the objects in a text, as far as they are written out. */
export function objectNamesIn(text: string): readonly string[] {
  const found = text.matchAll(/^([ \t]*(?:- )?)metadata:[ \t]*(?:\{[^{}\n]*?|(?:\r?\n(?!\1\S).*)*?\r?\n[ \t]+)\bname:[ \t]*["']?([\w.-]+)/gm);
  return [...found].map(([, , name]) => name!);
}

/** Where the values of the Helm chart stand whose template a file may be. */
export function valuesBeside(path: string): string | undefined {
  const folder = /^(?:(.*)\/)?templates\//.exec(path);
  return folder === null ? undefined : folder[1] === undefined ? 'values.yaml' : `${folder[1]}/values.yaml`;
}

function isInWord(code: number): boolean {
  return code < 128 && IN_WORD[code] === 1;
}

/** Small and capital letters are the same. */
function hashed(hash: number, code: number): number {
  return (Math.imul(hash, 31) + (code | 32)) | 0;
}

function isKey(text: string, end: number): boolean {
  if (text.startsWith('.kubernetes.io', end)) return true;
  if (text.charCodeAt(end) !== 58) return false;
  const next = text.charCodeAt(end + 1);
  return next === 32 || next === 10 || next === 13 || next === 9 || end + 1 === text.length;
}
