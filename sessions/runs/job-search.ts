import type { LeanProblem } from '../../src/lean/pool/types.ts';
import { unfitName } from '../../src/lean/verdict/assemble.ts';
import type { ProposeResult, TacticProvider } from '../../src/policy/provider.ts';
import type { Job } from '../../src/run/job.ts';
import type { RootFailure } from '../../src/run/job-error.ts';
import { LatencyCounter } from '../../src/run/latency.ts';
import type { LiveStatus } from '../../src/run/live-status.ts';
import type { JobError, JobOutcome } from '../../src/run/outcome.ts';
import { SearchDriver } from '../../src/search/driver.ts';
import type { Problem, SearchEvent } from '../../src/search/events.ts';
import { SearchMachine } from '../../src/search/machine.ts';
import type { SearchSettings } from '../../src/search/settings.ts';
import type { SearchState } from '../../src/search/state.ts';
import { type Clock, systemClock, type VerdictFacts } from '../../src/search/world.ts';
import { type ValueModel, valueRecord } from '../../src/value/score/value-model.ts';
import { providerRecord } from '../provider-record.ts';
import type { JobLog } from './job-log.ts';
import { outcomeOf } from './job-outcome.ts';

/** What the searches of a run share. */
export interface SearchSupply {
  problem(problem: Problem): LeanProblem;
  /** Decides how a theorem that is given as a printed goal is started. */
  settle(problem: Problem): Promise<Problem>;
  judge(problem: Problem, proof: readonly string[]): Promise<VerdictFacts>;
  readonly provider: TacticProvider;
  /** Left out or null: the searches have no value model. */
  readonly value?: ValueModel | null;
  readonly worker: { readonly kind: string; readonly toolchain: string };
  readonly clock?: Clock;
}

export interface JobSearchOptions {
  readonly job: Job;
  readonly problem: Problem;
  readonly settings: SearchSettings;
  /** Expansions at which the search is looked at on its way, ascending. */
  readonly smallerBudgets: readonly number[];
  readonly log: JobLog;
  readonly supply: SearchSupply;
  /** What to do after the provider or the value model failed: wait in there and go on, or end the search with this error. */
  readonly onFailure: (service: 'provider' | 'value', failure: ServiceFailure) => Promise<'again' | JobError>;
}

export interface ServiceFailure {
  readonly message: string;
  readonly retriable: boolean;
  /** How often it has failed in this search without an answer in between. */
  readonly times: number;
}

export type JobSearchEnd =
  | { readonly kind: 'ended'; readonly outcome: JobOutcome; readonly state: SearchState }
  /** It was stopped before it came to an end. */
  | { readonly kind: 'stopped' };

/** The search of one job: runs to its end by itself, can be paused and stopped, and records everything in the job's log. */
export class JobSearch {
  readonly job: Job;
  readonly #options: JobSearchOptions;
  readonly #driver: SearchDriver;
  readonly #stopped = Promise.withResolvers<'stopped'>();
  readonly #latency = { lean: new LatencyCounter(), policy: new LatencyCounter(), value: new LatencyCounter() };
  /** The expansion in which a node got its newest candidates, from 1. */
  readonly #expandedAt = new Map<number, number>();
  readonly #atBudget: JobOutcome['atBudget'][number][] = [];
  #continued = Promise.withResolvers<void>();
  #isPaused = false;
  #rootFailure: RootFailure | null = null;
  #failure: ServiceFailure | null = null;
  /** How often the value model has failed without an answer in between. */
  #valueFailures = 0;
  #error: JobError | null = null;
  #lastSent: { readonly node: number; readonly candidate: number } | null = null;

  constructor(options: JobSearchOptions) {
    const { job, problem, supply } = options;
    this.job = job;
    this.#options = options;
    const world = {
      prover: startable(supply.problem(problem), job.theorem),
      provider: this.#watched(supply.provider),
      value: supply.value ?? null,
      judge: (proof: readonly string[]) => supply.judge(problem, proof),
      clock: supply.clock ?? systemClock,
    };
    this.#driver = new SearchDriver(new SearchMachine(), world, (event) => this.#record(event), { inOrder: true });
  }

  /** Searches. Resolves when the search has ended and its workers are free again, or soon after `stop`. */
  async run(): Promise<JobSearchEnd> {
    const { problem, settings, supply } = this.#options;
    this.#driver.input({
      kind: 'search.opened',
      problem,
      settings,
      provider: providerRecord(supply.provider),
      worker: supply.worker,
      ...(supply.value != null && { value: valueRecord(supply.value) }),
    });
    const isOver = await this.#toTheEnd();
    // A native worker is free again only when a new one has started: a run that stops now does not wait for that.
    await this.#unlessStopped(this.#driver.close());
    if (!isOver) return { kind: 'stopped' };
    const { state, runningMs } = this.#driver;
    const outcome = outcomeOf(state, {
      theorem: this.job.theorem,
      rootFailure: this.#rootFailure,
      error: this.#error,
      provedAt: this.#provedAt(),
      runningMs,
      atBudget: this.#atBudget,
      latency: this.#latency,
    });
    return { kind: 'ended', outcome, state };
  }

  /** Takes no further candidates until `continue`; `by` the disk when nothing can be recorded. */
  pause(by: 'user' | 'disk'): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    if (this.#driver.state.mode === 'running')
      this.#driver.input({ kind: 'user.pause', ...(by === 'disk' && { by: 'disk' as const }) });
  }

  continue(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#continued.resolve();
    this.#continued = Promise.withResolvers();
  }

  /** Leaves the search as it is. */
  stop(): void {
    this.#stopped.resolve('stopped');
  }

  /** How it stands, for people who look on. */
  get live(): LiveStatus['inFlight'][number] {
    const { state, runningMs } = this.#driver;
    const sent = this.#lastSent;
    return {
      job: this.job.id,
      theorem: this.job.theorem,
      expansions: state.statistics.expansions,
      nodes: state.nodes.length,
      open: state.openCount,
      runningMs: Math.round(runningMs),
      depth: state.statistics.maxDepth,
      tactic: sent === null ? null : (state.nodes[sent.node]?.candidates[sent.candidate]?.tactic ?? null),
    };
  }

  /** False when it was stopped before the end. */
  async #toTheEnd(): Promise<boolean> {
    for (;;) {
      const settled = await this.#unlessStopped(this.#driver.settled());
      if (settled === 'stopped') return false;
      if (settled.ended !== null) return !isOurFault(this.#rootFailure);
      const failed = this.#failedService(settled);
      if (failed !== null) {
        const next = await this.#unlessStopped(this.#options.onFailure(...failed));
        if (next === 'stopped') return false;
        if (next !== 'again') {
          this.#error = next;
          this.#driver.input({ kind: 'user.stop' });
          return true;
        }
      }
      while (this.#isPaused) if ((await this.#unlessStopped(this.#continued.promise)) === 'stopped') return false;
      this.#driver.input({ kind: 'user.run' });
    }
  }

  /** What the search was paused by, and how; null when by something else. */
  #failedService({ pausedBy, valueFailure }: SearchState): readonly ['provider' | 'value', ServiceFailure] | null {
    if (pausedBy === 'provider' && this.#failure !== null) return ['provider', this.#failure];
    if (pausedBy === 'value' && valueFailure !== null)
      return ['value', { ...valueFailure, times: this.#valueFailures }];
    return null;
  }

  #unlessStopped<T>(wanted: Promise<T>): Promise<T | 'stopped'> {
    return Promise.race([wanted, this.#stopped.promise]);
  }

  #record(event: SearchEvent): void {
    this.#options.log.append(event);
    switch (event.kind) {
      case 'root.failed':
        this.#rootFailure = event;
        break;
      case 'expansion.begun':
        // Everything that comes before this expansion is in the state already, and nothing of what comes after.
        this.#noteBudget();
        break;
      case 'candidates.ranked':
        if (event.typed !== true) this.#expandedAt.set(event.node, this.#driver.state.statistics.expansions);
        break;
      case 'candidates.proposed':
        this.#latency.policy.add(event.ms);
        break;
      case 'tactic.sent':
        this.#lastSent = event;
        break;
      case 'tactic.answered':
        this.#latency.lean.add(event.ms);
        break;
      case 'values.scored':
        this.#latency.value.add(event.ms);
        this.#valueFailures = 0;
        break;
      case 'value.failed':
        this.#valueFailures += 1;
        break;
      default:
    }
  }

  #provedAt(): number | undefined {
    const { proof, nodes } = this.#driver.state;
    const parent = proof === null ? null : (nodes[proof.node]?.parent ?? null);
    return parent === null ? undefined : this.#expandedAt.get(parent);
  }

  #noteBudget(): void {
    const { state, runningMs } = this.#driver;
    const { expansions, peakOpen } = state.statistics;
    for (const maxNodes of this.#options.smallerBudgets.slice(this.#atBudget.length))
      if (expansions >= maxNodes)
        this.#atBudget.push({ maxNodes, nodes: state.nodes.length, peakOpen, ms: Math.round(runningMs) });
  }

  /** The provider, keeping in mind whether its last failure may be tried again. It must not reject: a search would hang. */
  #watched(provider: TacticProvider): TacticProvider {
    return {
      name: provider.name,
      kind: provider.kind,
      identities: provider.identities ?? [],
      propose: async (request) => {
        const result = await provider.propose(request).catch(
          (error: unknown): ProposeResult => ({
            kind: 'providerFailed',
            message: `the provider ${provider.name} broke down: ${error instanceof Error ? error.message : String(error)}`,
            retriable: false,
          }),
        );
        const { message, retriable } = result.kind === 'providerFailed' ? result : { message: null, retriable: false };
        this.#failure = message === null ? null : { message, retriable, times: (this.#failure?.times ?? 0) + 1 };
        return result;
      },
      close: () => provider.close(),
    };
  }
}

/** Without a name that can stand for a proof no proof would count: that is known before anything is searched. */
function startable(prover: LeanProblem, theorem: string): LeanProblem {
  const message = unfitName(theorem);
  if (message === null) return prover;
  return {
    start: async () => ({ kind: 'startFailed', category: 'badName', message }),
    tryTactic: (...asked) => prover.tryTactic(...asked),
    release: (keys) => prover.release(keys),
    close: () => prover.close(),
  };
}

/** The workers were closed under it: the statement is not to blame. */
function isOurFault(failure: RootFailure | null): boolean {
  return failure !== null && (failure.category === 'closed' || failure.category === 'cancelled');
}
