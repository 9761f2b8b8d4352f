import { count, figure, percent } from '../../../text/quantity.ts';
import type { Block } from '../document.ts';
import { intervalText, ofAll, rateText } from '../say.ts';
import { expansionBins, overBudget, overTime } from '../series.ts';
import type { ReportSource } from '../source.ts';

/** What the run came to: the rate with all that belongs to it, per source, per budget and attempt, over time. */
export function resultSection(source: ReportSource): readonly Block[] {
  const { tally, manifest, state } = source;
  const budget = Math.max(...tally.budgets);
  const level = tally.lowestLevel ?? tally.lowestCounted;
  const levels = tally.levels.map(({ level, theorems }) => `${level}: ${theorems}`).join(', ');
  const best = tally.attempts > 1 ? `, best of ${tally.attempts} attempts` : '';
  return [
    { kind: 'heading', text: 'Result' },
    {
      kind: 'paragraph',
      text: `Proved: ${ofAll(tally.proved)} theorems (${rateText(tally.proved)}; 95 % Wilson interval ${intervalText(tally.proved) || 'none'}) at ${level} or above, within ${count(budget)} expansions${best}, ${state.toolchain ?? manifest.lean.toolchain}.`,
    },
    {
      kind: 'facts',
      facts: [
        [
          'theorems',
          `${tally.theorems} in the list, ${tally.searched} searched, ${tally.done} with all their attempts`,
        ],
        ['levels of the proofs', levels || 'no proof'],
        ['closed, not verified', String(tally.refused)],
        [
          'unproved',
          Object.entries(tally.unproved)
            .flatMap(([status, n]) => (n > 0 ? [`${status} ${n}`] : []))
            .join(', ') || 'none',
        ],
        [
          'canaries',
          `${tally.canaries.run} run, ${tally.canaries.closed.length} closed${tally.canaries.pending > 0 ? `, ${tally.canaries.pending} pending` : ''}${manifest.canaries ? '' : ' (switched off)'}`,
        ],
        ...(tally.noisy === null
          ? []
          : [
              [
                'second search',
                `temperature ${manifest.noisy}: ${ofAll(tally.noisy.proved)} proved (${rateText(tally.noisy.proved)}; ${intervalText(tally.noisy.proved)})`,
              ] as const,
            ]),
      ],
    },
    ...bySource(source),
    ...byBudget(source),
    ...passAt(source),
    ...charts(source),
  ];
}

function bySource({ tally }: ReportSource): readonly Block[] {
  if (tally.bySource.length === 0) return [];
  return [
    {
      kind: 'table',
      caption: 'By source',
      columns: [{ title: 'source' }, ...numbers('theorems', 'searched', 'proved', 'rate', '95 % interval', 'errors')],
      rows: tally.bySource.map(({ source, theorems, proved, errors }) => [
        source ?? '(none)',
        String(theorems),
        String(proved.of),
        String(proved.n),
        rateText(proved),
        intervalText(proved),
        String(errors),
      ]),
    },
    {
      kind: 'chart',
      caption: 'Solve rate by source, with 95 % Wilson intervals',
      chart: {
        kind: 'rates',
        rows: tally.bySource.map(({ source, proved }) => ({
          label: source ?? '(none)',
          rate: proved.rate,
          low: proved.wilson95[0],
          high: proved.wilson95[1],
          note: `${ofAll(proved)}, ${rateText(proved)}`,
        })),
      },
    },
  ];
}

function byBudget({ tally, state }: ReportSource): readonly Block[] {
  const end = Math.max(...tally.budgets);
  const passes = tally.attempts > 1 ? [1, tally.attempts] : [1];
  return [
    {
      kind: 'table',
      caption:
        'By budget and attempts (budgets are nested: one search at the largest tells what every smaller one finds)',
      columns: [...numbers('expansions', 'attempts', 'proved', 'of', 'rate', '95 % interval')],
      rows: tally.byBudget.flatMap(({ budget, byPass }) =>
        byPass.map(({ pass, proved }) => [
          count(budget),
          String(pass),
          String(proved.n),
          String(proved.of),
          rateText(proved),
          intervalText(proved),
        ]),
      ),
    },
    {
      kind: 'chart',
      caption: 'Theorems proved within a number of expansions',
      chart: {
        kind: 'line',
        x: { label: 'expansions', say: count, end },
        y: { label: 'theorems', say: count, end: tally.searched },
        series: passes.map((pass) => ({
          name: pass === 1 ? 'first attempt' : `best of ${pass}`,
          points: overBudget(state, pass),
        })),
      },
    },
  ];
}

function passAt({ tally }: ReportSource): readonly Block[] {
  if (tally.passAt.length === 0) return [];
  return [
    {
      kind: 'table',
      caption: 'pass@k at the largest budget: by the first k attempts, and as the mean over all choices of k attempts',
      columns: numbers('k', 'first k', 'rate', '95 % interval', 'any k'),
      rows: tally.passAt.map(({ k, first, estimate }) => [
        String(k),
        ofAll(first),
        rateText(first),
        intervalText(first),
        estimate === null ? '–' : percent(estimate),
      ]),
    },
  ];
}

function charts({ tally, state }: ReportSource): readonly Block[] {
  const { proved, searched } = overTime(state);
  const bins = expansionBins(state);
  const budget = Math.max(...tally.budgets);
  const unit = timeUnit(state.activeMs);
  const scaled = (points: typeof proved) => points.map(([ms, n]) => [ms / unit.ms, n] as const);
  return [
    {
      kind: 'chart',
      caption: 'Theorems searched and proved over the time of work',
      chart: {
        kind: 'line',
        x: {
          label: `${unit.name} of work, pauses left out`,
          say: (value) => figure(value, 2),
          end: state.activeMs / unit.ms,
        },
        y: { label: 'theorems', say: count, end: tally.searched },
        series: [
          { name: 'proved', points: scaled(proved) },
          { name: 'searched', points: scaled(searched) },
        ],
      },
    },
    {
      kind: 'chart',
      caption: 'Searches by their number of expansions',
      chart: {
        kind: 'histogram',
        label: 'expansions',
        series: ['proved', 'not proved'],
        bins: bins.map(({ from, to, proved, unproved }) => ({
          label: from === to ? String(from) : `≤ ${Math.min(to, budget)}`,
          counts: [proved, unproved],
        })),
      },
    },
  ];
}

/** In which an axis of so many ms has round numbers. */
function timeUnit(ms: number): { readonly name: string; readonly ms: number } {
  if (ms >= 3 * 3_600_000) return { name: 'hours', ms: 3_600_000 };
  return ms >= 3 * 60_000 ? { name: 'minutes', ms: 60_000 } : { name: 'seconds', ms: 1000 };
}

const numbers = (...titles: readonly string[]) => titles.map((title) => ({ title, align: 'right' as const }));
