import { cloudflarePath } from '../../middleware/static-headers/splats.js';
import type { HeadersHost } from '../../middleware/static-headers/hosts.js';
import type { PathPattern } from '../../middleware/static-headers/paths.js';
import type { Gap } from '../../policy/program.js';
import type { HeaderBlock, HeadersFile, Piece } from '../../syntax/headers-file/index.js';

/** The requests of a block; undefined where Cloudflare leaves it out. */
export function placed({ text, at }: Piece): PathPattern | undefined {
  return cloudflarePath(text, at);
}

/** The blocks as Cloudflare takes them, and what it leaves out of them. */
export function understood(file: HeadersFile, host: HeadersHost): { readonly blocks: readonly HeaderBlock[]; readonly gaps: readonly Gap[] } {
  const gaps: Gap[] = [];
  const left = (at: Gap['at'], message: string): void => {
    gaps.push({ at, reason: 'unsupported-syntax', message });
  };
  const blocks = new Map<string, HeaderBlock>();
  const whole = file.blocks.filter(({ lines }) => lines.length > 0);
  const beyond = whole.slice(MAX_RULES).find(({ lines }) => concerns(lines));
  if (beyond !== undefined) left(beyond.path.at, `Cloudflare reads the first ${MAX_RULES} rules alone`);
  for (const block of whole.slice(0, MAX_RULES)) {
    const cut = block.lines.findIndex((line) => line.kind === 'header' && /^\S+:\/\//.test(file.source.text.slice(line.at.start, line.at.end)));
    const lines = cut < 0 ? block.lines : block.lines.slice(0, cut);
    if (cut >= 0 && concerns(block.lines.slice(cut))) left(block.lines[cut]!.at, 'Cloudflare takes this line for a URL, and leaves it out with all that follow up to the next path: a blank belongs after the colon');
    const concerned = concerns(lines);
    if (concerned && placed(block.path) === undefined) left(block.path.at, 'Cloudflare leaves this path out: one wildcard, no port, and each name once is what it takes');
    else if (concerned && servedByFunction(file, host, block.path.text)) left(block.path.at, 'Cloudflare does not apply `_headers` to what functions answer');
    else {
      if (concerned && concerns(blocks.get(block.path.text)?.lines ?? [])) left(blocks.get(block.path.text)!.path.at, 'Cloudflare takes the last of several rules with the same path, and this is not it');
      blocks.set(block.path.text, { ...block, lines });
    }
  }
  return { blocks: [...blocks.values()], gaps };
}

/** https://developers.cloudflare.com/pages/configuration/headers */
const MAX_RULES = 100;

function concerns(lines: HeaderBlock['lines']): boolean {
  return lines.some(({ name }) => /^access-control-/i.test(name.text));
}

/** `functions/api/…` of Pages answers `/api/…`. */
function servedByFunction({ file, files }: HeadersFile, host: HeadersHost, path: string): boolean {
  const [, first] = /^\/([\w-]+)(?:\/|$)/.exec(path) ?? [];
  if (host === 'unknown' || first === undefined) return false;
  const folders = file.split('/').slice(0, -1).map((_part, index, parts) => `${parts.slice(0, index).join('/')}${index === 0 ? '' : '/'}`);
  return [...new Set(['', ...folders])].some((folder) => ['', '.js', '.ts'].some((ending) => files.exists(`${folder}functions/${first}${ending}`)));
}
