import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';

/** What `git apply` takes: the change of one file, with three lines around each place. */
export function unifiedDiff(path: string, before: string, after: string): string {
  return createTwoFilesPatch(`a/${path}`, `b/${path}`, before, after, undefined, undefined, { context: 3, headerOptions: FILE_HEADERS_ONLY });
}

/** The same for a file that is new. */
export function newFileDiff(path: string, text: string): string {
  return createTwoFilesPatch('/dev/null', `b/${path}`, '', text, undefined, undefined, { context: 3, headerOptions: FILE_HEADERS_ONLY });
}
