import type { HeaderValue } from '../../policy/program.js';
import type { YamlFile } from '../../syntax/yaml/index.js';
import type { Span } from '../../text/span.js';
import { factOf, unknown, type Value } from '../../values/value.js';

/** What a mapping expression puts into a header; `refused`: API Gateway takes it for none. */
export interface Mapped {
  readonly value: HeaderValue | undefined;
  readonly refused?: string;
}

/**
 * The right side of a `responseParameters` entry of a REST API: a text in single quotes of its own, a part of the
 * integration's response, a context or stage variable. Of a gateway's own response also a part of the request. A text
 * without its quotes is refused when the API is made; it is read here as what was meant.
 *
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-parameter-mapping.html
 */
export function mappedText(file: YamlFile, value: Exclude<Value, { kind: 'either' }>): Mapped {
  const { at } = value;
  switch (value.kind) {
    case 'string':
      return ofText(file, value.value.trim(), at);
    case 'number':
    case 'boolean':
      return { value: { v: 'literal', text: String(value.value), at, written: true }, refused: unquoted(String(value.value)) };
    case 'concat': {
      const [first, last] = [value.parts[0], value.parts.at(-1)];
      const quoted = first?.kind === 'string' && first.value.trimStart().startsWith("'") && last?.kind === 'string' && last.value.trimEnd().endsWith("'");
      const fact = factOf(value.parts.find((part) => part.kind === 'unknown' || part.kind === 'env') ?? unknown('parameter', 'a text that is put together when the stack is made', at));
      return { value: { v: 'unknown', fact, at }, ...(quoted ? {} : { refused: 'a text needs single quotes of its own here, inside of the others' }) };
    }
    case 'env':
    case 'unknown':
      return { value: { v: 'unknown', fact: factOf(value), at } };
    case 'nothing':
      return { value: undefined };
    default:
      return { value: undefined, refused: 'a header has one text' };
  }
}

const unquoted = (text: string): string => `\`${text}\` needs single quotes of its own here: "'${text}'"`;

function ofText(file: YamlFile, text: string, at: Span): Mapped {
  const inner = /^'(.*)'$/s.exec(text)?.[1];
  if (inner !== undefined) return { value: { v: 'literal', text: inner, at: placeOf(file, inner, at), written: true } };
  const asked = /^method\.request\.header\.([\w-]+)$/.exec(text)?.[1];
  if (asked !== undefined) return { value: { v: 'request-header', name: asked.toLowerCase(), at } };
  const passed = /^integration\.response\.header\.([\w-]+)$/.exec(text)?.[1];
  if (passed !== undefined) return { value: { v: 'unknown', fact: factOf(unknown('upstream', `what the integration sends as ${passed}`, at)), at } };
  if (/^(?:integration\.response|method\.request|context|stageVariables|request|response)\./.test(text)) return { value: { v: 'unknown', fact: factOf(unknown('parameter', `\`${text}\``, at)), at } };
  return { value: { v: 'literal', text, at, written: true }, refused: unquoted(text) };
}

/** Where a part of a scalar stands, if it stands there as it is. */
function placeOf(file: YamlFile, inner: string, at: Span): Span {
  const offset = inner === '' ? -1 : file.source.text.slice(at.start, at.end).indexOf(inner);
  return offset === -1 ? at : { file: at.file, start: at.start + offset, end: at.start + offset + inner.length };
}
