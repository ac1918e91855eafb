import type { PythonModule } from '../../syntax/python/index.js';
import type { Value } from '../../values/value.js';

/**
 * Methods that a decorator has Flask serve beside those of the route: `view.required_methods = ["OPTIONS"]` on the function
 * that it hands out, or on the one that it wraps, whose attributes `update_wrapper` copies (flask/sansio/app.py `add_url_rule`).
 */
export function requiredMethods(module: PythonModule, view: Value | undefined): readonly string[] {
  if (view?.kind !== 'function') return [];
  const home = module.at(view.at.file);
  if (home === undefined || !home.source.text.includes('required_methods')) return [];
  let node = home.root.descendantForIndex(view.at.start, Math.max(view.at.start, view.at.end - 1));
  while (node !== null && node.type !== 'function_definition') node = node.parent;
  const name = node?.childForFieldName('name')?.text;
  const block = node?.parent?.type === 'decorated_definition' ? node.parent.parent : node?.parent;
  if (name === undefined || block?.type !== 'block') return [];
  const copies = /\bupdate_wrapper\(|@(?:functools\.)?wraps\(/.test(block.text);
  return block.namedChildren.flatMap((statement) => {
    const assignment = statement.namedChildren[0];
    const [, owner] = /^(\w+)\.required_methods$/.exec(assignment?.childForFieldName('left')?.text ?? '') ?? [];
    if (assignment?.type !== 'assignment' || owner === undefined || (owner !== name && !copies)) return [];
    return [...(assignment.childForFieldName('right')?.text ?? '').matchAll(/["'](\w+)["']/g)].flatMap(([, method = '']) => method.toUpperCase());
  });
}
