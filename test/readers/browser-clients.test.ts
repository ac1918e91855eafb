import { describe, expect, test } from 'vitest';
import browserClients from '../../src/readers/browser-clients/index.js';
import type { ClientCall } from '../../src/policy/client-call.js';
import estree from '../../src/syntax/estree/index.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';

function calls(text: string, file = 'page.ts'): readonly string[] {
  const { unit } = estree.parse(new SourceText(file, text), filesFrom({ [file]: text }));
  return [...browserClients.read(unit!)].flatMap((reading) => (reading.kind === 'call' ? [spelled(reading.call)] : []));
}

function spelled({ method, target, path, headers, credentials }: ClientCall): string {
  return [method, `${target ?? '(setting)'}${path}`, ...headers, ...(credentials === 'include' ? ['with credentials'] : [])].join(' ');
}

describe('requests', () => {
  test.each<[text: string, expected: readonly string[]]>([
    [`fetch('https://api.example.com/orders?open=1', { credentials: 'include' });`, ['GET https://api.example.com/orders with credentials']],
    [`fetch('http://localhost:8080/orders', { mode: 'cors', method: 'patch' });`, ['patch http://localhost:8080/orders']],
    [`window.fetch('https://api.example.com', { mode: 'cors', method: 'delete' });`, ['DELETE https://api.example.com/']],
    ["const API = 'https://api.example.com:443';\nfetch(`${API}/orders/${id}/lines`, { credentials: 'include', method: 'POST', headers: { 'Content-Type': 'application/json', Authorization: token, Accept: '*/*' } });", ['POST https://api.example.com/orders/*/lines authorization content-type with credentials']],
    ["fetch(`${import.meta.env.VITE_API}/orders`, { credentials: 'include' });", ['GET (setting)/orders with credentials']],
    ["const base = process.env.API ?? 'http://localhost:3000';\nfetch(base + '/orders', { credentials: 'include' });", ['GET http://localhost:3000/orders with credentials', 'GET (setting)/orders with credentials']],
    [`fetch('https://api.example.com/form', { mode: 'cors', method: 'POST', headers: { 'Content-Type': 'text/plain' } });`, ['POST https://api.example.com/form']],
    [`const api = axios.create({ baseURL: 'https://api.example.com/v1/', withCredentials: true, headers: { 'X-App': 'web' } });\napi.put('/orders/1', { open: true });\napi.get('orders');`, ['PUT https://api.example.com/v1/orders/1 content-type x-app with credentials', 'GET https://api.example.com/v1/orders x-app with credentials']],
    [`import axios from 'axios';\naxios.defaults.withCredentials = true;\naxios({ url: 'https://api.example.com/a', method: 'post', data: {} });\naxios.post('https://api.example.com/b', text);`, ['POST https://api.example.com/a content-type with credentials', 'POST https://api.example.com/b with credentials']],
    [`import ky from 'ky';\nconst api = ky.create({ prefixUrl: 'https://api.example.com', credentials: 'include' });\napi.patch('orders', { json: {} });`, ['PATCH https://api.example.com/orders content-type with credentials']],
    [`import request from 'superagent';\nrequest.put('https://api.example.com/a').set('X-App', 'web').withCredentials().send({});`, ['PUT https://api.example.com/a content-type x-app with credentials']],
    [`const xhr = new XMLHttpRequest();\nxhr.open('put', 'https://api.example.com/a');\nxhr.withCredentials = true;\nxhr.setRequestHeader('X-App', 'web');\nxhr.send();`, ['PUT https://api.example.com/a x-app with credentials']],
  ])('%s', (text, expected) => {
    expect(calls(text)).toEqual(expected);
    expect(browserClients.mayConcern.test(text)).toBe(true);
  });
});

describe('silent', () => {
  test.each<[why: string, text: string]>([
    ['of the own origin', `fetch('/orders', { credentials: 'include' });\nfetch('//cdn.example.com/x', { credentials: 'include' });`],
    ['whose host is not known', "fetch(`https://${host}/orders`, { credentials: 'include' });\nfetch(url, { credentials: 'include' });"],
    ['whose path may be longer', "fetch(`https://api.example.com/orders${query}`, { credentials: 'include' });"],
    ['whose path no text names', "fetch(`${import.meta.env.VITE_API}/${path}`, { credentials: 'include' });"],
    ['with options that are not known', `const withCredentials = 1;\nfetch('https://api.example.com/orders', options);`],
    ['of a server', `import express from 'express';\nfetch('https://api.example.com/orders', { credentials: 'include' });`],
    ['of code that may run anywhere', `fetch('https://api.example.com/orders');`],
    ['of other functions of that name', `import { fetch } from './api';\nfetch('https://api.example.com/orders', { credentials: 'include' });`],
    ['of a request that is opened twice', `const xhr = new XMLHttpRequest();\nxhr.open('GET', 'https://a.example/');\nxhr.open('PUT', 'https://b.example/');\nxhr.withCredentials = true;\nxhr.send();`],
  ])('%s', (_why, text) => {
    expect(calls(text)).toEqual([]);
  });
});

test('servers and plain scripts are not parsed for it', () => {
  expect(browserClients.mayConcern.test("app.use(cors({ origin: 'https://a.example', credentials: true }));\nfetch(url);\n")).toBe(false);
});
