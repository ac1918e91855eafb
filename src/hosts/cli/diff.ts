import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';

/** What `git apply` takes: the change of one file, with three lines around each place. */
export function unifiedDiff(path: string, before: string, after: string): string {
  return createTwoFilesPatch(`a/${path}`, `b/${path}`, before, after, undefined, undefined, { context: 3, headerOptions: FILE_HEADERS_ONLY });
}
