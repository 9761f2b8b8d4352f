import { describe, expect, test } from 'vitest';
import { buildReport } from '../../../src/run/report/build.ts';
import { renderHtml } from '../../../src/run/report/html.ts';
import { renderMarkdown } from '../../../src/run/report/markdown.ts';
import type { ReportSource } from '../../../src/run/report/source.ts';
import { tallyRun } from '../../../src/run/tally.ts';
import {
  eventsOf,
  failedToStart,
  finished,
  manifestFor,
  outcome,
  proved,
  stateOf,
  theoremsNamed,
} from '../../fixtures/runs.ts';

const hostile = '</title><script>alert(1)</script><img src=x onerror=alert(2)>';

function source(changes: Partial<ReportSource> = {}, names = ['alpha', 'beta', 'gamma', 'delta']): ReportSource {
  const theorems = theoremsNamed(names);
  const manifest = manifestFor(theorems);
  const events = eventsOf(
    manifest,
    theorems,
    (job) =>
      job.kind === 'canary'
        ? outcome()
        : job.index === 0
          ? proved()
          : job.index === 1
            ? failedToStart('unknown identifier `foo`')
            : outcome(),
    [{ kind: 'run.warned', about: 'disk', message: 'only 3 GB left' }, finished],
  );
  const state = stateOf(manifest, theorems, events);
  const tally = tallyRun(manifest, state);
  return {
    manifest,
    theorems,
    state,
    tally,
    interrupted: false,
    comparison: null,
    now: Date.parse('2026-02-15T08:00:00Z'),
    ...changes,
  };
}

describe('the report of a run', () => {
  test('shows no rate without n of N, level, budget, interval and toolchain', () => {
    const text = renderMarkdown(buildReport(source()));
    expect(text).toContain(
      'Proved: 1 of 4 theorems (25.0 %; 95 % Wilson interval 4.6 % to 69.9 %) at V3 or above, within 100 expansions, Lean 4.29.0.',
    );
  });

  test('tells all settings, or those that somebody chose and how many are left', () => {
    const manifest = {
      ...source().manifest,
      configuration: {
        'search.beta': { value: 0.5, origin: 'configs/search.toml:87' },
        'search.max_nodes': { value: 20, origin: '--max-nodes' },
        'search.mystery': { value: 1, origin: 'default' },
      },
    };
    expect(renderMarkdown(buildReport(source({ manifest })))).toMatch(
      /search\.beta.*search\.max_nodes.*search\.mystery/s,
    );
    const short = renderMarkdown(buildReport(source({ manifest }), { proofs: false, settings: 'chosen' }));
    expect(short).toMatch(
      /search\.max_nodes.*The other 2 are as in configs\/search\.toml; "runs export" and --json have them\./s,
    );
    expect(short).not.toContain('search.beta');
  });

  test('says the same in HTML and Markdown', () => {
    const report = buildReport(source());
    const page = renderHtml(report);
    const text = renderMarkdown(report).replaceAll('\\', '');
    for (const fact of [
      'proofdeck search --theorems list.json',
      'configs/search.toml:3',
      'unknown identifier',
      'only 3 GB left',
      'exact h',
      'max_nodes (100) expansions are used up',
      'commit abc1234',
      'no GPU',
    ]) {
      expect(page).toContain(fact);
      expect(text).toContain(fact);
    }
  });

  test('is one page that asks nobody for anything', () => {
    const page = renderHtml(buildReport(source()));
    expect(page).not.toMatch(/<(script|link|img|iframe|object|embed|base|form)\b/i);
    expect(page).not.toMatch(/\b(src|href|srcset|action)=/i);
    expect(page).not.toMatch(/url\(|@import/);
    expect(page.match(/<svg /g)).toHaveLength(5);
    expect(page).not.toMatch(/NaN|Infinity|undefined/);
  });

  test('lets no name, message or statement become markup', () => {
    const bad = source({}, [
      hostile,
      `b\u001B]0;owned\u0007${hostile}`,
      '| a | b |',
      '# heading\n\n- [x](http://evil)',
    ]);
    const report = buildReport(bad);
    const page = renderHtml(report);
    expect(page).not.toMatch(/<(script|img)/i);
    expect(page).not.toContain('\u001B');
    expect(page).toContain('&lt;script&gt;');
    const text = renderMarkdown(report);
    expect(text).not.toContain('\u001B');
    const outsideCode = text.replaceAll(/^```lean\n[\s\S]*?\n```$/gm, '');
    expect(outsideCode).not.toMatch(/<(script|img)/i);
    expect(outsideCode).not.toMatch(/(?<!\\)\]\(/);
    for (const row of outsideCode.split('\n').filter((line) => line.startsWith('| ') && line.includes('not verified')))
      expect(row.match(/(?<!\\)\|/g)).toHaveLength(9);
  });

  test('puts a closed canary and a run that is not over before everything else', () => {
    const theorems = theoremsNamed(['alpha']);
    const manifest = manifestFor(theorems);
    const events = eventsOf(manifest, theorems, (job) => (job.kind === 'canary' ? proved() : null));
    const state = stateOf(manifest, theorems, events);
    const report = buildReport(
      source({ manifest, theorems, state, tally: tallyRun(manifest, state), interrupted: true }),
    );
    expect(report.blocks[0]).toMatchObject({ kind: 'banner', text: expect.stringContaining('SUSPECT') });
    expect(report.blocks[1]).toMatchObject({ kind: 'banner', text: expect.stringContaining('interrupted') });
  });

  test('can be made of a run of which nothing has happened', () => {
    const theorems = theoremsNamed(['alpha']);
    const manifest = manifestFor(theorems);
    const state = stateOf(manifest, theorems, []);
    const page = renderHtml(
      buildReport(source({ manifest, theorems, state, tally: tallyRun(manifest, state), interrupted: true })),
    );
    expect(page).not.toMatch(/NaN|Infinity|undefined/);
    expect(page).toContain('0 of 0 theorems');
  });
});
