/**
 * Programs as people write them, and what the real frameworks answered: hand-written middleware, routers, error
 * handlers, paths and modules on Express 4 and 5, Polka and restify.
 */
import { describe, expect, test } from 'vitest';
import express from '../../src/readers/express/index.js';
import type { Reader } from '../../src/readers/reader.js';
import restify from '../../src/readers/restify/index.js';
import type { EstreeModule } from '../../src/syntax/estree/index.js';
import { answersOf, programOf, servedBy } from '../support/served.js';

/** Programs whose answers depend on what their text does not say. */
const OPEN: Readonly<Record<string, string>> = {
  'path-in-router': 'what `req.path` is below a mount',
  'conditional-app-use': 'an environment variable',
  'env-origin': 'an environment variable',
};

describe.each<[string, Reader<EstreeModule>, string, { held: number; open: number }]>([
  ['express served', express, 'express/served', { held: 7209, open: 108 }],
  ['polka served', express, 'express/served-polka', { held: 252, open: 0 }],
  ['restify served', restify, 'restify/served', { held: 423, open: 0 }],
])('%s', (framework, reader, folder, total) => {
  const groups = servedBy(framework);
  const counted = { held: 0, open: 0 };

  test.each(groups)('%s', (_name, group) => {
    const { held, open } = answersOf(reader, folder, group, programOf(group) in OPEN);
    counted.held += held;
    counted.open += open;
  });

  test('so many answers are held', () => {
    expect(counted).toEqual(total);
    expect(counted.held + counted.open).toBe(groups.flatMap(([, group]) => group).length);
  });
});
