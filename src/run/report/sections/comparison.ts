import { figure } from '../../../text/quantity.ts';
import type { ComparedBudget, Comparison } from '../../compare-results.ts';
import type { Block } from '../document.ts';
import { intervalText, ofAll, points, rateText } from '../say.ts';

/** This run beside others. */
export function comparisonSection({ results, baseline, settings, warnings }: Comparison): readonly Block[] {
  const differing = settings.filter(({ differs }) => differs);
  return [
    { kind: 'heading', text: 'Comparison' },
    ...warnings.map(({ message }): Block => ({ kind: 'banner', text: message })),
    {
      kind: 'table',
      caption: `Against ${results[baseline]?.label ?? 'the first'}`,
      columns: [
        { title: 'result' },
        ...['expansions', 'proved', 'rate', '95 % interval', 'difference', 'p'].map((title) => ({
          title,
          align: 'right' as const,
        })),
        { title: 'test' },
      ],
      rows: results.flatMap(({ label, budgets }) => budgets.map((budget) => [label, ...comparedCells(budget)])),
    },
    ...(differing.length === 0
      ? []
      : [
          {
            kind: 'table' as const,
            caption: 'Settings that differ',
            columns: [{ title: 'setting' }, ...results.map(({ label }) => ({ title: label }))],
            rows: differing.map(({ name, values }) => [name, ...values.map((value) => value ?? 'not said')]),
          },
        ]),
  ];
}

function comparedCells({ budget, rate, versus }: ComparedBudget): readonly string[] {
  const common = [budget === null ? 'its own' : String(budget), ofAll(rate), rateText(rate), intervalText(rate)];
  if (versus === null) return [...common, 'baseline', '', ''];
  const { pairs } = versus;
  const test =
    pairs === null
      ? 'Fisher, unpaired'
      : `McNemar, ${pairs.both} paired: ${pairs.won.length} won, ${pairs.lost.length} lost`;
  return [...common, `${points(versus.points)} points`, versus.p < 0.001 ? '< 0.001' : figure(versus.p, 3), test];
}
