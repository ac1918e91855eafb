import { ALWAYS } from '../../policy/program.js';
import type { Change } from '../../policy/change.js';
import type { Policy } from '../../policy/program.js';
import { effectAt } from '../../policy/views.js';
import { decline, type Declined } from '../../readers/reader.js';
import { removeLine, respell, type HeaderBlock, type HeadersFile, type Piece } from '../../syntax/headers-file/index.js';
import type { TextEdit } from '../../text/edit.js';
import { headerName } from '../../text/header-name.js';
import { sameSpan } from '../../text/span.js';
import type { PathPattern } from './paths.js';
import { concernsCors, type HeaderRule, type HeaderWrite } from './rules.js';

/** The rules of a `_headers` file that concern CORS, their paths in a host's dialect; `detaches`: the host knows `! Name`. */
export function* rulesIn(blocks: readonly HeaderBlock[], placeOf: (path: Piece) => PathPattern | undefined, detaches: boolean): Generator<HeaderRule> {
  for (const block of blocks) {
    const writes = block.lines.map((line): HeaderWrite => ({ header: line.name.text.toLowerCase(), value: line.kind === 'detach' ? undefined : { kind: 'string', value: line.value.text, at: line.value.at }, at: line.at })).filter(({ header }) => concernsCors(header));
    // What is taken away goes first, wherever it stands.
    const ordered = [...(detaches ? writes.filter(({ value }) => value === undefined) : []), ...writes.filter(({ value }) => value !== undefined)];
    const place = ordered.length === 0 ? undefined : placeOf(block.path);
    if (place !== undefined) yield { place, when: ALWAYS, writes: ordered };
  }
}

/** Spells a change in a `_headers` file. */
export function editHeadersFile(file: HeadersFile, policy: Policy, change: Change): readonly TextEdit[] | Declined {
  switch (change.kind) {
    case 'replace-text':
      return respell(file, change.at, change.text);
    case 'remove-header':
      return removeLine(file, change.at);
    case 'rename-header': {
      const line = file.blocks.flatMap(({ lines }) => lines).find(({ at }) => sameSpan(at, change.at));
      return line === undefined ? decline('no header stands there') : respell(file, line.name.at, headerName(change.header));
    }
    case 'allow-only': {
      const value = effectAt(policy, change.at)?.value;
      const [only, ...others] = change.origins;
      return value?.v !== 'literal' || only === undefined || only === '*' || others.length > 0 ? decline('one origin does not fit there') : respell(file, value.at, only);
    }
    default:
      return decline(`not a change that a \`_headers\` file of ${policy.reader} can spell`);
  }
}
