import type { DerivedEvent, InputEvent, SearchStatus } from './events.ts';
import { type Job, openCandidates } from './job.ts';
import { rankCandidates, rankTyped } from './rank.ts';
import { emptySearchState, reduceSearch } from './reduce.ts';
import type { SearchRequest } from './request.ts';
import { nodeScore } from './score.ts';
import { type SearchNode, type SearchState, stateKey } from './state.ts';
import { createStrategy, type SearchStrategy } from './strategy.ts';

export interface MachineOutput {
  readonly derived: readonly DerivedEvent[];
  readonly requests: readonly SearchRequest[];
}

/**
 * The search as a step machine without input or output of its own. Each input event yields the derived events that
 * follow from it, already applied to `state`, and what is to be done outside. The same inputs in the same order give
 * the same events: answers of Lean may arrive in any order, but enter the tree in candidate order and, within a batch,
 * in the order in which the nodes were taken; only a finished proof is acted on at once.
 */
export class SearchMachine {
  readonly state: SearchState = emptySearchState();
  #strategy: SearchStrategy = createStrategy('best-first');
  #jobs: Job[] = [];
  #expansions = 0;
  /** Nodes that a person wants expanded next. */
  #forced: number[] = [];
  #stepsLeft = 0;
  /** A node whose breakpoint has been reported, so that going on passes it. */
  #passing: number | null = null;
  #judging = new Set<number>();
  /** Nodes that the value model has not scored yet. */
  #scoring = new Set<number>();
  #expired = false;
  #derived: DerivedEvent[] = [];
  #requests: SearchRequest[] = [];

  /** Takes one input event. */
  input(event: InputEvent): MachineOutput {
    this.#derived = [];
    this.#requests = [];
    const endedBefore = this.state.mode === 'ended';
    reduceSearch(this.state, event);
    this.#handle(event, endedBefore);
    this.#advance();
    return { derived: this.#derived, requests: this.#requests };
  }

  /** Whether an answer from outside is awaited. */
  get waiting(): boolean {
    return this.#jobs.length > 0 || this.#judging.size > 0 || this.#scoring.size > 0;
  }

  #emit(event: DerivedEvent): void {
    reduceSearch(this.state, event);
    this.#derived.push(event);
  }

  #handle(event: InputEvent, endedBefore: boolean): void {
    switch (event.kind) {
      case 'search.opened':
        this.#strategy = createStrategy(event.settings.strategy);
        this.#requests.push({ kind: 'startRoot' });
        break;
      case 'root.started':
        this.#addNode(null, null, event.goals, 0);
        this.#enqueue([0]);
        break;
      case 'root.failed':
        this.#end('error', event.message);
        break;
      case 'candidates.proposed':
        this.#rank(event.node, event.round, event.exhausted);
        break;
      case 'provider.failed':
        this.#putBack(event.node);
        break;
      case 'tactic.answered':
        this.#answered(event.node, event.candidate);
        break;
      case 'values.scored':
        this.#enqueueScored(event.scores.map(({ node }) => node));
        break;
      case 'verdict.given':
        this.#judging.delete(event.node);
        if (event.accepted) {
          if (this.state.ended?.status !== 'proved') this.#end('proved', `verified at ${event.level}`, event.node);
        } else if (this.#expired && this.#judging.size === 0)
          this.#end('timeout', 'the time for the theorem is used up');
        break;
      case 'time.expired':
        // A proof that is being judged was found in time.
        if (this.#judging.size > 0) this.#expired = true;
        else if (!endedBefore) this.#end('timeout', 'the time for the theorem is used up');
        break;
      case 'user.stop':
        if (!endedBefore) this.#end(...this.#stopReason());
        break;
      case 'user.step':
        this.#stepsLeft = 1;
        this.#expired = false;
        break;
      case 'user.run':
        this.#expired = false;
        break;
      case 'user.expand':
        if (this.#mayExpand(event.node)) this.#forced.push(event.node);
        this.#expired = false;
        break;
      case 'user.tactic':
        this.#typed(event.node, event.tactic);
        break;
      case 'goal.stored':
      case 'tactic.sent':
      case 'user.pause':
      case 'user.breakpoint':
      case 'user.family':
      case 'user.set':
      case 'user.provider':
        break;
    }
  }

  #mayExpand(id: number): boolean {
    const node = this.state.nodes[id];
    return node !== undefined && node.goals.length > 0 && node.status !== 'expanding';
  }

  #stopReason(): [SearchStatus, string] {
    const failure = this.state.providerFailure;
    return failure === null ? ['stopped', 'stopped on request'] : ['error', failure];
  }

  /** Begins expansions while the mode allows it and nothing is in flight. */
  #advance(): void {
    while (!this.waiting && this.state.nodes.length > 0) {
      const { mode } = this.state;
      const forced = this.#forced.shift();
      if (forced !== undefined) {
        this.#strategy.remove(forced);
        this.#begin([forced]);
        continue;
      }
      if (mode === 'stepping' && this.#stepsLeft === 0) return this.#emit({ kind: 'search.paused', reason: 'step' });
      if (mode !== 'running' && mode !== 'stepping') return;
      if (this.state.openCount === 0) return this.#end('exhausted', 'no open node is left');
      const left = this.state.settings.max_nodes - this.state.statistics.expansions;
      if (left <= 0) return this.#end('budget', `max_nodes (${this.state.settings.max_nodes}) expansions are used up`);
      const batch = mode === 'stepping' ? 1 : Math.min(this.state.settings.batch_generate_size, left);
      const { nodes, breakpoint } = this.#takeNodes(batch);
      if (nodes.length > 0) {
        this.#stepsLeft = 0;
        this.#begin(nodes);
      } else if (breakpoint !== null)
        return this.#emit({ kind: 'search.paused', reason: 'breakpoint', node: breakpoint });
    }
  }

  #takeNodes(count: number): { nodes: number[]; breakpoint: number | null } {
    const nodes: number[] = [];
    while (nodes.length < count) {
      const id = this.#strategy.take();
      if (id === null) break;
      const node = this.#node(id);
      if (node.breakpoint && this.state.mode === 'running' && this.#passing !== id) {
        this.#strategy.queue(id, node.score ?? 0);
        if (nodes.length === 0) this.#passing = id;
        return { nodes, breakpoint: id };
      }
      if (node.depth >= this.state.settings.max_depth) this.#emit({ kind: 'node.pruned', node: id, reason: 'depth' });
      else nodes.push(id);
    }
    return { nodes, breakpoint: null };
  }

  #begin(nodes: readonly number[]): void {
    this.#passing = null;
    const asked = nodes.map((node) => {
      const { round, status, expansion } = this.#node(node);
      // A node forced out of turn after its provider had nothing more is asked for its next round all the same.
      const next = expansion !== null && status !== 'open' ? round + 1 : round;
      this.#emit({ kind: 'expansion.begun', expansion: this.#expansions, node, round: next });
      this.#jobs.push({
        expansion: this.#expansions,
        node,
        round: next,
        exhausted: true,
        order: null,
        applied: 0,
        added: [],
      });
      this.#expansions += 1;
      return { node, round: next };
    });
    this.#requests.push({ kind: 'propose', nodes: asked });
  }

  #rank(node: number, round: number, exhausted: boolean): void {
    const job = this.#jobs.find((j) => j.node === node && j.round === round && j.order === null);
    if (!job) return;
    const { candidates } = this.#node(node);
    const ranked = rankCandidates(this.state.proposals.get(node) ?? [], candidates, this.state.settings);
    this.#emit({ kind: 'candidates.ranked', node, round, candidates: ranked });
    job.exhausted = exhausted;
    this.#startTries(
      job,
      ranked.filter((c) => !c.dropped).map((c) => c.candidate),
    );
  }

  #typed(node: number, tactic: string): void {
    const record = this.state.nodes[node];
    if (!record || record.goals.length === 0) return;
    const ranked = rankTyped(tactic, record.candidates);
    this.#emit({ kind: 'candidates.ranked', node, round: record.round, candidates: [ranked], typed: true });
    if (ranked.dropped) return;
    const job: Job = {
      expansion: null,
      node,
      round: record.round,
      exhausted: true,
      order: null,
      applied: 0,
      added: [],
    };
    this.#jobs.push(job);
    this.#startTries(job, [ranked.candidate]);
  }

  #startTries(job: Job, order: readonly number[]): void {
    job.order = order;
    for (const index of order) {
      const candidate = this.#node(job.node).candidates[index];
      if (!candidate) continue;
      const heartbeats = Math.min(
        candidate.heartbeats ?? Number.POSITIVE_INFINITY,
        this.state.settings.tactic_heartbeats,
      );
      this.#requests.push({
        kind: 'tryTactic',
        node: job.node,
        candidate: index,
        tactic: candidate.tactic,
        heartbeats,
      });
    }
    this.#applyAnswers();
  }

  #answered(node: number, candidate: number): void {
    const job = this.#jobs.find((j) => j.node === node && j.order?.includes(candidate));
    const status = this.state.nodes[node]?.candidates[candidate]?.status;
    if (!job || status?.kind !== 'answered') return;
    if (status.outcome.kind === 'goals' && status.outcome.goals.length === 0) this.#closeProof(node, candidate);
    this.#applyAnswers();
  }

  /** Applies answers to the tree as far as the order allows, and ends the jobs that are complete. */
  #applyAnswers(): void {
    let mayApply = true;
    for (const job of this.#jobs.slice()) {
      const typed = job.expansion === null;
      if (!mayApply && !typed) continue;
      this.#applyReady(job);
      if (job.order !== null && job.applied === job.order.length) this.#finish(job);
      else if (!typed) mayApply = false;
    }
  }

  #applyReady(job: Job): void {
    while (job.order !== null && job.applied < job.order.length) {
      const index = job.order[job.applied] as number;
      const status = this.#node(job.node).candidates[index]?.status;
      if (status?.kind !== 'answered') return;
      job.applied += 1;
      this.#applyAnswer(job, index);
    }
  }

  #applyAnswer(job: Job, index: number): void {
    const candidate = this.#node(job.node).candidates[index];
    if (candidate?.status.kind !== 'answered' || candidate.status.outcome.kind !== 'goals') return;
    const { goals } = candidate.status.outcome;
    // A closed state entered the tree when the answer came.
    if (goals.length === 0 || candidate.status.child !== undefined || candidate.status.repeats !== undefined) return;
    const known = this.state.nodeByState.get(stateKey(goals));
    if (known !== undefined) this.#emit({ kind: 'node.repeated', node: job.node, candidate: index, of: known });
    else
      job.added.push(this.#addNode(job.node, index, goals, candidate.logProb ?? this.state.settings.unknown_log_prob));
  }

  #addNode(parent: number | null, candidate: number | null, goals: readonly string[], logProb: number): number {
    const above = parent === null ? undefined : this.#node(parent);
    const node = this.state.nodes.length;
    this.#emit({
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

  #closeProof(parent: number, candidate: number): void {
    const logProb = this.#node(parent).candidates[candidate]?.logProb ?? this.state.settings.unknown_log_prob;
    const node = this.#addNode(parent, candidate, [], logProb);
    const proof = [...(this.state.fork?.prefix ?? []), ...this.path(node)];
    this.#emit({ kind: 'proof.closed', node, proof });
    this.#judging.add(node);
    this.#requests.push({ kind: 'judge', node, proof });
  }

  /** The tactics from the root to a node. */
  path(node: number): string[] {
    const tactics: string[] = [];
    for (let n = this.state.nodes[node]; n?.parent != null; n = this.state.nodes[n.parent])
      tactics.push(n.tactic ?? '');
    return tactics.reverse();
  }

  #finish(job: Job): void {
    this.#jobs = this.#jobs.filter((j) => j !== job);
    const { expansion, node, round } = job;
    if (expansion !== null) {
      this.#emit({ kind: 'expansion.ended', expansion, node, round, children: job.added.length });
      if (!job.exhausted) this.#queue(node, round + 1);
    }
    this.#enqueue(job.added);
  }

  /** Puts new nodes into the frontier, after the value model has scored them where there is one. */
  #enqueue(nodes: readonly number[]): void {
    if (nodes.length === 0) return;
    if (this.state.value === null) for (const node of nodes) this.#queue(node, 0);
    else {
      for (const node of nodes) this.#scoring.add(node);
      this.#requests.push({ kind: 'score', nodes });
    }
  }

  #enqueueScored(nodes: readonly number[]): void {
    for (const node of nodes) if (this.#scoring.delete(node)) this.#queue(node, 0);
  }

  #queue(node: number, round: number): void {
    const score = nodeScore(this.#node(node), round, this.state.settings);
    this.#emit({ kind: 'node.queued', node, score, round });
    this.#strategy.queue(node, score);
  }

  /** The provider had no answer for this node: it waits again, and the search pauses. */
  #putBack(node: number): void {
    const job = this.#jobs.find((j) => j.node === node && j.order === null);
    if (!job) return;
    this.#jobs = this.#jobs.filter((j) => j !== job);
    this.#queue(node, job.round);
    const { mode } = this.state;
    if (mode === 'running' || mode === 'stepping') this.#emit({ kind: 'search.paused', reason: 'provider', node });
  }

  /** Ends the search: what was answered enters the tree, what was not is given up and may be tried again later. */
  #end(status: SearchStatus, reason: string, node?: number): void {
    if (this.#jobs.some((job) => job.order !== null)) this.#requests.push({ kind: 'cancelTries', node: null });
    for (const job of this.#jobs.splice(0)) {
      for (const index of job.order?.slice(job.applied) ?? []) this.#applyAnswer(job, index);
      const open = openCandidates(this.#node(job.node), job);
      if (open.length > 0) this.#emit({ kind: 'candidates.skipped', node: job.node, candidates: open });
      for (const added of job.added) this.#queue(added, 0);
      if (job.expansion === null) continue;
      this.#emit({
        kind: 'expansion.ended',
        expansion: job.expansion,
        node: job.node,
        round: job.round,
        children: job.added.length,
      });
      this.#queue(job.node, job.round);
    }
    this.#enqueueScored([...this.#scoring]);
    this.#judging.clear();
    this.#forced = [];
    this.#emit({ kind: 'search.ended', status, reason, ...(node !== undefined && { node }) });
  }

  #node(id: number): SearchNode {
    const node = this.state.nodes[id];
    if (!node) throw new Error(`the search has no node ${id}`);
    return node;
  }
}
