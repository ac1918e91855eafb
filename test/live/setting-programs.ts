import type { Random } from './seed.js';

/** An application with its files. It gives what it was given as a map. */
export interface SettingProgram {
  /** `App.java`, without its package. */
  readonly source: string;
  readonly files: Readonly<Record<string, string>>;
}

/** With which each program is started; none among them. */
export const PROFILES = ['', 'dev', 'prod', 'eu'] as const;

const KEYS = ['origin', 'allowed-origins', 'max-age', 'allow-credentials', 'base-url'] as const;
type Key = (typeof KEYS)[number];

const TEXTS = ['https://a.example', 'https://a.example,https://b.example', 'https://a.example, https://b.example ,c', '*', '${ENVIRONMENT_ORIGIN:https://d.example}', '${app.base-url:https://base.example}/x', '${app.missing:${OTHER_MISSING:deep}}', 'http://localhost:3000', 'a:b', '#{x'] as const;

function valueOf(key: Key, picks: Random): string {
  if (key === 'max-age') return picks.pick(['60', '1800', '0', '${AGE:3600}']);
  if (key === 'allow-credentials') return picks.pick(['true', 'false', 'yes', 'no', 'on', 'off']);
  if (key === 'base-url') return picks.pick(['https://base.example', 'https://${HOST:host.example}']);
  return picks.pick(TEXTS.slice(0, 9) as [string, ...string[]]);
}

const camel = (key: string): string => key.replace(/-([a-z])/g, (_whole, letter: string) => letter.toUpperCase());

function spelled(key: string, picks: Random): string {
  return picks.pick([key, key, camel(key), key.replaceAll('-', '_')]);
}

type Entry = readonly [key: string, value: string | readonly string[]];

function entries(picks: Random, most: number): readonly Entry[] {
  return KEYS.filter(() => picks.chance(most)).map((key): Entry => [spelled(key, picks), key === 'allowed-origins' && picks.chance(0.4) ? ['https://s1.example', picks.pick(['*', 'https://s2.example'])].slice(0, 1 + picks.below(2)) : valueOf(key, picks)]);
}

function yaml(all: readonly Entry[], picks: Random): string {
  const quoted = (text: string): string => (/^[A-Za-z0-9][\w:/.-]*$/.test(text) && !/: |:$/.test(text) && picks.chance(0.6) ? text : picks.pick([JSON.stringify(text), `'${text}'`]));
  const value = (one: string | readonly string[]): string => (typeof one === 'string' ? ` ${quoted(one)}` : picks.chance(0.5) ? ` [${one.map((item) => JSON.stringify(item)).join(', ')}]` : `\n${one.map((item) => `    - ${JSON.stringify(item)}`).join('\n')}`);
  if (all.length === 0) return 'other: 1\n';
  return picks.chance(0.7) ? `app:\n${all.map(([key, one]) => `  ${key}:${value(one)}\n`).join('')}` : all.map(([key, one]) => `app.${key}:${value(one)}\n`).join('');
}

function properties(all: readonly Entry[], picks: Random): string {
  return all.flatMap(([key, one]) => (typeof one === 'string' ? [`app.${key}${picks.pick(['=', ' = ', ': '])}${one}`] : one.map((item, index) => `app.${key}[${index}]=${item}`))).map((line) => `${line}\n`).join('');
}

/** Two documents of which one may belong to a profile. */
function documents(name: string, picks: Random): string {
  const isYaml = name.endsWith('.yml');
  const one = (): string => (isYaml ? yaml(entries(picks, 0.5), picks) : properties(entries(picks, 0.5), picks));
  if (name.includes('-') || picks.chance(0.5)) return one();
  const profile = picks.pick(['dev', 'prod', '!prod', 'eu', 'dev | eu', 'prod & !dev']);
  const when = isYaml ? `spring:\n  config:\n    activate:\n      on-profile: "${profile}"\n` : `spring.config.activate.on-profile=${profile}\n`;
  return `${one()}${isYaml ? '---\n' : '#---\n'}${picks.chance(0.8) ? when : ''}${one()}`;
}

const LISTS = ['String[]', 'List<String>', 'Set<String>'] as const;

export function settingProgram(picks: Random): SettingProgram {
  const names = ['application.yml', 'application.properties', 'application-dev.yml', 'application-prod.properties', 'application-eu.yml', 'application-prod.yml'].filter((name) => picks.chance(name === 'application.yml' ? 0.9 : 0.4));
  const files = Object.fromEntries((names.length === 0 ? ['application.yml'] : names).map((name) => [name, documents(name, picks)]));
  const fields: string[] = [];
  const given: string[] = [];
  const add = (declaration: string, name: string, value = name): void => {
    fields.push(`  ${declaration}`);
    given.push(`    given.put("${name}", ${value});`);
  };
  picks.times(1, 3, (index) => {
    const key = picks.pick(KEYS);
    const asked = `app.${picks.pick([key, key, camel(key)])}`;
    const fallback = key === 'max-age' ? '30' : key === 'allow-credentials' ? 'false' : picks.pick(['https://x.example', 'x,y', '*', '', '${app.base-url:z}', 'p, q']);
    const whole = picks.chance(0.85) ? `\${${asked}:${fallback}}` : `\${${asked}}`;
    const [type, text] = key === 'max-age' ? [picks.pick(['long', 'int', 'String']), whole] : key === 'allow-credentials' ? [picks.pick(['boolean', 'Boolean', 'String']), whole] : picks.pick<() => readonly [string, string]>([
      () => ['String', whole],
      () => ['String', `pre-${whole}-post`],
      () => [picks.pick(LISTS), whole],
      () => [picks.pick(['String[]', 'List<String>']), `#{'${whole}'.split(',')}`],
    ])();
    add(`@Value("${text}") private ${type} v${index};`, `v${index}`);
  });
  if (picks.chance(0.5)) add('@Autowired private Environment env;', 'environment', `env.getProperty("app.${picks.pick(['origin', 'allowed-origins', 'base-url'])}", ${picks.pick(['"none"', 'String[].class, new String[] {"n"}', 'String.class, "s"'])})`);
  const way = picks.below(3);
  if (way > 0) add('@Autowired private AppProperties properties;', 'properties', way === 1 ? 'Arrays.asList(properties.origin(), properties.allowedOrigins(), properties.allowCredentials(), properties.maxAge())' : 'Arrays.asList(properties.getOrigin(), properties.getAllowedOrigins(), properties.getNested().getBaseUrl())');
  const record = 'record AppProperties(@DefaultValue("none") String origin, @DefaultValue({"m", "n"}) List<String> allowedOrigins, @DefaultValue("true") boolean allowCredentials, @DefaultValue("5") long maxAge) {}';
  const bean = 'class AppProperties {\n  private String origin = "initial";\n  private List<String> allowedOrigins = List.of("first");\n  private final Nested nested = new Nested();\n  public String getOrigin() { return origin; }\n  public void setOrigin(String origin) { this.origin = origin; }\n  public List<String> getAllowedOrigins() { return allowedOrigins; }\n  public void setAllowedOrigins(List<String> allowedOrigins) { this.allowedOrigins = allowedOrigins; }\n  public Nested getNested() { return nested; }\n  static class Nested {\n    private String baseUrl = "base";\n    public String getBaseUrl() { return baseUrl; }\n    public void setBaseUrl(String baseUrl) { this.baseUrl = baseUrl; }\n  }\n}';
  const bound = way === 0 ? '' : `\n@ConfigurationProperties("app")\n${way === 1 ? '@ConstructorBinding\n' : ''}${way === 1 ? record : bean}\n`;
  const source = `import java.util.*;
import java.util.function.Supplier;
import org.springframework.beans.factory.annotation.*;
import org.springframework.boot.context.properties.*;
import org.springframework.boot.context.properties.bind.*;
import org.springframework.context.annotation.*;
import org.springframework.core.env.Environment;

@Configuration(proxyBeanMethods = false)
${way === 0 ? '' : '@EnableConfigurationProperties(AppProperties.class)\n'}public class App implements Supplier<Map<String, Object>> {
${fields.join('\n')}

  @Override
  public Map<String, Object> get() {
    Map<String, Object> given = new LinkedHashMap<>();
${given.join('\n')}
    return given;
  }
}
${bound}`.replace('@ConstructorBinding\n', '');
  return { source, files };
}
