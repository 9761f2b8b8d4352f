import { providerTable } from '../search/provider-table.ts';
import { hybridText } from '../search/whole-proof/counts.ts';
import { cleanLine } from '../text/clean.ts';
import { count, duration, figure, percent } from '../text/quantity.ts';
import { plainTable, type Table } from '../text/table.ts';
import { evaluationTable, passTable } from './evaluation-table.ts';
import type { Percentiles } from './latency.ts';
import { type Manifest, modelOf } from './manifest.ts';
import type { JobOutcome } from './outcome.ts';
import { rateText, statedRate } from './rate-text.ts';
import type { BudgetResult } from './result-schema.ts';
import { budgetResult } from './result-theorems.ts';
import type { RunState } from './state.ts';
import { type RunTally, type TallyOptions, tallyRun } from './tally.ts';
import { attemptsByTheorem } from './tally-theorems.ts';

/** What a run came to, as lines for a terminal or a log: theorems, timing, latency, throughput, set-up; for `eval` its table. */
export function searchReport(manifest: Manifest, state: RunState, options: TallyOptions = {}): readonly string[] {
  const tally = tallyRun(manifest, state, options);
  const theorems = attemptsByTheorem(state);
  const results = manifest.budgets.map((budget) => budgetResult(theorems, budget));
  const toolchain = state.toolchain ?? manifest.lean.toolchain;
  return [
    `${manifest.command} ${manifest.id}${tally.complete ? '' : ' (partial)'}`,
    ...(tally.suspect
      ? [`! SUSPECT: canaries closed (${tally.canaries.closed.join(', ')}); rely on no proof of this run`]
      : []),
    ...block('Theorems', theoremRows(tally, toolchain)),
    ...(manifest.command === 'eval' ? tableBlock('Evaluation', evaluationTable(results)) : []),
    ...(tally.passAt.length > 0 ? tableBlock(`pass@k at ${Math.max(...tally.budgets)} nodes`, passTable(tally)) : []),
    ...block('Time of the searches, and its part of the wall clock', timeRows(tally)),
    ...(tally.effort.byProvider.length > 1 ? tableBlock('Providers', providerTable(tally.effort.byProvider)) : []),
    ...tableBlock('Latency', latencyTable(tally)),
    ...block('Candidates', candidateRows(tally)),
    ...block('Throughput', throughputRows(tally, results.at(-1)!)),
    ...block('Made with', setUpRows(manifest, state, tally, toolchain)),
  ];
}

type Row = readonly [name: string, value: string];

function theoremRows(tally: RunTally, toolchain: string): readonly Row[] {
  const { searched, theorems, proved, unproved } = tally;
  const failed = searched - proved.n - unproved.error;
  const share = (n: number): string => (searched === 0 ? '' : `  ${percent(n / searched)}`);
  const reasons = [
    ['budget', unproved.budget],
    ['timeout', unproved.timeout],
    ['exhausted', unproved.exhausted],
    ['stopped', unproved.stopped],
    ['not verified', unproved.proved],
  ] as const;
  const why = reasons.flatMap(([label, n]) => (n > 0 ? [`${label} ${n}`] : []));
  return [
    ['attempted', `${count(searched)} of ${count(theorems)}`],
    ['proved', statedRate(tally, toolchain)],
    ['failed', `${count(failed)}${share(failed)}${why.length > 0 ? `  ${why.join(', ')}` : ''}`],
    ['errors', `${count(unproved.error)}${share(unproved.error)}`],
    ...tally.errors.map(
      ({ stage, category, searches, examples }): Row => [
        `  ${stage}: ${cleanLine(category)}`,
        `${searches}  such as ${cleanLine(examples[0]!.theorem)}: ${cleanLine(examples[0]!.message, ' ', 100)}`,
      ],
    ),
    ...(tally.refused > 0 ? [['closed, not verified', count(tally.refused)] as const] : []),
    ['canaries', `${tally.canaries.run} run, ${tally.canaries.closed.length} closed`],
    ...(tally.noisy === null ? [] : [['noisy searches', rateText(tally.noisy.proved)] as const]),
  ];
}

function timeRows({ effort: { timeMs }, pace, canaries }: RunTally): readonly Row[] {
  const row = (name: string, ms: number): Row => [
    name,
    pace.activeMs === 0 ? duration(ms) : `${duration(ms).padEnd(12)} ${percent(ms / pace.activeMs).padStart(8)}`,
  ];
  return [
    row('proposing tactics', timeMs.policy),
    row('Lean', timeMs.lean),
    row('value model', timeMs.value),
    row('verdicts', timeMs.verdict),
    row('the rest', timeMs.engine),
    row('searches together', timeMs.total),
    ...(canaries.ms > 0 ? [row('canaries', canaries.ms)] : []),
    [
      'wall clock',
      `${duration(pace.activeMs)} of work; searches and tries run side by side, so parts can exceed 100 %`,
    ],
  ];
}

function latencyTable({ effort: { latency } }: RunTally): Table {
  const row = (name: string, percentiles: Percentiles | null): readonly (readonly string[])[] =>
    percentiles === null
      ? []
      : [[name, count(percentiles.calls), ...[percentiles.p50, percentiles.p95, percentiles.p99].map(milliseconds)]];
  return {
    columns: [
      { title: 'calls of' },
      { title: 'number', align: 'right' },
      { title: 'p50', align: 'right' },
      { title: 'p95', align: 'right' },
      { title: 'p99', align: 'right' },
    ],
    rows: [
      ...row('Lean, one tactic', latency.lean),
      ...row('the provider, one batch', latency.policy),
      ...row('the value model, one batch', latency.value),
    ],
  };
}

function candidateRows({ effort }: RunTally): readonly Row[] {
  const { candidates, candidatesPerExpansion: per, duplicates } = effort;
  return [
    [
      'per expansion',
      `avg ${per.avg.toFixed(1)}, min ${per.min}, max ${per.max}, over ${count(per.expansions)} expansions`,
    ],
    [
      'tried',
      `${count(candidates.tried)}: ${count(candidates.applied)} applied, ${count(candidates.failed)} failed, ${count(candidates.timedOut)} timed out`,
    ],
    [
      'duplicates',
      `same text ${count(candidates.duplicateText)} (${percent(duplicates.text)} of the proposed), same state ${count(candidates.duplicateState)} (${percent(duplicates.state)} of the applied)`,
    ],
    ...(candidates.unusable > 0
      ? [['unusable', `${count(candidates.unusable)} answers that no tactic came out of`] as const]
      : []),
    ...(effort.hybrid === null ? [] : [['whole proofs', hybridText(effort.hybrid)] as const]),
    ...(effort.ebm === null ? [] : [['value model', ebmText(effort.ebm)] as const]),
    ...(candidates.lost > 0
      ? [
          [
            'lost',
            `${count(candidates.lost)} ${candidates.lost === 1 ? 'try' : 'tries'} with a worker that died`,
          ] as const,
        ]
      : []),
  ];
}

function throughputRows({ pace, effort, perSecond }: RunTally, largest: BudgetResult): readonly Row[] {
  const times = effort.searches === 0 ? 0 : effort.timeMs.total / effort.searches;
  return [
    [pace.unit, pace.perMinute === null ? '-' : `${figure(pace.perMinute)} a minute`],
    [
      'each search',
      `${figure(largest.avg_nodes)} nodes expanded, ${duration(times)}; median ${largest.median_time_secs.toFixed(2)} s`,
    ],
    ['each second', `${figure(perSecond.tries)} tries, ${figure(perSecond.expansions)} expansions`],
    ...(pace.gpuHours === null
      ? []
      : [
          [
            'GPU-hours',
            `${pace.gpuHours.spent.toFixed(2)} on ${pace.gpuHours.gpus} GPU${pace.gpuHours.gpus === 1 ? '' : 's'}`,
          ] as const,
        ]),
    ...(pace.money === null
      ? []
      : [['cost', `${pace.money.spent.toFixed(2)} at ${figure(pace.money.perHour, 2)} an hour`] as const]),
  ];
}

function setUpRows(manifest: Manifest, state: RunState, tally: RunTally, toolchain: string): readonly Row[] {
  const { search, provider, value, corpus, resumedFrom } = manifest;
  const { parts, rows, noisyRows } = tally.trajectories;
  return [
    ['theorems', cleanLine(corpus.reference)],
    ['provider', [provider.name, modelOf(manifest), provider.url].filter((part) => part !== null).join(', ')],
    ['value model', value === null ? 'off' : `on: ${value.name} ${value.hash.slice(0, 12)}`],
    [
      'search',
      `${search.strategy}, ${search.num_candidates} candidates, temperature ${search.temperature}${manifest.noisy === null ? '' : ` and ${manifest.noisy}`}, seed ${search.seed}, ${Math.max(...manifest.budgets)} nodes, depth ${search.max_depth}, ${search.timeout === 0 ? 'no time limit' : `${search.timeout} s`}`,
    ],
    ['Lean', `${toolchain}, ${counted(state.workers, 'worker')}, ${counted(state.concurrency, 'theorem')} at a time`],
    ...(parts > 0
      ? [
          [
            'trajectories',
            `${count(rows)} rows${noisyRows > 0 ? ` and ${count(noisyRows)} noisy ones` : ''} in ${counted(parts, 'part')}`,
          ] as const,
        ]
      : []),
    ...(manifest.out === null ? [] : [['written to', manifest.out] as const]),
    ...(resumedFrom === null
      ? []
      : [
          [
            'resumed from',
            `${resumedFrom.file}: ${count(resumedFrom.theorems)} theorems, ${count(resumedFrom.rows)} rows`,
          ] as const,
        ]),
    ['resumed', tally.resumptions === 0 ? 'never' : counted(tally.resumptions, 'time')],
  ];
}

function block(title: string, rows: readonly Row[]): readonly string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  // An imported manifest holds what somebody else wrote.
  return ['', title, ...rows.map(([name, value]) => cleanLine(`  ${name.padEnd(width)}  ${value}`).trimEnd())];
}

function tableBlock(title: string, table: Table): readonly string[] {
  return table.rows.length === 0 ? [] : ['', title, ...plainTable(table).map((line) => `  ${line}`)];
}

const counted = (n: number, thing: string): string => `${count(n)} ${thing}${n === 1 ? '' : 's'}`;
const milliseconds = (ms: number): string => (ms < 10 ? `${ms.toFixed(1)} ms` : duration(ms));

function ebmText({
  ebm_score_calls,
  scored,
  cached,
  ebm_skipped_by_depth,
  refused,
}: NonNullable<JobOutcome['ebm']>): string {
  const skipped = ebm_skipped_by_depth > 0 ? `, ${count(ebm_skipped_by_depth)} too shallow to be asked about` : '';
  const not = refused > 0 ? `, ${count(refused)} that it cannot take` : '';
  return `${count(scored)} states in ${count(ebm_score_calls)} calls, ${count(cached)} cached${skipped}${not}`;
}
