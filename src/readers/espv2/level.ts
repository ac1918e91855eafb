import { secondsOf, type Refused } from '../../middleware/envoy/fields.js';
import type { CorsLevel, Switch, Written } from '../../middleware/envoy/level.js';
import { matcher, refusedByRe2, type Comparison } from '../../middleware/envoy/matchers.js';
import { ALWAYS, NEVER } from '../../policy/program.js';
import type { Value } from '../../values/value.js';
import type { Arguments, Flag } from './arguments.js';

/** Defaults of the flags. */
const DEFAULTS = {
  methods: 'GET, POST, PUT, PATCH, DELETE, OPTIONS',
  headers: 'DNT,User-Agent,X-User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Range,Authorization',
  exposed: 'Content-Length,Content-Range',
  maxAge: '480h',
} as const;

export function levelOf({ flags }: Arguments, preset: Flag): CorsLevel | Refused {
  const withPattern = preset.text === 'cors_with_regex';
  const origin = flags.get(withPattern ? 'cors_allow_origin_regex' : 'cors_allow_origin');
  if (withPattern && (origin === undefined || origin.text === '')) return { at: preset.at, refused: '`cors_with_regex` needs `--cors_allow_origin_regex`' };
  const why = withPattern && origin !== undefined ? refusedByRe2(origin.text) : undefined;
  if (why !== undefined && origin !== undefined) return { at: origin.at, refused: `the pattern is no RE2 pattern (${why})` };
  const comparison: Comparison = withPattern ? { by: 'regex' } : { by: 'exact', ignoreCase: false };
  const at = origin?.at ?? preset.at;
  const value: Value = origin === undefined ? { kind: 'string', value: '*', at } : valueOf(origin);
  const text = (name: string, standard: string): Written => {
    const flag = flags.get(name);
    return { value: { v: 'literal', text: flag?.text ?? standard, at: flag?.valueAt ?? preset.at, written: flag !== undefined }, at: flag?.at ?? preset.at };
  };
  const maxAge = text('cors_max_age', DEFAULTS.maxAge);
  const seconds = maxAge.value.v === 'literal' ? secondsOf(maxAge.value.text) : undefined;
  return {
    at: preset.at,
    enabled: ALWAYS,
    origins: { at, matchers: [matcher(value, comparison, at)] },
    methods: text('cors_allow_methods', DEFAULTS.methods),
    headers: text('cors_allow_headers', DEFAULTS.headers),
    exposed: text('cors_expose_headers', DEFAULTS.exposed),
    ...(seconds === undefined || maxAge.value.v !== 'literal' ? {} : { maxAge: { ...maxAge, value: { ...maxAge.value, text: String(seconds) } } }),
    credentials: credentialsOf(flags.get('cors_allow_credentials')) ?? { on: NEVER, at: preset.at },
  };
}

function credentialsOf(flag: Flag | undefined): Switch | undefined {
  return flag === undefined ? undefined : { on: ALWAYS, at: flag.at };
}

/** A variable of the deployment is not known. */
function valueOf({ text, valueAt }: Flag): Value {
  const name = /\$\{?\(?([A-Za-z_]\w*)/.exec(text)?.[1];
  return name === undefined ? { kind: 'string', value: text, at: valueAt } : { kind: 'env', name, at: valueAt };
}
