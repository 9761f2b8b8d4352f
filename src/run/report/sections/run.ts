import { isUntouched, shippedSettings } from '../../../config/origin.ts';
import { hybridText } from '../../../search/whole-proof/counts.ts';
import { count, duration, figure, size } from '../../../text/quantity.ts';
import { modelOf } from '../../manifest.ts';
import type { Block } from '../document.ts';
import { timeText, valueText } from '../say.ts';
import type { ReportSource } from '../source.ts';

/** What must be seen before anything else: doubts about the whole run, and that it is not over. */
export function banners({ tally, manifest, state, interrupted }: ReportSource): readonly Block[] {
  const blocks: Block[] = [];
  if (tally.suspect)
    blocks.push({
      kind: 'banner',
      text: `SUSPECT: statements that are false were "proved" (${tally.canaries.closed.join(', ')}). Nothing that this run calls proved can be relied on.`,
    });
  if (!manifest.canaries)
    blocks.push({ kind: 'banner', text: 'Canaries were switched off: nothing tells whether the judge is sound.' });
  if (state.status !== 'finished')
    blocks.push({
      kind: 'banner',
      text: `Partial: the run is ${interrupted ? 'interrupted' : state.status}${state.reason === null ? '' : ` (${state.reason})`}; ${tally.searches.ended} of ${tally.searches.all} searches have ended.`,
    });
  return blocks;
}

/** What was run, when, where, with what. */
export function provenanceSection({ manifest, state, tally, now }: ReportSource): readonly Block[] {
  const { corpus, provider, host, value, lean } = manifest;
  const created = Date.parse(manifest.createdAt);
  const model = [provider.kind, provider.url, modelOf(manifest)].filter((part) => part !== null && part !== '');
  return [
    { kind: 'heading', text: 'Provenance' },
    {
      kind: 'facts',
      facts: [
        ['run', manifest.id],
        ['command', ['proofdeck', ...manifest.argv].map(quoted).join(' ')],
        ['created', timeText(manifest.createdAt)],
        [
          'last event',
          `${timeText(new Date(created + state.lastT).toISOString())}${state.resumptions > 0 ? `, resumed ${state.resumptions} times` : ''}`,
        ],
        ['report made', timeText(new Date(now).toISOString())],
        [
          'program',
          `proofdeck ${manifest.program}${manifest.gitCommit === null ? '' : `, commit ${manifest.gitCommit}`}`,
        ],
        [
          'toolchain',
          `${state.toolchain ?? lean.toolchain}, ${lean.kind} workers, imports ${lean.imports.join(', ') || 'none'}`,
        ],
        [
          'theorems',
          `${corpus.reference}: ${corpus.theorems}, sha256 ${corpus.sha256}, benchmark revision ${corpus.revision}${corpus.list === undefined ? '' : `, list ${corpus.list}`}`,
        ],
        ...(corpus.preamble.length > 0 ? [['preamble', corpus.preamble.join(' ')] as const] : []),
        ['provider', `${provider.name} (${model.join(', ')})`],
        ['value model', value === null ? 'off' : `on: ${value.name}, ${value.hash}`],
        [
          'seed',
          `${manifest.search.seed}${manifest.attempts > 1 ? ` for the first attempt, one more for each further` : ''}`,
        ],
        ['workers', `${state.workers || manifest.workers}; theorems at a time: ${state.concurrency}`],
        [
          'host',
          `${host.name}, ${host.platform}, ${host.cpus} cores, ${size(host.memoryBytes)} memory, ${host.gpus.length === 0 ? 'no GPU' : host.gpus.join(', ')}`,
        ],
        ...(manifest.environment.length > 0 ? [['environment', manifest.environment.join(', ')] as const] : []),
        ...(manifest.resumedFrom === null
          ? []
          : [
              [
                'resumed from',
                `${manifest.resumedFrom.file}: ${manifest.resumedFrom.theorems} theorems left out, ${manifest.resumedFrom.rows} rows merged`,
              ] as const,
            ]),
        [
          'trajectories',
          `${count(tally.trajectories.rows)} rows in ${tally.trajectories.parts} ${tally.trajectories.parts === 1 ? 'part' : 'parts'}${tally.trajectories.noisyRows > 0 ? `, ${count(tally.trajectories.noisyRows)} rows of the second search` : ''}`,
        ],
      ],
    },
  ];
}

/** Settings with their origins: every one, or those that somebody chose. */
export function settingsSection({ manifest }: ReportSource, which: 'all' | 'chosen'): readonly Block[] {
  const all = Object.entries(manifest.configuration).sort(([a], [b]) => (a < b ? -1 : 1));
  const told = which === 'all' ? all : all.filter(([, { origin }]) => !isUntouched(origin));
  const rows = told.map(([key, { value, origin }]) => [key, valueText(value), origin]);
  const left = all.length - told.length;
  return [
    { kind: 'heading', text: 'Settings' },
    ...(rows.length === 0
      ? []
      : [
          {
            kind: 'table',
            caption: '',
            columns: [{ title: 'setting' }, { title: 'value' }, { title: 'from' }],
            rows,
          } as const,
        ]),
    ...(left === 0
      ? []
      : [
          {
            kind: 'paragraph',
            text: `${left === all.length ? 'All' : 'The other'} ${left} are as in ${shippedSettings}; "runs export" and --json have them.`,
          } as const,
        ]),
  ];
}

/** What it took: time, candidates, money. */
export function effortSection({ tally }: ReportSource): readonly Block[] {
  const { effort, pace, perSecond } = tally;
  const { candidates, candidatesPerExpansion: per, timeMs, timeShares } = effort;
  const share = (part: number, of: number): string =>
    `${count(part)}${of > 0 ? ` (${figure((part / of) * 100)} %)` : ''}`;
  const stages = ['policy', 'lean', 'value', 'verdict', 'engine'] as const;
  const names = {
    policy: 'tactic provider',
    lean: 'Lean',
    value: 'value model',
    verdict: 'verdicts',
    engine: 'engine and waiting',
  };
  const latencies = (['lean', 'policy', 'value'] as const).flatMap((kind) => {
    const found = effort.latency[kind];
    return found === null
      ? []
      : [[names[kind], count(found.calls), duration(found.p50), duration(found.p95), duration(found.p99)]];
  });
  return [
    { kind: 'heading', text: 'Effort' },
    {
      kind: 'facts',
      facts: [
        [
          'time of work',
          `${duration(pace.activeMs)}${pace.perMinute === null ? '' : `, ${figure(pace.perMinute)} ${pace.unit}/min`}`,
        ],
        [
          'searches',
          `${count(effort.searches)} with ${count(effort.expansions)} expansions and ${count(effort.nodes)} proof states`,
        ],
        [
          'candidates per expansion',
          per.expansions === 0
            ? 'no expansion'
            : `${figure(per.avg, 2)} on average, ${per.min} to ${per.max}, unique ones`,
        ],
        [
          'candidates',
          `${count(candidates.proposed)} proposed, same text ${share(candidates.duplicateText, candidates.proposed)}, blocked ${count(candidates.blocked)}, lost ${count(candidates.lost)}`,
        ],
        [
          'tries',
          `${count(candidates.tried)} (${figure(perSecond.tries)}/s): applied ${share(candidates.applied, candidates.tried)}, failed ${share(candidates.failed, candidates.tried)}, timed out ${share(candidates.timedOut, candidates.tried)}`,
        ],
        ['same state as another', share(candidates.duplicateState, candidates.applied)],
        ...(effort.hybrid === null ? [] : [['whole proofs', hybridText(effort.hybrid)] as const]),
        ...(pace.gpuHours === null
          ? []
          : [
              [
                'GPU-hours',
                `${figure(pace.gpuHours.spent, 2)} on ${pace.gpuHours.gpus} GPU${pace.gpuHours.gpus === 1 ? '' : 's'}`,
              ] as const,
            ]),
        ...(pace.money === null
          ? []
          : [['cost', `${figure(pace.money.spent, 2)} at ${figure(pace.money.perHour, 2)} per hour`] as const]),
      ],
    },
    {
      kind: 'table',
      caption: 'Time of the searches (tries run side by side, so that shares can add up to more than 100 %)',
      columns: [{ title: 'what' }, { title: 'time', align: 'right' }, { title: 'share', align: 'right' }],
      rows: stages.map((stage) => [names[stage], duration(timeMs[stage]), `${figure(timeShares[stage] * 100)} %`]),
    },
    {
      kind: 'chart',
      caption: 'Where the time went',
      chart: {
        kind: 'shares',
        parts: stages.map((stage) => ({ label: names[stage], value: timeMs[stage], note: duration(timeMs[stage]) })),
      },
    },
    ...(latencies.length === 0
      ? []
      : [
          {
            kind: 'table' as const,
            caption: 'Latency of single calls',
            columns: [
              { title: 'what' },
              ...['calls', 'median', 'p95', 'p99'].map((title) => ({ title, align: 'right' as const })),
            ],
            rows: latencies,
          },
        ]),
  ];
}

/** An argument as a shell takes it back. */
const quoted = (argument: string): string =>
  /^[\w./:=,@%+-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
