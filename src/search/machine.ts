import type { DerivedEvent, InputEvent, SearchStatus, StopLimit } from './events.ts';
import { Expansions } from './expansions.ts';
import type { FinishedJob } from './job.ts';
import { emptySearchState, reduceSearch } from './reduce.ts';
import type { SearchRequest } from './request.ts';
import { nodeScore } from './score.ts';
import { Scoring } from './scoring.ts';
import { pathTactics, type SearchState } from './state.ts';
import { createStrategy } from './strategies.ts';
import type { SearchStrategy } from './strategy.ts';
import { Rounds } from './whole-proof/rounds.ts';
import { usedUp } from './whole-proof/sampling.ts';

export interface MachineOutput {
  readonly derived: readonly DerivedEvent[];
  readonly requests: readonly SearchRequest[];
}

const TIME_IS_UP = 'the time for the theorem is used up';

/**
 * The search as a step machine without input or output of its own. Each input event yields the derived events that
 * follow from it, already applied to `state`, and what is to be done outside. The same inputs in the same order give
 * the same events; that is what makes a session replayable, and a recorded session verifiable.
 */
export class SearchMachine {
  readonly state: SearchState = emptySearchState();
  readonly #expansions = new Expansions(this.state, {
    emit: (event) => this.#emit(event),
    request: (request) => this.#requests.push(request),
    onFinished: (job) => this.#finished(job),
    onClosed: (node) => this.#judge(node),
  });
  #strategy: SearchStrategy = createStrategy(this.state.settings.strategy);
  /** Nodes that a person wants expanded next. */
  #forced: number[] = [];
  #stepWanted = false;
  /** A node whose breakpoint has been reported, so that going on passes it. */
  #reported: number | null = null;
  readonly #judging = new Map<number, readonly string[]>();
  readonly #scoring = new Scoring(this.state, {
    emit: (event) => this.#emit(event),
    request: (request) => this.#requests.push(request),
    queue: (node, round) => this.#queue(node, round),
    onRescaled: () => this.#requeue(),
  });
  readonly #rounds = new Rounds(this.state, (node, round) => this.#queue(node, round));
  #expired = false;
  #derived: DerivedEvent[] = [];
  #requests: SearchRequest[] = [];

  /** Takes one input event. */
  input(event: InputEvent): MachineOutput {
    this.#derived = [];
    this.#requests = [];
    const hadEnded = this.state.mode === 'ended';
    reduceSearch(this.state, event);
    this.#handle(event, hadEnded);
    this.#advance();
    return { derived: this.#derived, requests: this.#requests };
  }

  /** Whether an answer from outside is awaited. */
  get waiting(): boolean {
    return this.#expansions.inFlight || this.#judging.size > 0 || this.#scoring.inFlight;
  }

  /** Everything that was asked for and has not been answered, to be asked again after a session was reopened. */
  outstanding(): SearchRequest[] {
    if (this.state.problem && this.state.nodes.length === 0 && !this.state.ended) return [{ kind: 'startRoot' }];
    const judge = this.#nextToJudge();
    return [...this.#expansions.outstanding(), ...this.#scoring.outstanding(), ...(judge ? [judge] : [])];
  }

  #emit(event: DerivedEvent): void {
    reduceSearch(this.state, event);
    this.#derived.push(event);
  }

  #handle(event: InputEvent, hadEnded: boolean): void {
    switch (event.kind) {
      case 'search.opened':
        this.#strategy = createStrategy(event.settings.strategy);
        this.#requests.push({ kind: 'startRoot' });
        break;
      case 'root.started':
        if (this.state.nodes.length === 0) this.#scoring.add([this.#expansions.addNode(null, null, event.goals)]);
        break;
      case 'root.failed':
        this.#end('error', event.message);
        break;
      case 'candidates.proposed':
        this.#expansions.proposed(event.node, event.round, event.exhausted);
        break;
      case 'provider.failed':
        this.#providerFailed(event.node, event.round);
        break;
      case 'tactic.answered':
        this.#expansions.answered(event.node, event.candidate);
        break;
      case 'values.scored':
        this.#scoring.scored([...event.scores, ...(event.refused ?? [])].map(({ node }) => node));
        break;
      case 'value.failed':
        if (this.#scoring.failed(event.nodes)) this.#pause('value', event.nodes[0]);
        break;
      case 'verdict.given':
        this.#judged(event.node, event.accepted, event.level);
        break;
      case 'time.expired':
        // A proof that is being judged was found in time.
        if (this.#judging.size > 0) this.#expired = true;
        else if (!hadEnded) this.#end('timeout', TIME_IS_UP);
        break;
      case 'user.stop':
        if (!hadEnded) this.#stop();
        break;
      case 'user.step':
        this.#stepWanted = true;
        this.#expired = false;
        this.#scoring.goOn();
        break;
      case 'user.run':
        this.#expired = false;
        this.#scoring.goOn();
        break;
      case 'user.expand':
        if (this.#mayExpand(event.node)) this.#forced.push(event.node);
        this.#stepWanted = false;
        this.#expired = false;
        this.#scoring.goOn();
        break;
      case 'user.tactic':
        this.#expansions.typed(event.node, event.tactic);
        break;
      case 'user.set':
        this.#scoring.settingsChanged(event.changes);
        this.#rounds.settingsChanged(event.changes);
        break;
      case 'user.value':
        this.#scoring.modelChanged();
        break;
      case 'goal.stored':
      case 'tactic.sent':
      case 'time.noted':
      case 'user.pause':
      case 'user.breakpoint':
      case 'user.family':
      case 'user.provider':
        break;
    }
  }

  #mayExpand(id: number): boolean {
    const node = this.state.nodes[id];
    return node !== undefined && node.goals.length > 0 && node.status !== 'expanding';
  }

  /** Begins expansions while the mode allows it and nothing is in flight. */
  #advance(): void {
    while (!this.waiting && this.state.nodes.length > 0) {
      const { mode, settings, statistics } = this.state;
      const forced = this.#forced.shift();
      if (forced !== undefined) {
        this.#strategy.remove(forced);
        this.#expansions.begin([forced]);
        return;
      }
      if (mode === 'stepping' && !this.#stepWanted) {
        this.#emit({ kind: 'search.paused', reason: 'step' });
        return;
      }
      if (mode !== 'running' && mode !== 'stepping') return;
      const left = settings.max_nodes - statistics.expansions;
      const isWholeProof = settings.strategy === 'whole-proof';
      const spent = isWholeProof ? usedUp(this.state) : null;
      if (spent !== null) this.#end('budget', spent.reason, { limit: spent.limit });
      else if (this.state.openCount === 0) {
        if (!this.#rounds.beginAgain()) this.#end('exhausted', 'no open node is left');
      } else if (left <= 0) this.#end('budget', `max_nodes (${settings.max_nodes}) expansions are used up`);
      else this.#expandNext(mode === 'stepping' ? 1 : Math.min(settings.batch_generate_size, left));
    }
  }

  #expandNext(count: number): void {
    const nodes: number[] = [];
    while (nodes.length < count) {
      const id = this.#strategy.take();
      const node = id === null ? undefined : this.state.nodes[id];
      if (id === null || !node) break;
      if (node.breakpoint && this.state.mode === 'running' && this.#reported !== id) {
        this.#strategy.queue(id, node.score ?? 0);
        if (nodes.length > 0) break;
        this.#reported = id;
        this.#emit({ kind: 'search.paused', reason: 'breakpoint', node: id });
        return;
      }
      if (node.depth >= this.state.settings.max_depth) this.#emit({ kind: 'node.pruned', node: id, reason: 'depth' });
      else nodes.push(id);
    }
    if (nodes.length === 0) return;
    this.#reported = null;
    this.#stepWanted = false;
    this.#expansions.begin(nodes);
  }

  #finished(job: FinishedJob): void {
    if (job.expansion !== null && !job.exhausted) {
      if (this.state.settings.strategy === 'whole-proof') this.#rounds.ended(job.node, job.round);
      else this.#queue(job.node, job.round + 1);
    }
    this.#scoring.add(job.added);
    this.#rescoreProofs();
  }

  /** Whole proofs have changed what the scores of nodes are made of. */
  #rescoreProofs(): void {
    const touched = this.#expansions.takeTouched();
    if (this.state.settings.strategy === 'whole-proof') this.#rounds.rescore(touched);
  }

  #queue(id: number, round: number): void {
    const node = this.state.nodes[id];
    if (!node) return;
    const score = nodeScore(node, round, this.state);
    this.#emit({ kind: 'node.queued', node: id, score, round });
    this.#strategy.queue(id, score);
  }

  /** All open nodes have new scores. */
  #requeue(): void {
    for (const { id, status, score } of this.state.nodes) if (status === 'open') this.#strategy.queue(id, score ?? 0);
  }

  #judge(node: number): void {
    const proof = pathTactics(this.state, node);
    this.#emit({ kind: 'proof.closed', node, proof });
    this.#judging.set(node, proof);
    // One at a time: mostly the first is accepted, and then nobody needs the others.
    if (this.#judging.size === 1) this.#requests.push({ kind: 'judge', node, proof });
  }

  #judged(node: number, accepted: boolean, level: string | null): void {
    this.#judging.delete(node);
    if (this.state.ended?.status === 'proved') return;
    const next = this.#nextToJudge();
    if (accepted) this.#end('proved', `verified at ${level}`, { node });
    else if (next) this.#requests.push(next);
    else if (this.#expired) this.#end('timeout', TIME_IS_UP);
  }

  #nextToJudge(): SearchRequest | undefined {
    for (const [node, proof] of this.#judging) return { kind: 'judge', node, proof };
    return undefined;
  }

  /** The provider had no answer: the node waits again, and the search pauses. */
  #providerFailed(node: number, round: number): void {
    if (!this.#expansions.failed(node)) return;
    this.#queue(node, round);
    this.#pause('provider', node);
  }

  #pause(reason: 'provider' | 'value', node: number | undefined): void {
    const { mode } = this.state;
    if (mode !== 'running' && mode !== 'stepping') return;
    this.#emit({ kind: 'search.paused', reason, ...(node !== undefined && { node }) });
  }

  #stop(): void {
    const failure = this.state.providerFailure ?? this.state.valueFailure?.message ?? null;
    if (failure === null) this.#end('stopped', 'stopped on request');
    else this.#end('error', failure);
  }

  #end(status: SearchStatus, reason: string, about: { readonly node?: number; readonly limit?: StopLimit } = {}): void {
    for (const job of this.#expansions.giveUp()) {
      if (job.expansion !== null) this.#queue(job.node, job.round);
      for (const added of job.added) this.#queue(added, 0);
    }
    this.#rescoreProofs();
    this.#scoring.giveUp();
    this.#judging.clear();
    this.#forced = [];
    this.#emit({ kind: 'search.ended', status, reason, ...about });
  }
}
