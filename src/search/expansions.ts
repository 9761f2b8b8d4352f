import type { DerivedEvent } from './events.ts';
import { type FinishedJob, type Job, newJob } from './job.ts';
import { rankCandidates, rankTyped } from './rank.ts';
import type { SearchRequest } from './request.ts';
import { type SearchState, stateKey } from './state.ts';
import { isAnswered, nodeOf, settles, type Try, tryRequest } from './tries.ts';
import { rankProofs } from './whole-proof/rank-proofs.ts';
import { ProofReplay } from './whole-proof/replay.ts';

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
  readonly #replay: ProofReplay;
  #jobs: Job[] = [];
  #begun = 0;

  constructor(state: SearchState, hooks: ExpansionHooks) {
    this.#state = state;
    this.#hooks = hooks;
    this.#replay = new ProofReplay(state, hooks.emit);
  }

  /** The nodes whose statistics of whole proofs have changed since the last call. */
  takeTouched(): ReadonlySet<number> {
    return this.#replay.takeTouched();
  }

  get inFlight(): boolean {
    return this.#jobs.length > 0;
  }

  begin(nodes: readonly number[]): void {
    const asked = nodes.map((node) => {
      const { round, status, expansion: before } = nodeOf(this.#state, node);
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
    job.exhausted = exhausted;
    this.#startTries(job, this.#rank(node, round));
  }

  /** Ranks what was proposed for a node, and returns what Lean is to try. */
  #rank(node: number, round: number): Try[] {
    const { settings, proofs } = this.#state;
    const { candidates: earlier } = nodeOf(this.#state, node);
    const proposed = this.#state.proposals.get(node) ?? [];
    if (settings.strategy === 'whole-proof') {
      const { candidates, different } = rankProofs(proposed, earlier, settings, proofs.length);
      this.#hooks.emit({ kind: 'candidates.ranked', node, round, candidates, different });
      return this.#replay.enter(node, candidates);
    }
    const candidates = rankCandidates(proposed, earlier, settings);
    this.#hooks.emit({ kind: 'candidates.ranked', node, round, candidates });
    return candidates.filter((c) => !c.dropped).map(({ candidate }) => ({ node, candidate }));
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
    this.#startTries(job, [{ node, candidate: ranked.candidate }]);
  }

  /** Lean has answered for a candidate. */
  answered(node: number, candidate: number): void {
    const job = this.#jobs.find((j) => j.order?.some((one) => one.node === node && one.candidate === candidate));
    const status = this.#state.nodes[node]?.candidates[candidate]?.status;
    if (!job || status?.kind !== 'answered') return;
    if (status.outcome.kind === 'goals' && status.outcome.goals.length === 0) {
      this.#hooks.onClosed(this.addNode(node, candidate, []));
    }
    this.#applyAnswers();
  }

  /** Adds a node to the tree and returns its number. */
  addNode(parent: number | null, candidate: number | null, goals: readonly string[]): number {
    const above = parent === null ? undefined : nodeOf(this.#state, parent);
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
    this.#replay.beginGivingUp();
    for (const job of given) {
      const left = job.order?.slice(job.applied) ?? [];
      for (const one of left) this.#applyAnswer(job, one);
      this.#emitSkipped(left.filter((one) => !isAnswered(this.#state, one)));
      this.#emitEnded(job);
    }
    this.#replay.ended();
    return given;
  }

  /** What is still to be answered, to be asked again after a session was reopened. */
  outstanding(): SearchRequest[] {
    const proposing = this.#jobs.filter((job) => job.order === null).map(({ node, round }) => ({ node, round }));
    const tries = this.#jobs.flatMap((job) =>
      (job.order ?? []).filter((one) => !isAnswered(this.#state, one)).map((one) => tryRequest(this.#state, one)),
    );
    return [...(proposing.length > 0 ? [{ kind: 'propose', nodes: proposing } as const] : []), ...tries];
  }

  #proposing(node: number): Job | undefined {
    return this.#jobs.find((j) => j.node === node && j.order === null);
  }

  #startTries(job: Job, tries: readonly Try[]): void {
    job.order = [];
    this.#addTries(job, tries);
    this.#applyAnswers();
  }

  #addTries(job: Job, tries: readonly Try[]): void {
    job.order?.push(...tries);
    for (const one of tries) this.#hooks.request(tryRequest(this.#state, one));
  }

  #applyAnswers(): void {
    let earlierUnfinished = false;
    for (const job of this.#jobs.slice()) {
      const typed = job.expansion === null;
      if (earlierUnfinished && !typed) continue;
      while (job.order && job.applied < job.order.length) {
        const one = job.order[job.applied] as Try;
        if (!isAnswered(this.#state, one)) break;
        job.applied += 1;
        this.#applyAnswer(job, one);
        if (settles(this.#state, one)) this.#giveUpRest(job, one.node);
      }
      if (job.order && job.applied === job.order.length) this.#finish(job);
      else if (!typed) earlierUnfinished = true;
    }
  }

  #applyAnswer(job: Job, { node, candidate }: Try): void {
    const status = nodeOf(this.#state, node).candidates[candidate]?.status;
    if (status?.kind !== 'answered') return;
    const { outcome } = status;
    // A closed state entered the tree when the answer came.
    if (outcome.kind === 'goals' && outcome.goals.length > 0) {
      const known = this.#state.nodeByState.get(stateKey(outcome.goals));
      if (known !== undefined) this.#hooks.emit({ kind: 'node.repeated', node, candidate, of: known });
      else job.added.push(this.addNode(node, candidate, outcome.goals));
    }
    this.#addTries(job, this.#replay.settled(node, candidate));
  }

  /** Gives up what is still to be tried at a node. */
  #giveUpRest(job: Job, node: number): void {
    // A step of a whole proof is more than a way to close this goal: the proof says why it goes no further.
    if (this.#state.settings.strategy === 'whole-proof' || this.#replay.isUnderWay) return;
    const order = job.order ?? [];
    const open = order.slice(job.applied).filter((one) => one.node === node && !isAnswered(this.#state, one));
    if (open.length > 0) {
      const candidates = open.map(({ candidate }) => candidate);
      this.#hooks.request({ kind: 'cancelTries', tries: { node, candidates } });
      this.#emitSkipped(open);
    }
    job.order = order.filter((one, i) => i < job.applied || one.node !== node);
    if (node === job.node) job.exhausted = true;
  }

  #emitSkipped(tries: readonly Try[]): void {
    for (const [node, open] of Map.groupBy(tries, (one) => one.node))
      this.#hooks.emit({ kind: 'candidates.skipped', node, candidates: open.map(({ candidate }) => candidate) });
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
}
