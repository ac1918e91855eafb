import type { Policy } from '../../policy/program.js';
import type { JvmModule } from '../../syntax/jvm/index.js';
import { folderOf } from '../../text/files.js';

/** Packages and names that only applications of WebFlux use. A return type `Mono` proves nothing: MVC takes it, too. */
const IN_SOURCE = /org\.springframework\.(?:web\.reactive|web\.cors\.reactive|http\.server\.reactive|security\.config\.web\.server)\b|\bEnableWebFlux\b|\bWebFluxConfigurer\b|\bCorsWebFilter\b/;

const REACTIVE = /spring-boot-starter-webflux|spring-webflux|spring-cloud-starter-gateway(?!-(?:server-web)?mvc)/;
const SERVLET = /spring-boot-starter-(?:web(?!flux)|jersey|data-rest|thymeleaf)\b|spring-webmvc/;

const BUILD_FILES = ['pom.xml', 'build.gradle', 'build.gradle.kts'];

/**
 * Is the file of an application on WebFlux? `CorsWebFilter`, `WebFluxConfigurer` and `@CrossOrigin` mean there what their
 * namesakes mean in MVC: the same `CorsConfiguration`, combined alike, refused at the same times, and a 403 without a text
 * (measured on 5.3.39, 6.2.19 and 7.0.9). With both starters Spring Boot runs MVC.
 */
export function inWebFlux({ files, file, source }: JvmModule): boolean {
  if (IN_SOURCE.test(source.text)) return true;
  for (let folder = folderOf(file); ; folder = folderOf(folder)) {
    for (const name of BUILD_FILES) {
      const path = folder === '' ? name : `${folder}/${name}`;
      const text = files.exists(path) ? files.read(path) : undefined;
      if (text !== undefined) return REACTIVE.test(text) && !SERVLET.test(text);
    }
    if (folder === '') return false;
  }
}

/** What the author of an application on WebFlux would call a policy. */
export function titleIn(webflux: boolean, title: Policy['title']): Policy['title'] {
  return webflux ? title.replace('Spring MVC', 'Spring WebFlux').replace(/^CorsFilter/, 'CorsWebFilter') : title;
}
