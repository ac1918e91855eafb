import type { Directive, Token } from '../../syntax/nginx/index.js';

/** What a piece of Lua does with a header of the response. */
export interface LuaHeader {
  /** Lower-case. */
  readonly name: string;
  /** The text in nginx's spelling, variables and all; null takes the header out, undefined is not known. */
  readonly text: string | null | undefined;
  /** Only on some ways through the code. */
  readonly sometimes: boolean;
}

/** The code of a `*_by_lua*` directive; undefined when it stands in another file. */
export function luaOf({ name, code, args }: Directive): Token | undefined {
  return name.endsWith('_file') ? undefined : (code ?? args.at(-1));
}

const STRING = String.raw`"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|\[\[([\s\S]*?)\]\]`;
const ASSIGNMENT = new RegExp(String.raw`ngx\.header(?:\.(\w+)|\[\s*(?:${STRING})\s*\])\s*=\s*(?:${STRING}|ngx\.var\.(\w+)|ngx\.var\[\s*["'](\w+)["']\s*\]|(nil)\b|([^\s;]+))`, 'g');

/** Assignments to `ngx.header`, in order. Comments are no code. */
export function headersOf(code: string): readonly LuaHeader[] {
  const bare = code.replace(/--\[(=*)\[[\s\S]*?\]\1\]|--[^\n]*/g, ' ');
  const branches = /\b(?:if|for|while|repeat|function)\b/.test(bare);
  return [...bare.matchAll(ASSIGNMENT)].map(([, field, ...groups]) => {
    const [n1, n2, n3, v1, v2, v3, variable, indexed, nil] = groups;
    const text = v1 ?? v2 ?? v3;
    const name = field?.replaceAll('_', '-') ?? n1 ?? n2 ?? n3 ?? '';
    // A dollar is an ordinary character in Lua; nginx's spelling has none for it.
    const spelled = text === undefined ? (variable ?? indexed) === undefined ? undefined : `$${variable ?? indexed}` : text.includes('$') ? undefined : text;
    return { name: name.toLowerCase(), text: nil === undefined ? spelled : null, sometimes: branches };
  });
}

/** May the code end the request by itself? */
export function mayEnd(code: string): boolean {
  return /\bngx\.(?:exit|redirect|say|print|exec)\b/.test(code);
}
