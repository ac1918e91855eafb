import type { JvmModule } from '../../syntax/jvm/index.js';
import { isTestFile } from '../jvm/test-files.js';

const SPEAKS = /CrossOrigin|CorsRegistry|CorsConfiguration|CorsFilter|CorsWebFilter|globalcors|SecurityFilterChain|HttpSecurity|WebSecurity|\bcors\s*[({]/;

/** Does something in the build module of a file speak of Spring's own CORS, which then may answer preflights? */
export function usesSpringCors(module: JvmModule): boolean {
  if (SPEAKS.test(module.source.text)) return true;
  const root = module.file.replace(/(?:^|\/)src\/.*$/, '');
  return root !== module.file && module.files.search(root, /\.(?:java|kt|ya?ml|properties)$/).some((file) => !isTestFile(file) && SPEAKS.test(module.files.read(file) ?? ''));
}
