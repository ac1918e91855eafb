/** Origins without a scheme: django-cors-headers compared hosts alone before 3.0.0, and takes no site for meant by them since. */
import { PythonModule, splitItem } from '../../syntax/python/index.js';
import type { SyntaxNode } from '../../syntax/tree-sitter.js';
import type { TextEdit } from '../../text/edit.js';
import { textsWith } from '../../text/files.js';
import { refuse, type Announcement, type Choices, type Proposed } from '../codemod.js';
import type { DjangoProject } from './django-projects.js';

const LISTS = /\b(?:CORS_ORIGIN_WHITELIST|CORS_ALLOWED_ORIGINS)\b/;
/** A host, perhaps with a port. */
const HOST = /^(?!null$)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d+)?$/i;

/** Entries that are hosts become the origins of that host which a person names. */
export function* originsCompleted(project: DjangoProject, choices: Choices): Iterable<Proposed> {
  const { repository, settings, release } = project;
  if (release.isFrom('3.0') === false) return;
  for (const path of settings.files) {
    if (!LISTS.test(repository.files.read(path) ?? '')) continue;
    const module = repository.unit('python', path);
    if (module instanceof PythonModule) yield* completedIn(project, module, choices);
  }
}

function* completedIn({ repository, policies }: DjangoProject, module: PythonModule, choices: Choices): Iterable<Proposed> {
  const policy = policies.find(({ at }) => at.file === module.file) ?? policies[0];
  const entries = hostsIn(module);
  if (policy === undefined || entries.length === 0) return;
  const chosen = choices.originsFor(policy);
  const edits: TextEdit[] = [];
  const [added, replaced]: [string[], string[]] = [[], []];
  const left: SyntaxNode[] = [];
  for (const node of entries) {
    const meant = (chosen?.origins ?? []).filter((origin) => hostOf(origin) === contentOf(node).toLowerCase());
    const edit = meant.length === 0 ? undefined : splitItem(module, module.span(node), meant);
    if (edit === undefined) {
      left.push(node);
      continue;
    }
    edits.push(edit);
    added.push(...meant);
    replaced.push(contentOf(node));
  }
  const texts = textsWith(repository.files, edits);
  const [first] = entries;
  if (edits.length > 0 && texts !== undefined) yield { kind: 'rewriting', title: 'hosts become origins', at: module.span(first!), texts, announces: announced(added, replaced) };
  for (const node of left) {
    const host = contentOf(node);
    yield refuse(module.span(node), `${host} has no scheme, and since django-cors-headers 3.0.0 lets no site in: whether https://${host} or http://${host} is meant, only a person can say`, { choice: 'origins', policy, candidates: [`https://${host}`, `http://${host}`] });
  }
}

/** `urlsplit` takes what stands in front of a port for the scheme; a host without a port has none, as the origin null has none. */
function announced(origins: readonly string[], hosts: readonly string[]): Announcement {
  const likeNull = hosts.filter((host) => !host.includes(':'));
  return {
    words: `${origins.join(', ')} ${origins.length === 1 ? 'is' : 'are'} let in${likeNull.length === 0 ? '' : `; ${likeNull.join(', ')} let${likeNull.length === 1 ? 's' : ''} the origin null in no more`}.`,
    allows: ({ request, before, after }) => (request.origin === 'null' ? likeNull.length > 0 && before === 'allowed' && after === 'blocked' : origins.includes(request.origin) && before === 'blocked' && after === 'allowed'),
  };
}

/** `https://shop.example.com` → `shop.example.com`. */
function hostOf(origin: string): string {
  return URL.canParse(origin) ? new URL(origin).host : origin;
}

function contentOf(node: SyntaxNode): string {
  return node.namedChildren[1]?.text ?? '';
}

/** Entries of the settings' lists that are hosts, as they are written. */
function hostsIn(module: PythonModule): readonly SyntaxNode[] {
  const assignments = module.root.descendantsOfType(['assignment', 'augmented_assignment']).filter((node) => LISTS.test(node.childForFieldName('left')?.text ?? ''));
  return assignments.flatMap((node) => {
    const list = node.childForFieldName('right');
    if (list === null || !/^(?:list|tuple|set)$/.test(list.type)) return [];
    return list.namedChildren.filter((item) => item.type === 'string' && item.namedChildren.length === 3 && !/[fb]/i.test(item.namedChildren[0]?.text ?? '') && HOST.test(contentOf(item)));
  });
}
