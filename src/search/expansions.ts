import type { DerivedEvent } from './events.ts';
import { rankCandidates, rankTyped } from './rank.ts';
import type { SearchRequest } from './request.ts';
import { type SearchState, stateKey } from './state.ts';

/** Work in flight for one node: an expansion, or a typed tactic (`expansion` null). */
interface Job {
  readonly expansion: number | null;
  readonly node: number;
  readonly round: number;
  /** The provider holds nothing back for a later round. */
  exhausted: boolean;
  /** Candidates being tried, in rank order; null until they are known. */
  order: readonly number[] | null;
  /** How many of them have entered the tree. */
  applied: number;
  /** Nodes made by this job. */
  readonly added: number[];
}

/** A job that is over. */
export type FinishedJob = Readonly<Pick<Job, 'expansion' | 'node' | 'round' | 'exhausted' | 'added'>>;

export interface ExpansionHooks {
  readonly emit: (event: DerivedEvent) => void;
  readonly request: (request: SearchRequest) => void;
  readonly onFinished: (job: FinishedJob) => void;
  /** A candidate left no goal open. */
  readonly onClosed: (node: number) => void;
}

/**
 * The expansions in flight. Answers come in any order, but enter the tree in candidate order and, within a batch, in the
 * order in which the nodes were taken, so the tree does not depend on how fast Lean was. Only a closed proof is acted on
 * at once.
 */
export class Expansions {
  readonly #state: SearchState;
  readonly #hooks: ExpansionHooks;
  #jobs: Job[] = [];
  #begun = 0;

  constructor(state: SearchState, hooks: ExpansionHooks) {
    this.#state = state;
    this.#hooks = hooks;
  }

  get inFlight(): boolean {
    return this.#jobs.length > 0;
  }

  begin(nodes: readonly number[]): void {
    const asked = nodes.map((node) => {
      const { round, status, expansion: before } = this.#node(node);
      // A node forced out of turn after its provider had nothing more is asked for its next round all the same.
      const next = before !== null && status !== 'open' ? round + 1 : round;
      const expansion = this.#begun++;
      this.#hooks.emit({ kind: 'expansion.begun', expansion, node, round: next });
      this.#jobs.push(newJob(expansion, node, next));
      return { node, round: next };
    });
    this.#hooks.request({ kind: 'propose', nodes: asked });
  }

  /** The provider has answered for a node. */
  proposed(node: number, round: number, exhausted: boolean): void {
    const job = this.#proposing(node);
    if (job?.round !== round) return;
    const { candidates } = this.#node(node);
    const ranked = rankCandidates(this.#state.proposals.get(node) ?? [], candidates, this.#state.settings);
    this.#hooks.emit({ kind: 'candidates.ranked', node, round, candidates: ranked });
    job.exhausted = exhausted;
    const order = ranked.filter((c) => !c.dropped).map((c) => c.candidate);
    this.#startTries(job, order);
  }

  /** The provider had no answer for a node: its job is dropped. False when there was none. */
  failed(node: number): boolean {
    const job = this.#proposing(node);
    this.#jobs = this.#jobs.filter((j) => j !== job);
    return job !== undefined;
  }

  typed(node: number, tactic: string): void {
    const record = this.#state.nodes[node];
    if (!record || record.goals.length === 0) return;
    const ranked = rankTyped(tactic, record.candidates);
    this.#hooks.emit({ kind: 'candidates.ranked', node, round: record.round, candidates: [ranked], typed: true });
    if (ranked.dropped) return;
    const job = newJob(null, node, record.round);
    this.#jobs.push(job);
    this.#startTries(job, [ranked.candidate]);
  }

  /** Lean has answered for a candidate. */
  answered(node: number, candidate: number): void {
    const job = this.#jobs.find((j) => j.node === node && j.order?.includes(candidate));
    const status = this.#state.nodes[node]?.candidates[candidate]?.status;
    if (!job || status?.kind !== 'answered') return;
    if (status.outcome.kind === 'goals' && status.outcome.goals.length === 0) {
      this.#hooks.onClosed(this.addNode(node, candidate, []));
    }
    this.#applyAnswers();
  }

  /** Adds a node to the tree and returns its number. */
  addNode(parent: number | null, candidate: number | null, goals: readonly string[]): number {
    const above = parent === null ? undefined : this.#node(parent);
    const proposed = candidate === null ? undefined : above?.candidates[candidate];
    const logProb = proposed ? (proposed.logProb ?? this.#state.settings.unknown_log_prob) : 0;
    const node = this.#state.nodes.length;
    this.#hooks.emit({
      kind: 'node.added',
      node,
      parent,
      candidate,
      goals: [...goals],
      depth: above ? above.depth + 1 : 0,
      logProb,
      pathLogProb: (above?.pathLogProb ?? 0) + logProb,
    });
    return node;
  }

  /** Ends all jobs: what was answered enters the tree, what was not is given up and may be tried again later. */
  giveUp(): FinishedJob[] {
    if (this.#jobs.length > 0) this.#hooks.request({ kind: 'cancelTries', tries: null });
    const given = this.#jobs.splice(0);
    for (const job of given) {
      const left = job.order?.slice(job.applied) ?? [];
      for (const index of left) this.#applyAnswer(job, index);
      const open = left.filter((index) => this.#status(job.node, index) !== 'answered');
      if (open.length > 0) this.#hooks.emit({ kind: 'candidates.skipped', node: job.node, candidates: open });
      this.#emitEnded(job);
    }
    return given;
  }

  /** What is still to be answered, to be asked again after a session was reopened. */
  outstanding(): SearchRequest[] {
    const proposing = this.#jobs.filter((job) => job.order === null).map(({ node, round }) => ({ node, round }));
    const tries = this.#jobs.flatMap((job) =>
      (job.order ?? [])
        .filter((index) => this.#status(job.node, index) !== 'answered')
        .map((index) => this.#tryRequest(job.node, index)),
    );
    return [...(proposing.length > 0 ? [{ kind: 'propose', nodes: proposing } as const] : []), ...tries];
  }

  #proposing(node: number): Job | undefined {
    return this.#jobs.find((j) => j.node === node && j.order === null);
  }

  #startTries(job: Job, order: readonly number[]): void {
    job.order = order;
    for (const index of order) this.#hooks.request(this.#tryRequest(job.node, index));
    this.#applyAnswers();
  }

  #tryRequest(node: number, index: number): SearchRequest {
    const candidate = this.#node(node).candidates[index];
    const limit = this.#state.settings.tactic_heartbeats;
    const heartbeats = Math.min(candidate?.heartbeats ?? limit, limit);
    return { kind: 'tryTactic', node, candidate: index, tactic: candidate?.tactic ?? '', heartbeats };
  }

  #applyAnswers(): void {
    let earlierUnfinished = false;
    for (const job of this.#jobs.slice()) {
      const typed = job.expansion === null;
      if (earlierUnfinished && !typed) continue;
      while (job.order && job.applied < job.order.length) {
        const index = job.order[job.applied] as number;
        if (this.#status(job.node, index) !== 'answered') break;
        job.applied += 1;
        this.#applyAnswer(job, index);
        if (this.#settles(job.node, index)) this.#giveUpRest(job);
      }
      if (job.order && job.applied === job.order.length) this.#finish(job);
      else if (!typed) earlierUnfinished = true;
    }
  }

  #applyAnswer(job: Job, index: number): void {
    const status = this.#node(job.node).candidates[index]?.status;
    if (status?.kind !== 'answered' || status.outcome.kind !== 'goals') return;
    const { goals } = status.outcome;
    // A closed state entered the tree when the answer came.
    if (goals.length === 0) return;
    const known = this.#state.nodeByState.get(stateKey(goals));
    if (known !== undefined) this.#hooks.emit({ kind: 'node.repeated', node: job.node, candidate: index, of: known });
    else job.added.push(this.addNode(job.node, index, goals));
  }

  /**
   * Whether a candidate closed the goal that it was given and left the others as they were. Then no other way to close that
   * goal is of use: goals whose text is the same share nothing that was decided by the closed one.
   */
  #settles(node: number, index: number): boolean {
    const { goals, candidates } = this.#node(node);
    const status = candidates[index]?.status;
    if (goals.length < 2 || status?.kind !== 'answered' || status.outcome.kind !== 'goals') return false;
    return stateKey(status.outcome.goals) === stateKey(goals.slice(1));
  }

  #giveUpRest(job: Job): void {
    const open = (job.order ?? []).slice(job.applied).filter((index) => this.#status(job.node, index) !== 'answered');
    if (open.length > 0) {
      this.#hooks.request({ kind: 'cancelTries', tries: { node: job.node, candidates: open } });
      this.#hooks.emit({ kind: 'candidates.skipped', node: job.node, candidates: open });
    }
    job.order = (job.order ?? []).slice(0, job.applied);
    job.exhausted = true;
  }

  #finish(job: Job): void {
    this.#jobs = this.#jobs.filter((j) => j !== job);
    this.#emitEnded(job);
    this.#hooks.onFinished(job);
  }

  #emitEnded({ expansion, node, round, added }: Job): void {
    if (expansion === null) return;
    this.#hooks.emit({ kind: 'expansion.ended', expansion, node, round, children: added.length });
  }

  #status(node: number, candidate: number): string | undefined {
    return this.#state.nodes[node]?.candidates[candidate]?.status.kind;
  }

  #node(id: number) {
    const node = this.#state.nodes[id];
    if (!node) throw new Error(`the search has no node ${id}`);
    return node;
  }
}

const newJob = (expansion: number | null, node: number, round: number): Job => ({
  expansion,
  node,
  round,
  exhausted: true,
  order: null,
  applied: 0,
  added: [],
});
