import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { html, Html } from '../../src/reporters/html-text.js';
import { pageText } from '../../src/reporters/page.js';

const HOSTILE = `</script><script>alert(1)</script><img src=x onerror=alert(1)> "quoted" 'single' & \u202Eturned\u0000`;

describe('html', () => {
  test('text is escaped in elements and in attributes', () => {
    expect(html`<a title="${HOSTILE}">${HOSTILE}</a>`.text).not.toMatch(/<(?!\/?a\b)|onerror=alert\(1\)>|title="[^"]*"(?!>)/);
    expect(html`${'<&>"\''}`.text).toBe('&lt;&amp;&gt;&quot;&#39;');
  });

  test('what hides or turns text is shown', () => {
    expect(html`${'a\u202Eb\u0000c'}`.text).toBe('a\\u202eb\\u0000c');
  });

  test('HTML, lists, numbers and nothing', () => {
    expect(html`${[1, html`<b>${'<'}</b>`, [undefined, false, 'x']]}`.text).toBe('1<b>&lt;</b>x');
    expect(html`${new Html('<i>')}`.text).toBe('<i>');
  });
});

describe('pageText', () => {
  const text = pageText({ title: HOSTILE, kind: 'map', lead: html`<p>lead</p>`, main: html`<p>${HOSTILE}</p>`, style: '.own{}', script: 'document.title;', version: '1.2.3', homepage: 'https://example.org/cors-lint' });

  test('is a document with a language, one first heading and landmarks', () => {
    expect(text).toMatch(/^<!doctype html>\n<html lang="en">/);
    for (const element of ['<title>', '<h1>', '<header>', '<main ', '<footer>']) expect(text.split(element)).toHaveLength(2);
  });

  test('its policy allows its own style and script by their hashes, and nothing else', () => {
    const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(text) ?? [];
    const directives = new Map(policy.split('; ').map((directive) => [directive.split(' ')[0], directive.split(' ').slice(1).join(' ')] as const));
    const hashOf = (tag: string): string => `'sha256-${createHash('sha256').update(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(text)?.[1] ?? '').digest('base64')}'`;
    expect(Object.fromEntries(directives)).toEqual({ 'default-src': "'none'", 'style-src': hashOf('style'), 'script-src': hashOf('script'), 'img-src': 'data:', 'base-uri': "'none'", 'form-action': "'none'" });
    expect(text.indexOf('Content-Security-Policy')).toBeLessThan(text.indexOf('<style>'));
  });

  test('a title of a repository breaks out of nothing', () => {
    expect(text.split('<script>')).toHaveLength(2);
    expect(text).not.toContain('<img');
  });

  test('without a script none may run', () => {
    expect(pageText({ title: 't', kind: 'map', lead: html``, main: html``, version: '1', homepage: 'https://example.org' })).not.toContain('script');
  });
});
