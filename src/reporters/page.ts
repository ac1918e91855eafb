import { createHash } from 'node:crypto';
import { html, Html } from './html-text.js';
import { PAGE_STYLE } from './page-style.js';

export interface Page {
  /** What the page is about: its title and its first heading. */
  readonly title: string;
  /** What kind of page it is, as the command is called: `map`. */
  readonly kind: string;
  /** What there is to say in a sentence or two. */
  readonly lead: Html;
  /** The rest. Its headings begin at the second level. */
  readonly main: Html;
  /** CSS beside that of every page. */
  readonly style?: string;
  /** Runs when the page is there. Nothing may be told by it alone: pages are read without. */
  readonly script?: string;
  /** Version of cors-lint, and where that lives, without a slash at the end. */
  readonly version: string;
  readonly homepage: string;
}

/**
 * A page in one file that asks nobody for anything: no font, picture or script from elsewhere, and its policy lets a browser
 * run and connect to nothing but what stands in it. Style attributes do nothing: their text has no hash in that policy.
 */
export function pageText({ title, kind, lead, main, style = '', script = '', version, homepage }: Page): string {
  const css = PAGE_STYLE + style;
  const policy = [
    "default-src 'none'",
    `style-src ${hashOf(css)}`,
    ...(script === '' ? [] : [`script-src ${hashOf(script)}`]),
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>\n${html`<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Html(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="cors-lint ${version}">
<title>${title} – cors-lint ${kind}</title>
<link rel="icon" href="data:,">
<style>${new Html(css)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<div class="page">
<header>
<p class="kind"><strong>cors-lint</strong> ${kind}</p>
<h1>${title}</h1>
<div class="lead">${lead}</div>
</header>
<main id="main" tabindex="-1">
${main}
</main>
<footer><p>Made by <a href="${homepage}">cors-lint ${version}</a> from the files of the repository. This page loads nothing and sends nothing.</p></footer>
</div>
${script === '' ? undefined : html`<script>${new Html(script)}</script>\n`}</body>
</html>`.text}\n`;
}

/** By which a policy tells a text from all others. */
function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
