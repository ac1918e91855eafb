import type { JvmModule, Parameter } from '../../syntax/jvm/index.js';
import { neededHeaders } from '../request-reads.js';

/** Types that take a body as it is, whatever the client calls it. */
const PLAIN = /^(?:String|CharSequence|byte\[\]|ByteArray|InputStream|Reader|Resource|MultipartFile|MultiValueMap|Form|MultivaluedMap)\b/;

/** Headers that the methods at a place need by what their parameters are annotated with: a JSON body, a token. */
export function headersOfParameters(module: JvmModule, parameters: readonly Parameter[]): readonly string[] {
  const reads = parameters.flatMap((parameter): readonly string[] => {
    const asked = (name: string): string | undefined => {
      const found = parameter.annotations.find((one) => one.name.replace(/^.*\./, '') === name);
      return found === undefined ? undefined : module.written(found.at);
    };
    if (asked('RequestBody') !== undefined) return PLAIN.test(parameter.type?.replace(/^.*\.(?=[A-Z])/, '') ?? 'String') ? [] : ['body'];
    const header = asked('RequestHeader') ?? asked('HeaderParam');
    if (header === undefined || /required\s*=\s*false/.test(header)) return [];
    const [, name] = /"([\w-]+)"/.exec(header) ?? [];
    return name !== undefined ? [name.toLowerCase()] : /\bAUTHORIZATION\b/.test(header) ? ['authorization'] : [];
  });
  return neededHeaders(new Set(reads), true);
}
