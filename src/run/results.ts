import { type Manifest, modelOf } from './manifest.ts';
import type { ErrorStage } from './outcome.ts';
import type { EvalDocument, SearchDocument } from './result-schema.ts';
import { budgetResult } from './result-theorems.ts';
import type { RunState } from './state.ts';
import { type RunTally, type TallyOptions, tallyRun } from './tally.ts';
import { attemptsByTheorem } from './tally-theorems.ts';
import type { Rate } from './wilson.ts';

/** Under this name theorems without a source are counted in `bySource`. */
export const noSource = '(none)';

/** The result document of a run, finished or not, by its command. */
export function resultDocument(
  manifest: Manifest,
  state: RunState,
  options: TallyOptions = {},
): SearchDocument | EvalDocument {
  return manifest.command === 'eval'
    ? evalDocument(manifest, state, options)
    : searchDocument(manifest, state, options);
}

/** What `search --json` prints and `results.json` holds. */
export function searchDocument(manifest: Manifest, state: RunState, options: TallyOptions = {}): SearchDocument {
  const { per_theorem } = budgetResult(attemptsByTheorem(state), Math.max(...manifest.budgets));
  const common = commonFields(manifest, state, tallyRun(manifest, state, options));
  return { schema: 'proofdeck.search/1', ...common, per_theorem };
}

/** What `eval --json` prints: the fields of a search, and those of the reference's evaluations. */
export function evalDocument(manifest: Manifest, state: RunState, options: TallyOptions = {}): EvalDocument {
  const tally = tallyRun(manifest, state, options);
  const theorems = attemptsByTheorem(state);
  const budget_results = manifest.budgets.map((budget) => budgetResult(theorems, budget));
  const largest = budget_results.at(-1)!;
  const [only, ...others] = budget_results;
  const { provider, value } = manifest;
  return {
    schema: 'proofdeck.eval/1',
    ...commonFields(manifest, state, tally),
    iteration: null,
    llm_path: provider.url ?? provider.name,
    ebm_path: value?.name ?? null,
    benchmark: manifest.corpus.reference,
    total_theorems: tally.theorems,
    pass_n: manifest.attempts,
    nested: true,
    budget_results,
    cumulative_solved: largest.solved,
    cumulative_rate: largest.rate,
    by_pass: tally.byBudget.flatMap(({ budget, byPass }) =>
      byPass.map(({ pass, proved }) => ({ budget, pass, ...solvedOf(proved) })),
    ),
    pass_at: tally.passAt.map(({ k, first, estimate }) => ({ k, ...solvedOf(first), estimate })),
    ...(others.length === 0 && {
      max_nodes: only!.budget,
      solved: only!.solved,
      total: only!.total,
      avg_nodes: only!.avg_nodes,
      avg_time_secs: only!.avg_time_secs,
      median_time_secs: only!.median_time_secs,
      per_theorem: only!.per_theorem,
    }),
  };
}

function commonFields(manifest: Manifest, state: RunState, tally: RunTally) {
  const { effort } = tally;
  const { search } = manifest;
  return {
    run: manifest.id,
    out: manifest.out,
    complete: tally.complete,
    status: tally.status,
    timestamp: new Date(Date.parse(manifest.createdAt) + state.lastT).toISOString(),
    theorems: tally.theorems,
    searched: tally.searched,
    done: tally.done,
    proved: tally.proved.n,
    ...rateFields(tally.proved),
    level: tally.lowestLevel ?? tally.lowestCounted,
    levels: Object.fromEntries(tally.levels.map(({ level, theorems }) => [level, theorems])),
    budget: {
      max_nodes: Math.max(...manifest.budgets),
      budgets: [...manifest.budgets],
      timeout: search.timeout,
      attempts: manifest.attempts,
      nested: true as const,
    },
    bySource: Object.fromEntries(
      tally.bySource.map(({ source, theorems, proved, errors }) => [
        source ?? noSource,
        { theorems, searched: proved.of, proved: proved.n, ...rateFields(proved), errors },
      ]),
    ),
    errors: errorsByStage(tally),
    errorKinds: tally.errors.map((kind) => ({ ...kind, examples: [...kind.examples] })),
    unproved: { ...tally.unproved },
    refused: tally.refused,
    candidates: { ...effort.candidates },
    candidatesPerExpansion: { ...effort.candidatesPerExpansion },
    timeMs: { ...effort.timeMs },
    latencyMs: { ...effort.latency },
    activeMs: tally.pace.activeMs,
    cost: {
      hours: tally.pace.hours,
      gpuHours: tally.pace.gpuHours?.spent ?? null,
      money: tally.pace.money?.spent ?? null,
    },
    toolchain: state.toolchain ?? manifest.lean.toolchain,
    provider: manifest.provider.name,
    model: modelOf(manifest),
    value: manifest.value === null ? ('off' as const) : ('on' as const),
    valueModel: manifest.value === null ? null : { name: manifest.value.name, hash: manifest.value.hash },
    ...(effort.ebm !== null && { ebm: { ...effort.ebm } }),
    ...(effort.hybrid !== null && { hybrid: { ...effort.hybrid } }),
    seed: search.seed,
    temperature: search.temperature,
    strategy: search.strategy,
    corpus: {
      reference: manifest.corpus.reference,
      revision: manifest.corpus.revision,
      sha256: manifest.corpus.sha256,
    },
    canaries: { run: tally.canaries.run, closed: tally.canaries.closed.length, names: [...tally.canaries.closed] },
    suspect: tally.suspect,
    noisy:
      tally.noisy === null
        ? null
        : {
            temperature: manifest.noisy!,
            proved: tally.noisy.proved.n,
            searched: tally.noisy.proved.of,
            ...rateFields(tally.noisy.proved),
            errors: tally.noisy.errors,
          },
    trajectories: { ...tally.trajectories },
    resumedFrom: manifest.resumedFrom,
    resumptions: tally.resumptions,
    warnings: tally.warnings.map(({ message }) => message),
    configuration: Object.fromEntries(Object.entries(manifest.configuration).map(([key, { value }]) => [key, value])),
    program: manifest.program,
    git_commit: manifest.gitCommit,
  };
}

const rateFields = ({ rate, wilson95 }: Rate): { rate: number; wilson95: [number, number] } => ({
  rate,
  wilson95: [...wilson95],
});

const solvedOf = (rate: Rate) => ({ solved: rate.n, total: rate.of, ...rateFields(rate) });

function errorsByStage({ errors }: RunTally): Record<ErrorStage, number> {
  const stages: Record<ErrorStage, number> = { start: 0, lean: 0, policy: 0, value: 0, engine: 0 };
  for (const { stage, searches } of errors) stages[stage] += searches;
  return stages;
}
