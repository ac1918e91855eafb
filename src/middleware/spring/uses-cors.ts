import type { JvmModule } from '../../syntax/jvm/index.js';
import { applicationFiles } from '../jvm/application-files.js';

const SPEAKS = /CrossOrigin|CorsRegistry|CorsConfiguration|CorsFilter|CorsWebFilter|globalcors|SecurityFilterChain|HttpSecurity|WebSecurity|\bcors\s*[({]/;

/** Does something in the application of a file speak of Spring's own CORS, which then may answer preflights? */
export function usesSpringCors(module: JvmModule): boolean {
  return SPEAKS.test(module.source.text) || applicationFiles(module, /\.(?:java|kt|ya?ml|properties)$/, SPEAKS).length > 0;
}
