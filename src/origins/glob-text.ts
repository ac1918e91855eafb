import type { RegexSet } from './origin-set.js';

/** What the author of a glob meant that is read as a regular expression. */
export interface GlobText {
  /** The glob, without anchors. */
  readonly text: string;
  /** An origin that the glob means. */
  readonly meant: string;
  /** One that it does not mean, and that the pattern may admit: any character stands for the first dot. */
  readonly foreign: string;
  /** The pattern that admits what the glob means. */
  readonly source: string;
}

/** The glob that a pattern was written as: a star where a label or a port is meant, and nothing that only patterns have; undefined for others. */
export function globText({ source }: RegexSet): GlobText | undefined {
  const text = source.replace(/^\^/, '').replace(/\$$/, '').replaceAll('\\/', '/');
  const [, scheme = 'https://', host, port = ''] = /^(https?:\/\/)?([\w*-]+(?:\.[\w*-]+)+)(:(?:\d+|\*))?$/i.exec(text) ?? [];
  if (host === undefined || !/(?:^|[^.])\*/.test(`${host}${port}`) || /\*\*|[^.*-]\*[^.-]/.test(host)) return undefined;
  const labels = host.toLowerCase().split('.');
  const pattern = labels.map((label) => (label === '*' ? undefined : label.replaceAll('*', '[a-z0-9-]+')));
  const below = pattern[0] === undefined ? '([a-z0-9-]+\\.)+' : '';
  const named = (below === '' ? pattern : pattern.slice(1)).map((label) => label ?? '[a-z0-9-]+').join('\\.');
  const meant = `${scheme}${host.toLowerCase().replaceAll('*', 'a')}${port.replace('*', '3000')}`;
  return {
    text,
    meant,
    foreign: meant.replace(/(\/\/)a\./, '$1x'),
    source: `^${scheme}${below}${named}${port === ':*' ? '(:\\d+)?' : port}$`,
  };
}
