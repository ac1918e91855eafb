import { describe, expect, test } from 'vitest';
import crossOriginToSource from '../../../src/codemods/spring-crossorigin-to-source.js';
import securityCors from '../../../src/codemods/spring-security-cors.js';
import { run, type Outcome } from '../../../src/codemods/run.js';
import { chosen, repositoryOf } from '../repository.js';

const SHOP = 'src/main/java/com/example/shop';
const APPLICATION = 'package com.example.shop;\n\n@SpringBootApplication\npublic class ShopApplication {\n}\n';
const IMPORTS = 'import org.springframework.web.bind.annotation.*;\n';

/** Files of one package in Java, by their names. */
async function gathered(files: Readonly<Record<string, string>>, application: string | null = APPLICATION): Promise<Outcome> {
  const texts = Object.fromEntries(Object.entries({ ...(application === null ? {} : { 'ShopApplication.java': application }), ...files }).map(([name, text]) => [`${SHOP}/${name}`, text.startsWith('package') ? text : `package com.example.shop;\n\n${IMPORTS}\n${text}`]));
  return run(crossOriginToSource, await repositoryOf(texts), chosen());
}

function textOf({ texts }: Outcome, name: string): string {
  return texts.get(`${SHOP}/${name}`)?.after ?? '';
}

const reasons = ({ refused }: Outcome): readonly string[] => refused.map(({ reason }) => reason);

const controller = (annotation: string, more = ''): string => `@RestController\nclass Data {\n  ${annotation}\n  @GetMapping("/data")\n  String read() { return ""; }\n${more}}\n`;

describe('gathered annotations', () => {
  test('of an interface in view are those of the controllers that implement it', async () => {
    const outcome = await gathered({ 'DataApi.java': 'interface DataApi {\n  @CrossOrigin("https://a.example")\n  @GetMapping("/data")\n  String read();\n}\n', 'Data.java': '@RestController\nclass Data implements DataApi {\n  @Override\n  public String read() { return ""; }\n}\n' });
    expect(reasons(outcome)).toEqual([]);
    expect(textOf(outcome, 'DataApi.java')).not.toContain('@CrossOrigin');
    expect(textOf(outcome, 'CorsConfig.java')).toContain('registry.addMapping("/data")\n                .allowedOrigins("https://a.example")\n                .allowedMethods("GET");');
  });

  test('by their qualified name, and beside a mention in documentation, which keeps the import', async () => {
    const documented = 'package com.example.shop;\n\nimport org.springframework.web.bind.annotation.CrossOrigin;\nimport org.springframework.web.bind.annotation.GetMapping;\nimport org.springframework.web.bind.annotation.RestController;\n\n/** No {@link CrossOrigin} for the others. */\n@RestController\nclass Data {\n  @org.springframework.web.bind.annotation.CrossOrigin("https://a.example")\n  @GetMapping("/data")\n  String read() { return ""; }\n}\n';
    const outcome = await gathered({ 'Data.java': documented });
    expect(textOf(outcome, 'Data.java')).toBe(documented.replace('  @org.springframework.web.bind.annotation.CrossOrigin("https://a.example")\n', ''));
  });

  test('name constants of other classes as they did', async () => {
    const outcome = await gathered({ 'Origins.java': 'package com.example.shop;\n\nclass Origins {\n  static final String A = "https://a.example";\n}\n', 'Data.java': controller('@CrossOrigin({Origins.A, "https://b.example"})') });
    expect(textOf(outcome, 'CorsConfig.java')).toContain('.allowedOrigins(Origins.A, "https://b.example")');
  });

  test('stay where a constant cannot be seen from there', async () => {
    const outcome = await gathered({ 'Data.java': `package com.example.shop.data;\n\n${IMPORTS}\n${controller('@CrossOrigin(Data.A)', '  static final String A = "https://a.example";\n')}` });
    expect(reasons(outcome)).toEqual(['the constant A of Data is not public']);
  });

  test('stay where nobody knows the paths, the application, or what stands before them', async () => {
    expect(reasons(await gathered({ 'Rows.java': '@CrossOrigin("https://a.example")\ninterface Rows extends org.springframework.data.repository.CrudRepository<String, Long> {\n}\n' }))).toEqual(['no controller in view has it: what serves its paths is not in the text']);
    expect(reasons(await gathered({ 'Data.java': controller('@CrossOrigin') }, null))).toEqual(['no class with @SpringBootApplication is in view: it is not known where Spring looks for components']);
    const prefixed = 'package com.example.shop;\n\nimport org.springframework.web.servlet.config.annotation.*;\n\n@Configuration\nclass Web implements WebMvcConfigurer {\n  public void configurePathMatch(PathMatchConfigurer c) { c.addPathPrefix("/api", type -> true); }\n}\n';
    expect(reasons(await gathered({ 'Data.java': controller('@CrossOrigin'), 'Web.java': prefixed }))).toEqual([`${SHOP}/Web.java puts a prefix before the paths of controllers`]);
  });

  test('stay where expressions and settings of credentials are not followed', async () => {
    expect(reasons(await gathered({ 'Data.java': controller(`@CrossOrigin("#{'https://a.example'}")`) }))).toEqual(["the expression #{'https://a.example'} is not followed"]);
    expect(reasons(await gathered({ 'Data.java': controller('@CrossOrigin(origins = "https://a.example", allowCredentials = "${cors.credentials}")') }))).toEqual(['allowCredentials is neither "true" nor "false"']);
  });

  const web = (calls: string, name = 'Web'): string => `package com.example.shop;\n\nimport org.springframework.web.servlet.config.annotation.*;\n\n@Configuration\nclass ${name} implements WebMvcConfigurer {\n  @Override\n  public void addCorsMappings(CorsRegistry registry) {\n    registry${calls};\n  }\n}\n`;

  test.each([
    ['.addMapping("/**").allowedOrigins("https://b.example").allowCredentials(true)', ['.allowedOrigins("https://b.example", "https://a.example")', '.allowedMethods("GET")', '.allowCredentials(true);']],
    ['.addMapping("/**").allowedOriginPatterns("https://*.b.example").allowedMethods("*").allowedHeaders("X-A")', ['.allowedOrigins("https://a.example")', '.allowedOriginPatterns("https://*.b.example")', '.allowedMethods("*")', '.allowedHeaders("X-A");']],
    ['.addMapping("/other")', ['.allowedOrigins("https://a.example")', '.allowedMethods("GET");']],
  ])('are united with the mapping that is for their path: %s', async (calls, expected) => {
    const outcome = await gathered({ 'Data.java': controller('@CrossOrigin("https://a.example")'), 'Web.java': web(calls) });
    expect(reasons(outcome)).toEqual([]);
    expect(textOf(outcome, 'Web.java')).toContain(`    registry.addMapping("/data")\n${expected.map((call) => `        ${call}\n`).join('')}    registry.addMapping`);
  });

  test.each([
    ['.addMapping("/**").combine(other())', 'combine() is not followed'],
    ['.addMapping("/**").allowedMethods(METHODS)', 'its methods are not written out'],
    ['.addMapping(path)', 'its pattern is not in the text'],
    ['.addMapping("/**").allowedOrigins(origins)', 'origins may be a list, which nothing can be added to'],
  ])('stay where what the mapping for their path says cannot be added to: %s', async (calls, reason) => {
    const outcome = await gathered({ 'Data.java': controller('@CrossOrigin("https://a.example")'), 'Web.java': web(calls) });
    expect(reasons(outcome)).toEqual([`addCorsMappings in ${SHOP}/Web.java has a mapping for /data already: ${reason}`]);
  });

  test('stay where two registries may come first', async () => {
    const outcome = await gathered({ 'Data.java': controller('@CrossOrigin("https://a.example")'), 'One.java': web('.addMapping("/one")', 'One'), 'Two.java': web('.addMapping("/two")', 'Two') });
    expect(reasons(outcome)).toEqual([`addCorsMappings stands in ${SHOP}/One.java and in ${SHOP}/Two.java: which of them comes first is not known`]);
  });

  test('name methods that are served alone', async () => {
    const outcome = await gathered({ 'Data.java': controller('@CrossOrigin(origins = "https://a.example", methods = {RequestMethod.GET, RequestMethod.POST, RequestMethod.OPTIONS})') });
    expect(reasons(outcome)).toEqual([]);
    expect(textOf(outcome, 'CorsConfig.java')).toContain('.allowedMethods("GET");');
  });

  test('name a constant of another module of the build', async () => {
    const texts = {
      'settings.gradle': "include 'shop', ':common'\n",
      'common/src/main/java/com/example/common/Origins.java': 'package com.example.common;\n\npublic interface Origins {\n  String A = "https://a.example";\n}\n',
      'shop/build.gradle': '',
      [`shop/${SHOP}/ShopApplication.java`]: APPLICATION,
      [`shop/${SHOP}/Data.java`]: `package com.example.shop;\n\nimport com.example.common.Origins;\n${IMPORTS}\n${controller('@CrossOrigin(Origins.A)')}`,
    };
    const outcome = await run(crossOriginToSource, await repositoryOf(texts), chosen());
    expect(reasons(outcome)).toEqual([]);
    expect(outcome.texts.get(`shop/${SHOP}/CorsConfig.java`)?.after).toMatch(/import com\.example\.common\.Origins;[^]*\.allowedOrigins\(Origins\.A\)/);
  });

  test('of two applications go to the configuration of each', async () => {
    const texts = ['one', 'two'].flatMap((name) => [
      [`${name}/pom.xml`, '<project></project>'] as const,
      [`${name}/src/main/java/com/example/${name}/App.java`, `package com.example.${name};\n\n@SpringBootApplication\nclass App {\n}\n`] as const,
      [`${name}/src/main/java/com/example/${name}/Data.java`, `package com.example.${name};\n\n${IMPORTS}\n${controller(`@CrossOrigin("https://${name}.example")`)}`] as const,
    ]);
    const outcome = await run(crossOriginToSource, await repositoryOf(Object.fromEntries(texts)), chosen());
    expect(reasons(outcome)).toEqual([]);
    for (const name of ['one', 'two']) expect(outcome.texts.get(`${name}/src/main/java/com/example/${name}/CorsConfig.java`)?.after).toContain(`"https://${name}.example"`);
  });

  test('take another name where theirs is taken', async () => {
    const outcome = await gathered({ 'Data.java': controller('@CrossOrigin("https://a.example")'), 'CorsConfig.java': 'package com.example.shop;\n\nclass CorsConfig {\n}\n' });
    expect(textOf(outcome, 'WebCorsConfig.java')).toContain('public class WebCorsConfig implements WebMvcConfigurer {');
  });

  test('come with what stands behind a class that has no body in Kotlin', async () => {
    const texts = {
      'src/main/kotlin/App.kt': '@SpringBootApplication\nclass App\n',
      'src/main/kotlin/Web.kt': 'import org.springframework.web.servlet.config.annotation.WebMvcConfigurer\n\n@Configuration\nclass Web : WebMvcConfigurer\n',
      'src/main/kotlin/Data.kt': 'import org.springframework.web.bind.annotation.*\n\n@RestController\nclass Data {\n    @CrossOrigin("https://a.example", "https://b.example")\n    @GetMapping("/one", "/two")\n    fun read() = ""\n}\n',
    };
    const outcome = await run(crossOriginToSource, await repositoryOf(texts), chosen());
    expect(reasons(outcome)).toEqual([]);
    expect(outcome.texts.get('src/main/kotlin/Web.kt')?.after).toBe('import org.springframework.web.servlet.config.annotation.CorsRegistry\nimport org.springframework.web.servlet.config.annotation.WebMvcConfigurer\n\n@Configuration\nclass Web : WebMvcConfigurer {\n    override fun addCorsMappings(registry: CorsRegistry) {\n        registry.addMapping("/one")\n            .allowedOrigins("https://a.example", "https://b.example")\n            .allowedMethods("GET")\n        registry.addMapping("/two")\n            .allowedOrigins("https://a.example", "https://b.example")\n            .allowedMethods("GET")\n    }\n}\n');
  });
});

describe('cors() in chains', () => {
  const secured = (body: string, type = 'HttpSecurity'): string => `package com.example.shop;\n\n@Configuration\nclass Security {\n  @Bean\n  SecurityFilterChain chain(${type} http) throws Exception {\n    ${body}\n  }\n}\n`;

  async function called(security: string): Promise<Outcome> {
    const texts = { [`${SHOP}/Data.java`]: `package com.example.shop;\n\n${IMPORTS}\n${controller('@CrossOrigin("https://a.example")')}`, [`${SHOP}/Security.java`]: security };
    return run(securityCors, await repositoryOf(texts), chosen());
  }

  test('that other code builds are left alone', async () => {
    const outcome = await called(secured('Rules.apply(http);\n    return chainOf(http);'));
    expect(outcome.done).toEqual([]);
  });

  test('that let everybody pass need none', async () => {
    const outcome = await called(secured('return http.authorizeHttpRequests(one -> one.anyRequest().permitAll()).build();'));
    expect([outcome.done, outcome.refused]).toEqual([[], []]);
  });

  test('are not needed where a filter before them asks the source', async () => {
    const source = 'CorsConfiguration c = new CorsConfiguration();\n    c.addAllowedOrigin("https://a.example");\n    c.addAllowedMethod("*");\n    UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();\n    source.registerCorsConfiguration("/**", c);';
    const filtered = (order: string): string => `package com.example.shop;\n\nimport org.springframework.boot.web.servlet.FilterRegistrationBean;\nimport org.springframework.core.Ordered;\nimport org.springframework.web.cors.*;\nimport org.springframework.web.filter.CorsFilter;\n\n@Configuration\nclass Filters {\n  @Bean\n  CorsConfigurationSource corsConfigurationSource() {\n    ${source}\n    return source;\n  }\n\n  @Bean\n  FilterRegistrationBean<CorsFilter> filter() {\n    FilterRegistrationBean<CorsFilter> bean = new FilterRegistrationBean<>(new CorsFilter(corsConfigurationSource()));\n    bean.setOrder(${order});\n    return bean;\n  }\n}\n`;
    const build = '<project><parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId><version>2.7.18</version></parent></project>';
    const outcome = async (order: string): Promise<Outcome> => run(securityCors, await repositoryOf({ 'pom.xml': build, [`${SHOP}/Filters.java`]: filtered(order), [`${SHOP}/Security.java`]: secured('return http.authorizeRequests(one -> one.anyRequest().authenticated()).httpBasic(withDefaults()).build();') }), chosen());
    expect((await outcome('Ordered.HIGHEST_PRECEDENCE')).done).toEqual([]);
    expect((await outcome('0')).done.map(({ title }) => title)).toEqual(['chain of Security calls cors()']);
  });

  test('of WebFlux ask a bean that is not there', async () => {
    const text = secured('return http.authorizeExchange(one -> one.anyExchange().authenticated()).httpBasic(withDefaults()).build();', 'ServerHttpSecurity').replaceAll('SecurityFilterChain', 'SecurityWebFilterChain').replace('\n\n@Conf', '\n\nimport org.springframework.security.config.web.server.ServerHttpSecurity;\n\n@Conf');
    const outcome = await called(text);
    expect(outcome.done).toEqual([]);
    expect(reasons(outcome)).toEqual(['chain of Security refuses preflights, but cors() of a reactive chain asks a bean of CorsConfigurationSource alone, and there is none']);
  });
});
