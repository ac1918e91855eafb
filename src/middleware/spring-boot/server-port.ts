import { portsOr } from '../../values/ports.js';
import type { ApplicationConfiguration } from '../application/index.js';

/** `server.port` as application files say it, 8080 where they do not; no port where it is not known. */
export function listensOf(configuration: ApplicationConfiguration): readonly number[] {
  return portsOr(8080, configuration.bound('server.port', undefined));
}
