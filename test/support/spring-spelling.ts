/** How Java and Kotlin write what programs of Spring are made of. */
export interface Spelling {
  readonly extension: 'java' | 'kt';
  file(classes: readonly string[]): string;
  type(annotations: string, name: string, members: readonly string[], parent?: string, constructor?: string): string;
  contract(annotations: string, name: string, members: readonly string[]): string;
  base(annotations: string, name: string, members: readonly string[]): string;
  metaAnnotation(annotations: string, name: string): string;
  /** Nothing is returned without a type. */
  method(annotations: string, type: string | undefined, name: string, parameters: string, body: readonly string[]): string;
  override(type: string | undefined, name: string, parameters: string, body: readonly string[]): string;
  handler(annotations: string, name: string, hasBody: boolean): string;
  staticMethod(type: string, name: string, body: readonly string[]): string;
  constant(type: string, name: string, value: string): string;
  /** Members that belong to the class. */
  statics(members: readonly string[]): string;
  parameter(type: string, name: string): string;
  local(type: string, name: string, value: string): string;
  make(type: string, args?: string): string;
  generic(type: string, argument: string): string;
  makeGeneric(type: string, argument: string, args: string): string;
  call(on: string, name: string, args: string): string;
  set(on: string, property: string, value: string): string;
  list(items: string): string;
  array(items: string): string;
  single(item: string): string;
  empty(): string;
  spread(items: string): string;
  choice(test: string, yes: string, no: string): string;
  loop(name: string, list: string, body: string): string;
  when(test: string, body: readonly string[]): string;
  isIn(items: string, value: string): string;
  header(request: string, name: string): string;
  end(expression: string): string;
  back(value: string): string;
  /** The last line of a lambda. */
  result(value: string): string;
  lambda(type: string, parameter: string, body: readonly string[]): string;
  anonymous(type: string, member: string): string;
  superCall(name: string, args: string): string;
  readonly noArguments: string;
  annotation(name: string, elements: readonly string[]): string;
  items(items: string): string;
  /** Java's braces of an element. */
  braces(element: string): string;
}

const IMPORTS = ['jakarta.servlet.http.HttpServletRequest', 'java.util.*', 'org.springframework.boot.web.servlet.FilterRegistrationBean', 'org.springframework.context.annotation.*', 'org.springframework.core.Ordered', 'org.springframework.stereotype.Component', 'org.springframework.web.bind.annotation.*', 'org.springframework.web.cors.CorsConfiguration', 'org.springframework.web.cors.CorsConfigurationSource', 'org.springframework.web.cors.UrlBasedCorsConfigurationSource', 'org.springframework.web.filter.CorsFilter', 'org.springframework.web.servlet.config.annotation.*'];

const indented = (lines: readonly string[]): string => lines.map((line) => `  ${line.replace(/\n(?=.)/g, '\n  ')}\n`).join('');
const isInterface = (type: string): boolean => /^(?:WebMvcConfigurer|CorsConfigurationSource|Api)$/.test(type);

export const JAVA: Spelling = {
  extension: 'java',
  file: (classes) => `${IMPORTS.map((name) => `import ${name};\n`).join('')}\n${classes.join('\n')}`,
  type: (annotations, name, members, parent, constructor = '') => `${annotations}\nclass ${name}${parent === undefined ? '' : isInterface(parent) ? ` implements ${parent}` : ` extends ${parent}`} {\n${indented([...(constructor === '' ? [] : [constructor]), ...members])}}\n`,
  contract: (annotations, name, members) => `${annotations}interface ${name} {\n${indented(members)}}\n`,
  base: (annotations, name, members) => `${annotations}abstract class ${name} {\n${indented(members)}}\n`,
  metaAnnotation: (annotations, name) => `${annotations}@java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy.RUNTIME)\n@interface ${name} {\n}\n`,
  method: (annotations, type, name, parameters, body) => `${annotations === '' ? '' : `${annotations}\n`}${type ?? 'void'} ${name}(${parameters}) {\n${indented(body)}}`,
  override: (type, name, parameters, body) => `@Override\npublic ${type ?? 'void'} ${name}(${parameters}) {\n${indented(body)}}`,
  handler: (annotations, name, hasBody) => `${annotations}${hasBody ? 'public ' : ''}String ${name}()${hasBody ? ' { return "ok"; }' : ';'}`,
  staticMethod: (type, name, body) => `private static ${type} ${name}() {\n${indented(body)}}`,
  constant: (type, name, value) => `static final ${type} ${name} = ${value};`,
  statics: (members) => members.join('\n'),
  parameter: (type, name) => `${type} ${name}`,
  local: (type, name, value) => `${type} ${name} = ${value};`,
  make: (type, args = '') => `new ${type}(${args})`,
  generic: (type, argument) => `${type}<${argument}>`,
  makeGeneric: (type, _argument, args) => `new ${type}<>(${args})`,
  call: (on, name, args) => `${on}.${name}(${args});`,
  set: (on, property, value) => `${on}.set${property[0]!.toUpperCase()}${property.slice(1)}(${value === 'null' && property !== 'allowCredentials' ? '(List<String>) null' : value});`,
  list: (items) => `List.of(${items})`,
  array: (items) => `Arrays.asList(${items})`,
  single: (item) => `Collections.singletonList(${item})`,
  empty: () => 'new ArrayList<String>()',
  spread: (items) => `new String[] {${items}}`,
  choice: (test, yes, no) => `${test} ? ${yes} : ${no}`,
  loop: (name, list, body) => `for (String ${name} : ${list}) {\n  ${body}\n}`,
  when: (test, body) => `if (${test}) {\n${indented(body)}}`,
  isIn: (items, value) => `Arrays.asList(${items}).contains(${value})`,
  header: (request, name) => `${request}.getHeader("${name}")`,
  end: (expression) => `${expression};`,
  back: (value) => `return ${value};`,
  result: (value) => `return ${value};`,
  lambda: (_type, parameter, body) => `${parameter} -> {\n${indented(body)}}`,
  anonymous: (type, member) => `new ${type}() {\n${indented([member])}}`,
  superCall: (name, args) => `${name}() {\n  super(${args});\n}\n`,
  noArguments: '',
  annotation: (name, elements) => `@${name}${elements.length === 0 ? '' : `(${elements.join(', ')})`}\n`,
  items: (items) => `{${items}}`,
  braces: (element) => element,
};

export const KOTLIN: Spelling = {
  extension: 'kt',
  file: (classes) => `${IMPORTS.map((name) => `import ${name}\n`).join('')}\n${classes.join('\n')}`,
  type: (annotations, name, members, parent, constructor = '') => `${annotations}\nclass ${name}${parent === undefined ? '' : ` : ${parent}${isInterface(parent) ? '' : constructor}`} {\n${indented(members)}}\n`,
  contract: (annotations, name, members) => `${annotations}interface ${name} {\n${indented(members)}}\n`,
  base: (annotations, name, members) => `${annotations}abstract class ${name} {\n${indented(members)}}\n`,
  metaAnnotation: (annotations, name) => `${annotations}annotation class ${name}\n`,
  method: (annotations, type, name, parameters, body) => `${annotations === '' ? '' : `${annotations}\n`}fun ${name}(${parameters})${type === undefined ? '' : `: ${type}`} {\n${indented(body)}}`,
  override: (type, name, parameters, body) => `override fun ${name}(${parameters})${type === undefined ? '' : `: ${type}`} {\n${indented(body)}}`,
  handler: (annotations, name, hasBody) => `${annotations}fun ${name}(): String${hasBody ? ' = "ok"' : ''}`,
  staticMethod: (type, name, body) => `fun ${name}(): ${type} {\n${indented(body)}}`,
  constant: (_type, name, value) => `val ${name} = ${value}`,
  statics: (members) => `companion object {\n${indented(members)}}`,
  parameter: (type, name) => `${name}: ${type}`,
  local: (_type, name, value) => `val ${name} = ${value}`,
  make: (type, args = '') => `${type}(${args})`,
  generic: (type, argument) => `${type}<${argument}>`,
  makeGeneric: (type, argument, args) => `${type}<${argument}>(${args})`,
  call: (on, name, args) => `${on}.${name}(${args})`,
  set: (on, property, value) => `${on}.${property} = ${value}`,
  list: (items) => `listOf(${items})`,
  array: (items) => `mutableListOf(${items})`,
  single: (item) => `listOf(${item})`,
  empty: () => 'emptyList()',
  spread: (items) => `*arrayOf(${items})`,
  choice: (test, yes, no) => `if (${test}) ${yes} else ${no}`,
  loop: (name, list, body) => `${list}.forEach { ${name} -> ${body} }`,
  when: (test, body) => `if (${test}) {\n${indented(body)}}`,
  isIn: (items, value) => `${value} in listOf(${items})`,
  header: (request, name) => `${request}.getHeader("${name}")`,
  end: (expression) => expression,
  back: (value) => `return ${value}`,
  result: (value) => value,
  lambda: (type, parameter, body) => `${type} { ${parameter} ->\n${indented(body)}}`,
  anonymous: (type, member) => `object : ${type} {\n${indented([member])}}`,
  superCall: (_name, args) => `(${args})`,
  noArguments: '()',
  annotation: (name, elements) => `@${name}${elements.length === 0 ? '' : `(${elements.join(', ')})`}\n`,
  items: (items) => `[${items}]`,
  braces: (element) => (element.startsWith('{') ? element.slice(1, -1) : element.replace(/\{(?=["R])/g, '[').replace(/\}$/g, ']')),
};
