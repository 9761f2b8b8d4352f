import { percent } from '../text/quantity.ts';
import type { Table } from '../text/table.ts';
import { rateText } from './rate-text.ts';
import type { BudgetResult, FailureReason } from './result-schema.ts';
import type { RunTally } from './tally.ts';

/** The reference's table: one line for each budget, with its failures as `label=count`. */
export function evaluationTable(results: readonly BudgetResult[]): Table {
  return {
    columns: [
      { title: 'Budget', align: 'right' },
      { title: 'Solved', align: 'right' },
      { title: 'Rate', align: 'right' },
      { title: '95 % interval', align: 'right' },
      { title: 'Avg Nodes', align: 'right' },
      { title: 'Avg Time', align: 'right' },
      { title: 'Failures' },
    ],
    rows: results.map((result) => [
      String(result.budget),
      `${result.solved} of ${result.total}`,
      percent(result.rate),
      `${percent(result.wilson95[0])} - ${percent(result.wilson95[1])}`,
      result.avg_nodes.toFixed(1),
      `${result.avg_time_secs.toFixed(2)} s`,
      failures(result),
    ]),
  };
}

const failureLabels: Readonly<Record<Exclude<FailureReason, ''>, string>> = {
  budget_exhausted: 'budget',
  timeout: 'timeout',
  frontier_exhausted: 'dead_end',
  max_rounds: 'max_rounds',
  goal_start_error: 'goal_err',
  search_error: 'error',
  not_verified: 'not_verified',
  stopped: 'stopped',
  not_searched: 'not_searched',
};

function failures({ per_theorem }: BudgetResult): string {
  const counts = new Map<string, number>();
  for (const { failure_reason } of per_theorem)
    if (failure_reason !== '')
      counts.set(failureLabels[failure_reason], (counts.get(failureLabels[failure_reason]) ?? 0) + 1);
  return [...counts].map(([label, n]) => `${label}=${n}`).join(' ');
}

/** pass@k at the largest budget. */
export function passTable({ passAt }: RunTally): Table {
  return {
    columns: [
      { title: 'k', align: 'right' },
      { title: 'proved by the first k' },
      { title: 'by any k', align: 'right' },
    ],
    rows: passAt.map(({ k, first, estimate }) => [
      String(k),
      rateText(first),
      estimate === null ? '-' : percent(estimate),
    ]),
  };
}
