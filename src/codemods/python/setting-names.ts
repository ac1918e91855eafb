/** Where Python names a setting of Django: its own modules, code that reads it, tests that replace it. */
import type { PythonModule } from '../../syntax/python/index.js';
import type { SyntaxNode } from '../../syntax/tree-sitter.js';
import type { TextEdit } from '../../text/edit.js';
import type { Span } from '../../text/span.js';
import { spelled, styleOf } from './style.js';

export interface Mentions {
  /** Other names in the places of the setting's. */
  readonly edits: readonly TextEdit[];
  /** Where modules and classes bind it. */
  readonly bound: readonly Span[];
  /** Files that it is imported from. */
  readonly sources: readonly string[];
  /** Where nobody can tell whether the setting is meant. */
  readonly obstacles: readonly { readonly at: Span; readonly why: string }[];
}

const NOTHING: Mentions = { edits: [], bound: [], sources: [], obstacles: [] };

/** Django's own, those of pytest-django and django-configurations: their keyword arguments are settings. */
const REPLACING = /(?:^|\.)(?:override_settings|modify_settings|settings|settings\.configure)$/;
/** Their texts are names of attributes. */
const OF_ATTRIBUTES = /(?:^|\.)(?:getattr|hasattr|setattr|delattr|patch\.object|is_overridden)$/;
const OF_PATHS = /(?:^|\.)(?:patch|setattr|delattr)$/;
/** What reads from elsewhere has names of its own there: `os.environ.get`, `env.list`, `config`, `get_secret`. */
const ELSEWHERE = /env|conf|secret|param|vault|option/i;
/** Classes whose fields are named like what they are read from: those of pydantic, and of GoodConf. */
const READERS = /\b(?:Base(?:Settings|Model)|GoodConf)\b/;
/** What has settings for attributes, by the names that everybody gives it. */
const OBJECTS = /(?:^|\.|_)(?:settings|conf|self|cls)$|^sys\.modules\[/;
const NAMES_OF_MODULE = /^(?:globals|locals|vars)\(\)$/;

/** Every place of a module that names a setting, written with another name. */
export function mentionsOf(module: PythonModule, name: string, as: string): Mentions {
  const found = module.root.descendantsOfType(['identifier', 'string']).map((node) => (node.type === 'string' ? inText(module, node, name, as) : node.text === name ? byName(module, node, as) : NOTHING));
  return {
    edits: found.flatMap(({ edits }) => edits),
    bound: found.flatMap(({ bound }) => bound),
    sources: found.flatMap(({ sources }) => sources),
    obstacles: found.flatMap(({ obstacles }) => obstacles),
  };
}

function byName(module: PythonModule, node: SyntaxNode, as: string): Mentions {
  const at = module.span(node);
  const edits: TextEdit[] = [{ ...at, text: as }];
  const { parent } = node;
  if (parent?.type === 'keyword_argument' && parent.childForFieldName('name')?.id === node.id) {
    const callee = calleeOf(parent.parent);
    if (REPLACING.test(callee)) return { ...NOTHING, edits };
    return ELSEWHERE.test(callee) ? NOTHING : { ...NOTHING, obstacles: [{ at, why: `${callee} is told it as an argument, and whether that is the setting cannot be told` }] };
  }
  if (parent?.type === 'dotted_name') {
    const from = ancestor(node, ['import_from_statement'])?.childForFieldName('module_name')?.text ?? '';
    const source = module.fileNamed(from);
    return source === undefined ? { ...NOTHING, obstacles: [{ at, why: `it is imported from ${from}, which is not in view` }] } : { ...NOTHING, edits, sources: [source] };
  }
  const isAssigned = (parent?.type === 'assignment' || parent?.type === 'augmented_assignment') && parent.childForFieldName('left')?.id === node.id;
  const scope = ancestor(node, ['function_definition', 'lambda', 'class_definition']);
  if (!isAssigned || (scope !== undefined && scope.type !== 'class_definition')) return { ...NOTHING, edits };
  if (READERS.test(scope?.childForFieldName('superclasses')?.text ?? '')) return { ...NOTHING, obstacles: [{ at, why: 'a class has it that reads the variable of this name' }] };
  return { ...NOTHING, edits: [...edits, ...variableKept(module, parent, node.text)], bound: [at] };
}

/** `values.ListValue([])` of django-configurations reads the variable that is named like the setting; it goes on doing so. */
function variableKept(module: PythonModule, assignment: SyntaxNode, name: string): readonly TextEdit[] {
  const call = assignment.childForFieldName('right');
  const callee = call?.childForFieldName('function');
  const args = call?.childForFieldName('arguments');
  if (call?.type !== 'call' || callee === null || callee === undefined || args?.type !== 'argument_list' || !/^configurations\.values\.\w+$/.test(module.qualifiedName(callee) ?? '')) return [];
  const given = args.namedChildren.filter(({ type }) => type !== 'comment');
  if (given.some((one) => one.type === 'keyword_argument' && /^environ(?:_name)?$/.test(one.childForFieldName('name')?.text ?? ''))) return [];
  const at = given.at(-1)?.endIndex ?? args.startIndex + 1;
  return [{ file: module.file, start: at, end: at, text: `${given.length === 0 ? '' : ', '}environ_name=${spelled(name, styleOf(module))}` }];
}

/** A text that is the name, or a dotted path that ends with it. */
function inText(module: PythonModule, node: SyntaxNode, name: string, as: string): Mentions {
  const [start, content, end] = node.namedChildren;
  if (node.namedChildren.length !== 3 || content?.type !== 'string_content' || end?.type !== 'string_end' || /[fb]/i.test(start?.text ?? '')) return NOTHING;
  const isPath = content.text.endsWith(`.${name}`) && /^[\w.]+$/.test(content.text);
  if (content.text !== name && !isPath) return NOTHING;
  const renamed: Mentions = { ...NOTHING, edits: [{ file: module.file, start: content.endIndex - name.length, end: content.endIndex, text: as }] };
  const meaning = isPath ? (OF_PATHS.test(calleeOf(node.parent)) ? 'setting' : 'other') : meaningOf(node, [name, as]);
  if (meaning === 'other') return NOTHING;
  return meaning === 'setting' ? renamed : { ...NOTHING, obstacles: [{ at: module.span(node), why: 'it stands there as a text, and whether that is the setting or something else cannot be told' }] };
}

/** What a text means that is the name of a setting. @param names of the setting, before and after */
function meaningOf(node: SyntaxNode, names: readonly string[]): 'setting' | 'other' | 'unknown' {
  const { parent } = node;
  switch (parent?.type) {
    case 'expression_statement':
      return 'other';
    case 'argument_list':
    case 'keyword_argument': {
      const callee = calleeOf(parent.type === 'argument_list' ? parent : parent.parent);
      if (OF_ATTRIBUTES.test(callee) && OBJECTS.test(parent.namedChildren[0]?.text ?? '')) return 'setting';
      if (NAMES_OF_MODULE.test(callee.replace(/\.\w+$/, ''))) return 'setting';
      const label = parent.type === 'keyword_argument' ? (parent.childForFieldName('name')?.text ?? '') : '';
      if (isRead(node, names)) return 'other';
      return !OF_ATTRIBUTES.test(callee) && (ELSEWHERE.test(callee) || ELSEWHERE.test(label)) ? 'other' : 'unknown';
    }
    case 'subscript':
      return NAMES_OF_MODULE.test(parent.childForFieldName('value')?.text ?? '') ? 'setting' : 'other';
    case 'pair': {
      // `override_settings(**{"NAME": …})`, `patch.dict(os.environ, {"NAME": …})`
      const holder = parent.childForFieldName('key')?.id === node.id ? parent.parent?.parent : undefined;
      if (holder?.type === 'dictionary_splat') return REPLACING.test(calleeOf(holder.parent)) ? 'setting' : 'unknown';
      return holder?.type === 'argument_list' && ELSEWHERE.test(`${calleeOf(holder)} ${holder.namedChildren[0]?.type === 'dictionary' ? '' : (holder.namedChildren[0]?.text ?? '')}`) ? 'other' : 'unknown';
    }
    case 'list':
    case 'tuple':
      return parent.parent?.type === 'assignment' && parent.parent.childForFieldName('left')?.text === '__all__' ? 'setting' : 'unknown';
    case 'comparison_operator':
      return ELSEWHERE.test(parent.text.replaceAll(node.text, '')) ? 'other' : 'unknown';
    default:
      return 'unknown';
  }
}

/** `NAME = anything("NAME")`: what the setting is read from. */
function isRead(node: SyntaxNode, names: readonly string[]): boolean {
  return names.includes(ancestor(node, ['assignment'])?.childForFieldName('left')?.text ?? '');
}

/** The callee of the call that an argument list is of. */
function calleeOf(list: SyntaxNode | null | undefined): string {
  return list?.parent?.type === 'call' ? (list.parent.childForFieldName('function')?.text ?? '') : '';
}

function ancestor(node: SyntaxNode, types: readonly string[]): SyntaxNode | undefined {
  let { parent } = node;
  while (parent !== null && !types.includes(parent.type)) ({ parent } = parent);
  return parent ?? undefined;
}
