import { parseCondition, parseTemplate } from './expression.js';
import { formatOf, headerLineOf } from './header-line.js';
import type { Word } from './lines.js';

/** A directive as far as its own grammar goes. */
export interface Checked {
  readonly name: string;
  /** As written. */
  readonly written: string;
  readonly args: readonly Word[];
}

const CONDITION_FLAGS = /^(?:nc|nocase|or|ornext|nv|novary)$/i;
const RULE_FLAGS = /^(?:b|backrefescaping|bnp|bctls|bne|c|chain|co|cookie|dpi|discardpath|e|env|end|f|forbidden|g|gone|h|handler|l|last|n|next|nc|nocase|ne|noescape|ns|nosubreq|p|proxy|pt|passthrough|qsa|qsappend|qsd|qsdiscard|qsl|qslast|r|redirect|s|skip|t|type|unsafeallow3f|unsafeprefixstat|unc)$/i;
/** Words for statuses that `[R=…]` knows. */
const REDIRECT_WORDS = /^(?:permanent|temp|seeother)$/i;

/**
 * What the server says of a directive whose words do not fit its own grammar, as far as it matters to what is read here;
 * texts are those of httpd 2.4. Directives of modules that are not known here are nobody's mistake.
 */
export function complaintAbout({ name, written, args }: Checked): string | undefined {
  switch (name) {
    case 'header':
    case 'requestheader':
      return headerComplaint(args, name === 'requestheader');
    case 'if':
    case 'elseif': {
      if (args[0] === undefined) return `<${written}> directive requires additional arguments`;
      const parsed = parseCondition(args[0]);
      return 'problem' in parsed ? `Cannot parse condition clause: ${parsed.problem}` : undefined;
    }
    case 'directory':
    case 'directorymatch':
    case 'location':
    case 'locationmatch':
    case 'files':
    case 'filesmatch':
    case 'virtualhost':
      return args[0] === undefined ? `<${written}> directive requires additional arguments` : undefined;
    case 'setenvif':
    case 'setenvifnocase':
      return args.length < 2 ? `Missing regular expression for ${written}` : args.length < 3 ? `Missing envariable expression for ${written}` : undefined;
    case 'rewriteengine':
      return /^(?:on|off)$/i.test(args[0]?.text ?? '') && args.length === 1 ? undefined : 'RewriteEngine must be On or Off';
    case 'rewritecond':
    case 'rewriterule':
      return rewriteComplaint(written, args, name === 'rewriterule');
    case 'errordocument':
      return args.length < 2 ? 'ErrorDocument takes two arguments, Change responses for HTTP errors' : undefined;
    default:
      return undefined;
  }
}

function headerComplaint(args: readonly Word[], request: boolean): string | undefined {
  const line = headerLineOf(args, request);
  if ('problem' in line) return line.problem;
  const { value, when, action } = line;
  if (when.c === 'expr') {
    const parsed = parseCondition(when.word, 'expr='.length);
    if ('problem' in parsed) return `Can't parse envclause/expression: ${parsed.problem}`;
  }
  if (value === undefined || value.text.includes('${') || action === 'edit' || action === 'edit*') return undefined;
  if (/^expr=/i.test(value.text)) {
    const parsed = parseTemplate(value, 'expr='.length);
    return 'problem' in parsed ? `Can't parse value expression : ${parsed.problem}` : undefined;
  }
  const format = formatOf(value.text);
  return 'problem' in format ? format.problem : undefined;
}

function rewriteComplaint(written: string, args: readonly Word[], isRule: boolean): string | undefined {
  if (args.length < 2) return `${written}: bad argument line`;
  const flags = args[2]?.text;
  if (flags === undefined) return undefined;
  const [, list] = /^\[(.*)\]$/s.exec(flags) ?? [];
  if (list === undefined) return `${written}: bad flag delimiters`;
  for (const flag of list.split(',')) {
    const [, name = '', value] = /^\s*([^=\s]*)\s*(?:=(.*))?$/s.exec(flag) ?? [];
    if (!(isRule ? RULE_FLAGS : CONDITION_FLAGS).test(name)) return `${written}: unknown flag '${flag.trim()}'`;
    if (isRule && /^(?:r|redirect)$/i.test(name) && value !== undefined && !REDIRECT_WORDS.test(value) && !/^[1-5]\d\d$/.test(value)) return `${written}: invalid HTTP response code '${value}' for flag 'R'`;
  }
  return undefined;
}
