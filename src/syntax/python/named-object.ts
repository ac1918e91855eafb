import type { Value } from '../../values/value.js';
import { classNamed } from './classes.js';
import { Evaluation } from './evaluate.js';
import type { PythonModule } from './module.js';
import { classObject } from './objects.js';

/** Attributes of an object that a text names, a module or a class of one in view: `config.ProductionConfig`. Undefined: not in view. */
export function objectNamed(module: PythonModule, dotted: string): ((attribute: string) => Value | undefined) | undefined {
  const whole = module.moduleNamed(dotted);
  if (whole !== undefined) {
    return (attribute) => {
      const value = new Evaluation(whole).named(attribute);
      return value.kind === 'unknown' && value.reason === 'import-not-resolved' ? undefined : value;
    };
  }
  const cut = dotted.search(/[.:][^.:]*$/);
  const holder = cut === -1 ? undefined : module.moduleNamed(dotted.slice(0, cut));
  const found = holder === undefined ? undefined : classNamed(holder, dotted.slice(cut + 1));
  if (holder === undefined || found === undefined) return undefined;
  const object = classObject(new Evaluation(holder), found, holder.span(found.definition));
  return (attribute) => object.get(attribute);
}
