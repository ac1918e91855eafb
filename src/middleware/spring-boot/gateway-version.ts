import { managedVersion, springVersion } from '../../syntax/jvm/spring-version.js';
import type { Files } from '../../text/files.js';

export interface GatewayVersion {
  /** Of the gateway, major × 10,000 + minor × 100 + patch; undefined: no build file says one. */
  readonly gateway: number | undefined;
  /** Of the framework, which decides what a configuration means. */
  readonly framework: number;
  readonly text: string;
}

/** Lines of the gateway and the framework that each is made for, the newest first. */
const LINES: readonly (readonly [gateway: number, framework: number])[] = [[50000, 70001], [40200, 60200], [40100, 60101], [40001, 60002], [30000, 50301], [0, 50200]];

/** Either of the two says which the other may be. */
export function gatewayVersion(files: Files, file: string): GatewayVersion {
  const gateway = managedVersion(files, file, 'spring-cloud-gateway');
  const spring = springVersion(files, file);
  if (!gateway.assumed) return { gateway: gateway.number, framework: spring.assumed ? LINES.find(([line]) => line <= gateway.number)![1] : spring.number, text: gateway.text };
  if (!spring.assumed) return { gateway: LINES.find(([, framework]) => Math.trunc(framework / 100) <= Math.trunc(spring.number / 100))?.[0] ?? 0, framework: spring.number, text: spring.text };
  return { gateway: undefined, framework: spring.number, text: gateway.text };
}

/** What the old prefix says of an application of which no build file is in view: it is not of Gateway 5. */
export const BEFORE_5: GatewayVersion = { gateway: 40200, framework: 60219, text: 'Spring Cloud Gateway 4 assumed (by its prefix)' };
