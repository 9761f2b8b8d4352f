import * as fc from 'fast-check';
import type { Theorem } from '../../src/corpus/theorem-list.ts';
import type { RunEvent } from '../../src/run/events.ts';
import type { Manifest } from '../../src/run/manifest.ts';
import type { JobOutcome } from '../../src/run/outcome.ts';
import { planJobs } from '../../src/run/plan.ts';
import { emptyRunState, type RunState, reduceRun } from '../../src/run/state.ts';
import { searchSettingsSchema } from '../../src/search/settings.ts';
import { manifestFor, outcome } from '../fixtures/runs.ts';

/** A manifest of a run that could have been. */
export function sampleManifest(changes: Partial<Manifest> = {}): Manifest {
  return manifestFor([], {
    id: 'adhoc/sample',
    command: 'eval',
    argv: ['eval', '--theorems', 'list.json'],
    createdAt: '2026-11-20T12:00:00.000Z',
    gitCommit: null,
    corpus: { reference: 'list.json', theorems: 3, sha256: 'aa', revision: 'bb', preamble: [] },
    search: searchSettingsSchema.parse({ timeout: 60 }),
    budgets: [10],
    canaries: false,
    lean: { kind: 'embedded', toolchain: 'Lean 4.28.0', imports: ['Init'] },
    configuration: { 'search.seed': { value: 0, origin: 'default' } },
    host: { name: 'here', platform: 'linux', cpus: 2, memoryBytes: 1e9, gpus: [] },
    ...changes,
  });
}

/** An outcome of a search that used up its budget, with changes. */
export function sampleOutcome(changes: Partial<JobOutcome> = {}): JobOutcome {
  return outcome({
    reason: 'used up',
    expansions: 10,
    nodes: 30,
    maxDepth: 4,
    peakOpen: 12,
    candidates: {
      ...outcome().candidates,
      proposed: 80,
      unusable: 4,
      unique: 60,
      tried: 60,
      applied: 29,
      failed: 30,
      timedOut: 1,
      duplicateText: 20,
      duplicateState: 3,
    },
    candidatesPerExpansion: { min: 4, sum: 60, max: 8, count: 10 },
    timeMs: { total: 1000, lean: 600, policy: 100, value: 0, verdict: 0 },
    ...changes,
  });
}

export const provedOutcome = (changes: Partial<JobOutcome> = {}): JobOutcome =>
  sampleOutcome({
    status: 'proved',
    reason: 'proved',
    level: 'V3',
    accepted: true,
    proof: ['intro n', 'rfl'],
    ...changes,
  });

export const failedOutcome = (stage: 'start' | 'lean' | 'policy', category: string, message = 'no'): JobOutcome =>
  sampleOutcome({ status: 'error', reason: message, error: { stage, category, message }, expansions: 0, nodes: 0 });

export const theoremsOf = (count: number, sources: readonly (string | undefined)[] = [undefined]): readonly Theorem[] =>
  Array.from({ length: count }, (_, i) => {
    const source = sources[i % sources.length];
    return { name: `t${i}`, statement: 'True', ...(source !== undefined && { source }) };
  });

/** Builds the state of a run from its events, each some milliseconds after the one before. */
export class SampleRun {
  readonly manifest: Manifest;
  state: RunState;
  #seq = 0;
  #t = 0;

  constructor(manifest: Manifest, theorems: readonly Theorem[]) {
    this.manifest = manifest;
    this.state = emptyRunState(planJobs(manifest, theorems));
    this.add({ kind: 'run.opened', id: manifest.id, createdAt: manifest.createdAt, format: 1, program: '0.1.0' });
    this.ready();
  }

  ready(): void {
    this.add({ kind: 'run.ready', toolchain: 'Lean 4.28.0', workers: 2, concurrency: 2 });
  }

  add(event: RunEvent, afterMs = 0): void {
    this.#t += afterMs;
    this.#seq += 1;
    this.state = reduceRun(this.state, { seq: this.#seq, t: this.#t, event });
  }

  /** A search that took `ms`, alone. */
  search(job: string, outcome: JobOutcome, ms = 1000): void {
    this.add({ kind: 'job.started', job });
    this.add({ kind: 'job.ended', job, outcome }, ms);
  }
}

const count = fc.nat({ max: 40 });

/** Outcomes of all kinds. */
export const outcomeArbitrary: fc.Arbitrary<JobOutcome> = fc
  .record({
    status: fc.constantFrom('proved', 'exhausted', 'budget', 'timeout', 'error', 'stopped'),
    level: fc.constantFrom('V0', 'V1', 'V2', 'V3', null),
    expansions: count,
    nodes: count,
    candidates: fc.record({
      proposed: count,
      unusable: count,
      unique: count,
      tried: count,
      applied: count,
      failed: count,
      timedOut: count,
      duplicateText: count,
      duplicateState: count,
      blocked: count,
      lost: count,
    }),
    per: fc.record({ min: count, sum: count, max: count, count }),
    lean: count,
    stage: fc.constantFrom('start', 'lean', 'policy', 'value', 'engine'),
    category: fc.constantFrom('unknownTheorem', 'workerLost'),
  })
  .map(({ status, level, per, lean, stage, category, ...rest }) =>
    sampleOutcome({
      ...rest,
      status,
      candidatesPerExpansion: per,
      timeMs: { total: lean * 2, lean, policy: 3, value: 0, verdict: 1 },
      ...(status === 'proved'
        ? { level: level === 'V2' ? level : 'V3', accepted: true, proof: ['rfl'] }
        : { level, ...(level !== null && { refused: 'axiom' }) }),
      ...(status === 'error' && { error: { stage, category, message: 'no' } }),
    }),
  );
