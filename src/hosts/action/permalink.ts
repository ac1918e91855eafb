import type { Place } from '../../reporters/report.js';

/** The page that shows the lines of a file as they were in the commit; undefined where the repository or the commit is not known. Paths are relative to the repository. */
export type Permalink = (path: string, place: Place) => string | undefined;

export function permalinkFor(env: Readonly<Record<string, string | undefined>>, commit: string | undefined): Permalink {
  const { GITHUB_SERVER_URL: server = 'https://github.com', GITHUB_REPOSITORY: repository } = env;
  return (path, { start, end }) => {
    if (repository === undefined || repository === '' || commit === undefined || path.startsWith('../')) return undefined;
    const lines = end.line === start.line ? `L${start.line}` : `L${start.line}-L${end.line}`;
    return `${server}/${repository}/blob/${commit}/${path.split('/').map(encoded).join('/')}#${lines}`;
  };
}

/** Parentheses too, since the address stands between them in markdown. A half of a surrogate pair has no UTF-8 form. */
function encoded(segment: string): string {
  return encodeURIComponent(Buffer.from(segment).toString()).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}
