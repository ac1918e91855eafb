// Generated from the file tree by `npm run generate`. Do not edit.
import type { Reader } from '../readers/reader.js';
import express from '../readers/express/index.js';
import nodeHttp from '../readers/node-http/index.js';

export { default as scriptLanguage } from '../syntax/estree/index.js';

/** Readers of JavaScript and TypeScript, loaded at once: a host without time to wait for a module uses them. */
export const scriptReaders: Readonly<Record<string, Reader<unknown>>> = {
  'express': express as Reader<unknown>,
  'node-http': nodeHttp as Reader<unknown>,
};
