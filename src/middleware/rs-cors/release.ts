import { isFrom } from '../version.js';

/** What browsers see of the differences between releases of rs/cors (read in 1.6.0 to 1.11.1, run in six of them). */
export interface Release {
  readonly version: string;
  /** Status of a preflight that is answered here, unless another one is asked for: 200 before 1.8, and 204. */
  readonly status: number;
  /** Before 1.7 an OPTIONS request that is no preflight got no header at all. */
  readonly servesOptions: boolean;
  /** Before 1.10 methods were compared, and sent back, in upper case. */
  readonly upperCase: boolean;
  /** Before 1.10 the request header `Origin` was always allowed. */
  readonly allowsOrigin: boolean;
  /** Since 1.10 a negative age is sent as `0`; before it was not sent. */
  readonly negativeAge: boolean;
  /** Since 1.11 names of headers are compared as browsers write them, in lower case. */
  readonly lowerCase: boolean;
}

export function releaseOf(version: string): Release {
  return {
    version,
    status: isFrom(version, '1.8') ? 204 : 200,
    servesOptions: isFrom(version, '1.7'),
    upperCase: !isFrom(version, '1.10'),
    allowsOrigin: !isFrom(version, '1.10'),
    negativeAge: isFrom(version, '1.10'),
    lowerCase: isFrom(version, '1.11'),
  };
}
