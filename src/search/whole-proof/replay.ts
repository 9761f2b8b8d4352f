import type { DerivedEvent, RankedCandidate } from '../events.ts';
import type { CandidateRecord, SearchNode, SearchState } from '../state.ts';
import { nodeOf, type Try } from '../tries.ts';
import type { ProofEnd } from './events.ts';
import { rankSteps } from './rank-proofs.ts';
import type { SampledProof } from './sampled-proof.ts';
import { beginningOfRun, endAfter, type ProofRun, runAfter, type TakenStep } from './stop-rules.ts';

/** Proofs whose next step is this candidate. */
interface Bundle extends Try {
  readonly proofs: readonly number[];
}

/**
 * Replays whole proofs over the tree, which is their trie: proofs that begin alike go the same way, and each step is given to
 * Lean once, whichever proof came first. What is to be tried is handed out; what it came to is told with `settled`.
 */
export class ProofReplay {
  readonly #state: SearchState;
  readonly #emit: (event: DerivedEvent) => void;
  /** Proofs that wait for what a step comes to, by the step. */
  readonly #waiting = new Map<string, Bundle>();
  readonly #runs = new Map<number, ProofRun>();
  /** Nodes whose statistics have changed since they were last asked for. */
  #touched = new Set<number>();
  #isGivenUp = false;

  constructor(state: SearchState, emit: (event: DerivedEvent) => void) {
    this.#state = state;
    this.#emit = emit;
  }

  /** Takes in candidates of a node that have just been ranked; the proofs among them are replayed from there. */
  enter(node: number, ranked: readonly RankedCandidate[]): Try[] {
    if (ranked.some(({ proof }) => proof !== undefined)) this.#touched.add(node);
    const work: Bundle[] = [];
    const tries = this.#attach(node, ranked, work);
    return [...tries, ...this.#follow(work)];
  }

  /** What a step came to has entered the tree: the proofs that waited for it go on. */
  settled(node: number, candidate: number): Try[] {
    const key = keyOf(node, candidate);
    const bundle = this.#waiting.get(key);
    this.#waiting.delete(key);
    return bundle === undefined ? [] : this.#follow([bundle]);
  }

  /** Whether a proof waits for what a step comes to. */
  get isUnderWay(): boolean {
    return this.#waiting.size > 0;
  }

  /** From now on nothing is handed out, until `ended` says that all is over. */
  beginGivingUp(): void {
    this.#isGivenUp = true;
  }

  /** All proofs under way are given up. */
  ended(): void {
    for (const bundle of this.#waiting.values()) this.#end(bundle, { kind: 'givenUp' });
    this.#waiting.clear();
    this.#isGivenUp = false;
  }

  /** The nodes whose statistics have changed since the last call. */
  takeTouched(): ReadonlySet<number> {
    const touched = this.#touched;
    this.#touched = new Set();
    return touched;
  }

  /** Every proof to the candidate that its step is: its own, or the earlier one with the same tactic. */
  #attach(node: number, ranked: readonly RankedCandidate[], work: Bundle[]): Try[] {
    const ways = new Map<number, number[]>();
    for (const { proof, candidate, dropped } of ranked) {
      if (proof === undefined) continue;
      const way = dropped === undefined || !('of' in dropped) ? candidate : dropped.of;
      ways.set(way, [...(ways.get(way) ?? []), proof]);
    }
    for (const [candidate, proofs] of ways) {
      const bundle = { node, candidate, proofs };
      const key = keyOf(node, candidate);
      if (this.#isKnown(node, candidate)) work.push(bundle);
      else {
        const before = this.#waiting.get(key)?.proofs ?? [];
        this.#waiting.set(key, { ...bundle, proofs: [...before, ...proofs] });
      }
    }
    return ranked.filter(({ dropped }) => !dropped).map(({ candidate }) => ({ node, candidate }));
  }

  /** Whether it is clear what a step comes to. */
  #isKnown(node: number, candidate: number): boolean {
    const { status } = this.#candidate(node, candidate);
    if (status.kind === 'dropped' || status.kind === 'skipped') return true;
    if (status.kind !== 'answered') return false;
    // Other answers enter the tree in their turn.
    return status.outcome.kind !== 'goals' || status.child !== undefined || status.repeats !== undefined;
  }

  #follow(work: Bundle[]): Try[] {
    const tries: Try[] = [];
    for (let bundle = work.shift(); bundle; bundle = work.shift()) tries.push(...this.#step(bundle, work));
    return tries;
  }

  #step(bundle: Bundle, work: Bundle[]): Try[] {
    const { status } = this.#candidate(bundle.node, bundle.candidate);
    const end = this.#endOf(status);
    if (end !== null) {
      this.#end(bundle, end);
      return [];
    }
    if (status.kind !== 'answered') throw new Error(`a proof goes on over a candidate that is ${status.kind}`);
    return this.#advance(bundle, (status.child ?? status.repeats) as number, work);
  }

  /** Why no proof goes on over this candidate; null where it leads to a node. */
  #endOf(status: CandidateRecord['status']): ProofEnd | null {
    switch (status.kind) {
      case 'dropped':
        if (status.reason.kind === 'blockedFamily') return { kind: 'blocked', family: status.reason.family };
        if (status.reason.kind === 'forbiddenWord') return { kind: 'forbidden', word: status.reason.word };
        return { kind: 'empty' };
      case 'skipped':
        return { kind: 'givenUp' };
      case 'answered': {
        const { outcome, child, repeats } = status;
        if (outcome.kind !== 'goals') return { kind: 'failed' };
        if (outcome.goals.length === 0) return { kind: 'closed', node: child as number };
        const cut = repeats !== undefined && !this.#state.settings.hybrid_follow_visited;
        return cut ? { kind: 'visited', of: repeats } : null;
      }
      case 'waiting':
      case 'running':
        return null;
    }
  }

  #advance(bundle: Bundle, to: number, work: Bundle[]): Try[] {
    const { node, candidate, proofs } = bundle;
    const isNew = nodeOf(this.#state, to).candidates.length === 0 && nodeOf(this.#state, to).parent === node;
    this.#emit({ kind: 'proofs.advanced', proofs: [...proofs], node, candidate, to });
    this.#touched.add(node).add(to);
    const going: SampledProof[] = [];
    const ends = new Map<string, { readonly end: ProofEnd; readonly proofs: number[] }>();
    for (const id of proofs) {
      const end = this.#isGivenUp ? ({ kind: 'givenUp' } as const) : this.#endAfterStep(id, bundle, to);
      if (end === null) going.push(this.#proof(id));
      else {
        const key = JSON.stringify(end);
        const same = ends.get(key);
        if (same === undefined) ends.set(key, { end, proofs: [id] });
        else same.proofs.push(id);
      }
    }
    for (const { end, proofs: ended } of ends.values()) this.#end({ node, candidate, proofs: ended }, end);
    return this.#isGivenUp ? [] : this.#askNext(to, going, isNew, work);
  }

  #askNext(node: number, proofs: readonly SampledProof[], isNew: boolean, work: Bundle[]): Try[] {
    const { settings } = this.#state;
    const { candidates, depth, round } = nodeOf(this.#state, node);
    const probes = isNew && depth < settings.max_depth ? settings.probe_tactics : [];
    if (proofs.length === 0 && probes.length === 0) return [];
    const ranked = rankSteps(proofs, candidates, settings, probes);
    this.#emit({ kind: 'candidates.ranked', node, round, candidates: ranked, inherited: true });
    return this.#attach(node, ranked, work);
  }

  #endAfterStep(id: number, { node, candidate }: Try, to: number): ProofEnd | null {
    const { settings } = this.#state;
    const proof = this.#proof(id);
    const [before, after] = [nodeOf(this.#state, node), nodeOf(this.#state, to)];
    const step: TakenStep = {
      tactic: this.#candidate(node, candidate).tactic,
      targets: [this.#target(before), this.#target(after)],
      goals: [before.goals.length, after.goals.length],
      depth: after.depth,
      left: proof.tactics.length - proof.steps,
    };
    const run = runAfter(this.#runs.get(id) ?? beginningOfRun, step);
    this.#runs.set(id, run);
    return endAfter(run, step, settings);
  }

  #end({ node, candidate, proofs }: Bundle, end: ProofEnd): void {
    for (const id of proofs) this.#runs.delete(id);
    this.#touched.add(node);
    this.#emit({ kind: 'proofs.ended', proofs: [...proofs], node, candidate, end });
  }

  #target({ goals }: SearchNode): string | undefined {
    return goals[0] === undefined ? undefined : this.#state.goals.get(goals[0])?.target;
  }

  #candidate(node: number, index: number): CandidateRecord {
    return known(nodeOf(this.#state, node).candidates[index], `candidate ${index} of node ${node}`);
  }

  #proof(id: number): SampledProof {
    return known(this.#state.proofs[id], `proof ${id}`);
  }
}

const keyOf = (node: number, candidate: number): string => `${node}.${candidate}`;

function known<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the search has no ${what}`);
  return value;
}
