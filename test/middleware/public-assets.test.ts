import { expect, test } from 'vitest';
import { isAssetPath, isAssetPattern } from '../../src/middleware/public-assets.js';

test('files of pages, and folders of them', () => {
  expect(['/fonts/x', '/app.js', '/a/b.woff2', '/static/data'].map(isAssetPath)).toEqual([true, true, true, true]);
  expect(['/', '/api/orders', '/report.pdf', '/data.json', '/fonts'].map(isAssetPath)).toEqual([false, false, false, false, false]);
});

test('patterns of which every ending is one', () => {
  expect(['\\.(?:woff2?|ttf|eot)$', '\\.(js|css)$', '\\.svg$'].map(isAssetPattern)).toEqual([true, true, true]);
  expect(['\\.(?:js|json)$', '\\.(?:js|css)', '(?:js|css)$', '^/api/'].map(isAssetPattern)).toEqual([false, false, false, false]);
});
