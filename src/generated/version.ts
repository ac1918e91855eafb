// Generated from the file tree by `npm run generate`. Do not edit.

/** Version of this package. */
export const VERSION = '0.1.0';
