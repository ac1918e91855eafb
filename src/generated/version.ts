// Generated from the file tree by `npm run generate`. Do not edit.

/** Version of this package. */
export const VERSION = '0.1.0';

/** Where this package lives, without a slash at the end. */
export const HOMEPAGE = 'https://github.com/cors-lint/cors-lint';
