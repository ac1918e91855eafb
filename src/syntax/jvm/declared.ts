import type { Span } from '../../text/span.js';
import { once } from './literals.js';
import type { ClassDeclaration } from './tree.js';

type Members = Pick<ClassDeclaration, 'annotations' | 'fields' | 'methods' | 'constructors' | 'initializers' | 'classes'>;

/** A class whose members are made when they are first asked for: of most classes nobody asks. */
export function declared(kind: ClassDeclaration['kind'], name: string, supertypes: readonly string[], at: Span, members: { readonly [Key in keyof Members]: () => Members[Key] }): ClassDeclaration {
  const [annotations, fields, methods, constructors, initializers, classes] = [once(members.annotations), once(members.fields), once(members.methods), once(members.constructors), once(members.initializers), once(members.classes)];
  return {
    kind,
    name,
    supertypes,
    at,
    get annotations() {
      return annotations();
    },
    get fields() {
      return fields();
    },
    get methods() {
      return methods();
    },
    get constructors() {
      return constructors();
    },
    get initializers() {
      return initializers();
    },
    get classes() {
      return classes();
    },
  };
}
