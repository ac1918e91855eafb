import { describe, expect, test } from 'vitest';
import { survey } from '../../src/engine.js';
import { mapOf } from '../../src/questions/map.js';
import { format as html } from '../../src/reporters/map-html.js';
import { format as json } from '../../src/reporters/map-json.js';
import { format as mermaid } from '../../src/reporters/map-mermaid.js';
import { byReach, pathGroups, reachText, type MapReport } from '../../src/reporters/map-report.js';
import { filesFrom } from '../../src/text/files.js';
import { SourceText } from '../../src/text/source-text.js';
import { optionsOf } from '../support/lint.js';
import { manyServices } from '../support/many-services.js';

async function reportOn(texts: Readonly<Record<string, string>>): Promise<MapReport> {
  const map = mapOf(await survey(Object.keys(texts), filesFrom(texts), { ...optionsOf(), fixes: false }), 'production', []);
  return { map, title: 'shop', rules: new Map(), version: '1.0.0', homepage: 'https://example.org/cors-lint', pathOf: (file) => file, sourceOf: (file) => new SourceText(file, texts[file] ?? '') };
}

/** The same map, in which every layer is called by a text that would like to be something else. */
function named(report: MapReport, title: string): MapReport {
  const layers = report.map.layers.map((layer) => ({ ...layer, policy: { ...layer.policy, title } }));
  return { ...report, title, map: { ...report.map, layers }, pathOf: () => title };
}

const HOSTILE = '</script><img src=x onerror=alert(1)>"\'&#quot;`x` %%{init: {}}%% style: red; classDef a; end\u202E';

const SERVICES = await reportOn(manyServices(8));

describe('the page', () => {
  const text = html(SERVICES);

  test('no element has an id twice, and every link within the page leads somewhere', () => {
    const ids = [...text.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(ids.length).toBeGreaterThan(10);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of text.matchAll(/href="#([^"]*)"/g)) expect(ids).toContain(target);
    for (const [, target] of text.matchAll(/aria-labelledby="([^"]*)"/g)) expect(ids).toContain(target);
  });

  test('headings leave no level out', () => {
    const levels = [...text.matchAll(/<h([1-6])/g)].map(([, level]) => Number(level));
    expect(levels[0]).toBe(1);
    for (const [index, level] of levels.slice(1).entries()) expect(level - levels[index]!).toBeLessThanOrEqual(1);
  });

  test('has no style attribute and no handler in it: its policy would not run them', () => {
    expect(text).not.toMatch(/<[^>]* (?:style|on\w+)=/);
  });

  test('names from a repository are text', () => {
    const hostile = html(named(SERVICES, HOSTILE));
    expect(hostile).not.toContain('<img');
    expect(hostile.split('<script>')).toHaveLength(2);
    expect(hostile).not.toContain('\u202E');
    // What is in quotes stays in quotes: between < and > they are paired.
    const body = hostile.slice(hostile.indexOf('<body>'), hostile.indexOf('<script>'));
    for (const [tag] of body.matchAll(/<[a-z][^>]*>/g)) expect((tag.match(/"/g) ?? []).length % 2).toBe(0);
  });

  test('every layer, path and finding is in it', () => {
    const { layers, chains } = SERVICES.map;
    expect(layers).toHaveLength(9);
    for (const { id, findings } of layers) {
      expect(text).toContain(`id="${id}"`);
      for (const { ruleId } of findings) expect(text).toContain(ruleId);
    }
    for (const { host, path } of chains.flatMap(({ paths }) => paths)) expect(text).toContain(`<code>${host ?? ''}${path}</code>`);
  });
});

describe('Mermaid', () => {
  test('names from a repository break out of no label', () => {
    const lines = mermaid(named(SERVICES, HOSTILE)).trimEnd().split('\n');
    const label = '"(?:[^"<>`%#]|<br/>|#\\d+;)*"';
    const grammar = new RegExp(`^(?:flowchart LR| {2}\\w+(?:\\[${label}\\]|\\(${label}\\)|\\(\\[${label}\\]\\)|\\[\\(${label}\\)\\])| {2}\\w+ -\\.?->(?:\\|${label}\\|)? \\w+)$`);
    for (const line of lines) expect(line).toMatch(grammar);
    expect(lines.join('\n')).not.toMatch(/style|classDef/);
  });

  test('a link that is only likely is dotted and says so', () => {
    const { map } = SERVICES;
    const likely = { ...SERVICES, map: { ...map, links: map.links.map((link) => ({ ...link, certain: false })) } };
    expect(mermaid(likely)).toMatch(/layer1 -\.->\|"likely [\w-]+:\d+"\| layer2/);
    expect(html(likely)).toMatch(/<li [^>]*class="likely"/);
    expect(JSON.parse(json(likely))).toMatchObject({ links: [{ certain: false }, ...Array(7).fill({ certain: false })] });
  });
});

describe('groups of paths', () => {
  test('paths that everybody reads alike stand together, the widest open first', () => {
    const groups = pathGroups(SERVICES.map.chains[0]!.paths);
    expect(groups.flatMap(({ paths }) => paths)).toHaveLength(SERVICES.map.chains[0]!.paths.length);
    expect(groups.length).toBeLessThan(SERVICES.map.chains[0]!.paths.length);
    expect(groups.map(({ reach }) => reach).sort(byReach)).toEqual(groups.map(({ reach }) => reach));
  });

  test('who was never meant comes before who is named, and credentials before none', () => {
    const reaches = [{ by: 'named', credentials: true }, { by: 'nobody', credentials: false }, { by: 'any-site', credentials: false }, { by: 'look-alike', credentials: true }, { by: 'any-site', credentials: true }] as const;
    expect([...reaches].sort(byReach).map(reachText)).toEqual(['any site reads, with credentials', 'look-alike domains read, with credentials', 'any site reads, without credentials', 'named origins read, with credentials', 'no other site reads']);
  });
});
