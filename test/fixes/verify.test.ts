import { describe, expect, test } from 'vitest';
import { verify, type Dropped, type Offer, type Trial } from '../../src/fixes/verify.js';
import { compare, type Answers, type Comparison } from '../../src/policy/compare.js';
import type { Policy, Probe, Step } from '../../src/policy/program.js';
import { exchanges } from '../../src/findings/exchange.js';
import { anyOf, exact, type RegexSet } from '../../src/origins/origin-set.js';
import { always, echo, forOrigins, place, policy, set, step } from '../support/policy.js';

const A = 'https://app.example.com';
const proposal = { title: 'Do it', change: { kind: 'add-vary', at: place() }, automatic: true } as const;
const edits = [{ file: 'f', start: 0, end: 0, text: 'x' }];
const mended = { ruleId: 'vary-origin-missing', class: 'correctness-warning' } as const;
const same: Comparison = { relation: 'same', changed: [], keepsIntent: true, proven: true };
const trial = (given: Partial<Trial>): Trial => ({ mended, uncovered: new Set(), tolerated: new Set(), before: [mended], after: [], problems: [0, 0], comparisons: [same], ...given });

describe('a proposal', () => {
  test('that changes no verdict is automatic', () => {
    expect(verify(proposal, edits, trial({}))).toMatchObject({ automatic: true });
  });

  test('that only refuses, and nothing that was written, is automatic', () => {
    expect(verify(proposal, edits, trial({ comparisons: [{ ...same, relation: 'narrower' }] }))).toMatchObject({ automatic: true });
    expect(verify(proposal, edits, trial({ comparisons: [{ ...same, relation: 'narrower', keepsIntent: false }] }))).toMatchObject({ automatic: false });
  });

  test('that lets more in is a suggestion', () => {
    expect(verify(proposal, edits, trial({ comparisons: [{ ...same, relation: 'wider' }] }))).toMatchObject({ automatic: false });
  });

  test('that nothing proves for all origins is a suggestion', () => {
    expect(verify(proposal, edits, trial({ comparisons: [{ ...same, proven: false }] }))).toMatchObject({ automatic: false });
    expect(verify(proposal, edits, trial({ comparisons: [{ ...same, relation: 'narrower', proven: false }] }))).toMatchObject({ automatic: false });
  });

  test.each<[string, Partial<Trial>, string]>([
    ['leaves the finding', { after: [mended] }, 'the finding would stay'],
    ['brings another finding', { after: [{ ruleId: 'no-null-origin', class: 'security-error' }] }, 'it would bring another finding'],
    ['breaks the text', { problems: [0, 1] }, 'the text would no longer be of its language'],
    ['loses a policy', { comparisons: undefined }, 'other policies would be read'],
  ])('that %s is not offered, and it is said why', (_name, given, dropped) => {
    expect(verify(proposal, edits, trial(given))).toEqual({ dropped });
  });

  test('without an edit is none', () => {
    expect(verify(proposal, [], trial({}))).toEqual({ dropped: 'it changes nothing' });
  });

  test('may uncover what was silent because of it, or leave a milder finding', () => {
    expect(verify(proposal, edits, trial({ uncovered: new Set(['no-null-origin']), after: [{ ruleId: 'no-null-origin', class: 'security-error' }] }))).toHaveProperty('fix');
    expect(verify(proposal, edits, trial({ after: [{ ...mended, class: 'hygiene' }] }))).toHaveProperty('fix');
  });
});

describe('two policies', () => {
  const answers: Answers = {
    verdict: (given, { probe, ...client }) => exchanges({ policy: given, inner: [] }, { ...client, url: `https://api.example${probe.path}` }, 'production')[0]!.verdict.allowed,
    requestAt: ({ path }, method) => ({ method, path, headers: [] }),
  };
  const regex = (source: string): RegexSet => ({ s: 'regex', source, flags: '', dialect: 'js', use: 'search', subject: 'origin', at: place() });
  const allowing = (origins: Parameters<typeof forOrigins>[0]): Policy => policy([forOrigins(origins, set('ACAO', echo()))]);

  test('that differ in Vary only are the same to browsers', () => {
    expect(compare(policy([always(set('ACAO', A))]), policy([always(set('ACAO', A), set('vary', 'Origin'))]), answers).relation).toBe('same');
  });

  test('an escaped dot is narrower and keeps what was written', () => {
    expect(compare(allowing(regex('^https:\\/\\/app.example\\.com$')), allowing(regex('^https:\\/\\/app\\.example\\.com$')), answers)).toMatchObject({ relation: 'narrower', keepsIntent: true });
  });

  test('an entry less is narrower and does not', () => {
    const both = anyOf([exact(A, place()), exact('https://b.example.com', place())]);
    expect(compare(allowing(both), allowing(exact(A, place())), answers)).toMatchObject({ relation: 'narrower', keepsIntent: false });
    expect(compare(allowing(exact(A, place())), allowing(both), answers).relation).toBe('wider');
  });

  test('that differ at the last of many places are asked there', () => {
    const routes = Array.from({ length: 30 }, (_one, index): Probe => ({ path: `/${index}`, methods: null, requestHeaders: [], at: place() }));
    const at = (path: string, text: string): Step => step({ g: 'path', in: exact(path, place()) }, set('ACAO', text));
    const serving = (last: string): Policy => ({ ...policy(routes.map(({ path }) => at(path, path === '/29' ? last : A))), probes: routes });
    const { relation, changed } = compare(serving('*'), serving(A), answers);
    expect(relation).toBe('narrower');
    expect(new Set(changed.map(({ request }) => request.probe.path))).toEqual(new Set(['/29']));
  });

  describe('whose patterns admit others', () => {
    const before = allowing(regex('^https:\\/\\/(app|www)\\.example\\.com$'));
    // No near miss of either pattern is among the new ones.
    const wider = allowing(regex('^https:\\/\\/((app|www)\\.example\\.com|[a-z]q[0-9]\\.(?!com)[a-z]+)$'));

    test('are asked about an origin of every kind', () => {
      const { relation, proven, changed } = compare(before, wider, answers);
      expect([relation, proven]).toEqual(['wider', true]);
      for (const { request } of changed) expect(request.origin).toMatch(/^https:\/\/[a-z]q[0-9]\.[a-z]+$/);
      expect(compare(wider, before, answers)).toMatchObject({ relation: 'narrower', proven: true, keepsIntent: true });
    });

    test('prove nothing where one cannot be read, unless it stayed', () => {
      const riddle = regex('^https:\\/\\/(\\w)\\1\\.example\\.com$');
      expect(compare(before, allowing(anyOf([exact(A, place()), riddle])), answers).proven).toBe(false);
      expect(compare(allowing(riddle), policy([forOrigins(riddle, set('ACAO', echo()), set('vary', 'Origin'))]), answers)).toMatchObject({ relation: 'same', proven: true });
    });

    test('are not automatic; a comparison that saw no difference would let them pass', () => {
      const blind: Answers = { ...answers, verdict: () => true };
      const judged = (by: Answers): Offer | Dropped => verify(proposal, edits, trial({ comparisons: [compare(before, wider, by)] }));
      expect(judged(blind)).toMatchObject({ automatic: true });
      expect(judged(answers)).toMatchObject({ automatic: false });
    });
  });
});
