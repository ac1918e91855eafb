import type { ApplicationConfiguration } from '../application/index.js';

/** `server.port` as application files say it, 8080 where they do not; no port where it is not known. */
export function listensOf(configuration: ApplicationConfiguration): readonly number[] {
  const port = configuration.bound('server.port', undefined);
  if (port === undefined) return [8080];
  return port.kind === 'string' && /^\d+$/.test(port.value) ? [Number(port.value)] : [];
}
