import { beforeAll, describe, expect, test } from 'vitest';
import { evaluate } from '../../src/policy/evaluate.js';
import type { Policy } from '../../src/policy/program.js';
import spring from '../../src/readers/spring/index.js';
import java from '../../src/syntax/jvm/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';

beforeAll(() => java.load());

const FILE = 'src/main/java/app/Web.java';

function policiesOf(text: string, others: Readonly<Record<string, string>> = {}, file = FILE): readonly Policy[] {
  const { unit, problems } = java.parse(new SourceText(file, text), filesFrom({ [file]: text, ...others }));
  expect(problems).toEqual([]);
  const policies = [...spring.read(unit!)].flatMap((reading) => (reading.kind === 'policy' ? [reading.policy] : []));
  java.release?.(unit!);
  return policies;
}

const pom = (...artifacts: readonly string[]): Readonly<Record<string, string>> => ({ 'pom.xml': `<project><dependencies>${artifacts.map((name) => `<dependency><groupId>org.springframework.boot</groupId><artifactId>${name}</artifactId></dependency>`).join('')}</dependencies></project>` });

const CONTROLLER = 'import org.springframework.web.bind.annotation.*;\nimport reactor.core.publisher.Mono;\n@RestController @CrossOrigin("https://a.example") class Data { @GetMapping("/data") Mono<String> data() { return Mono.just(""); } }\n';

describe('what an application runs on', () => {
  test.each([
    ['the starter of WebFlux', pom('spring-boot-starter-webflux'), 'Spring WebFlux (@CrossOrigin)'],
    ['the gateway', pom('spring-cloud-starter-gateway-server-webflux'), 'Spring WebFlux (@CrossOrigin)'],
    ['the gateway on MVC', pom('spring-cloud-starter-gateway-mvc'), 'Spring MVC (@CrossOrigin)'],
    ['both starters: MVC runs', pom('spring-boot-starter-webflux', 'spring-boot-starter-web'), 'Spring MVC (@CrossOrigin)'],
    ['no build file: `Mono` proves nothing', {}, 'Spring MVC (@CrossOrigin)'],
  ])('%s', (_name, files, title) => {
    expect(policiesOf(CONTROLLER, files).map((policy) => policy.title)).toEqual([title]);
  });

  test('what a file imports', () => {
    expect(policiesOf('import org.springframework.web.reactive.config.*;\nclass Web implements WebFluxConfigurer { public void addCorsMappings(CorsRegistry registry) { registry.addMapping("/**"); } }\n').map(({ title }) => title)).toEqual(['Spring WebFlux (CorsRegistry)']);
  });
});

test('a CorsWebFilter, with a source that is a function', () => {
  const [policy, ...more] = policiesOf(`import org.springframework.web.cors.*;
import org.springframework.web.cors.reactive.CorsWebFilter;
class Web {
  @Bean CorsWebFilter cors() {
    return new CorsWebFilter(exchange -> {
      CorsConfiguration config = new CorsConfiguration();
      config.addAllowedOrigin("https://a.example");
      return config;
    });
  }
}
`);
  expect([policy?.title, more]).toEqual(['CorsWebFilter', []]);
  const ask = (origin: string): number | null => evaluate({ policy: policy!, inner: [] }, { method: 'GET', path: '/', headers: [['origin', origin]] })[0]!.response.status;
  expect([ask('https://a.example'), ask('https://b.example')]).toEqual([200, 403]);
});

test('it listens where the application files say', () => {
  expect(policiesOf(CONTROLLER, { 'src/main/resources/application.yml': 'server:\n  port: 9090\n' })[0]?.listens).toEqual([9090]);
  expect(policiesOf(CONTROLLER, { 'src/main/resources/application.yml': 'server:\n  port: ${PORT}\n' })[0]?.listens).toEqual([]);
  expect(policiesOf(CONTROLLER)[0]?.listens).toEqual([8080]);
});
