import type { Goal } from '../../lean/goal.ts';
import type { PoolOutcome, StateRef } from '../../lean/pool/types.ts';
import { normalForm } from '../../policy/normal-form.ts';
import { type Try, UNKNOWN_LOG_PROB } from './candidates.ts';
import type { NegativesSettings } from './settings.ts';
import { type KnownProof, WalkAsking, WalkSkipped, type WalkWorld } from './walk-asking.ts';
import { WalkTree } from './walk-tree.ts';

export type WalkResult =
  | {
      readonly kind: 'walked';
      readonly tree: WalkTree;
      /** Other proofs that were found and accepted. */
      readonly alternatives: number;
      readonly tries: number;
    }
  /** The theorem does not start, the proof does not hold, or the provider fails; the message says which. */
  | { readonly kind: 'skipped'; readonly stage: 'start' | 'proof' | 'provider'; readonly message: string }
  | { readonly kind: 'aborted' };

/**
 * Walks a known proof in Lean, and records what happens beside it: at each step all candidates and probes are tried, and each
 * new state gets a few expansions of its own. A state through which another proof is found is as good as those on the known
 * one; a tactic that ran out of time says nothing. Every row holds the state after its tactic. A proof that does not hold is
 * not walked: without it nothing is known of the states beside it.
 */
export async function walkProof(
  proof: KnownProof,
  world: WalkWorld,
  settings: NegativesSettings,
  signal: AbortSignal,
): Promise<WalkResult> {
  const walk = new Walk(proof, world, settings, signal);
  try {
    return await walk.run();
  } catch (error) {
    if (signal.aborted) return { kind: 'aborted' };
    if (error instanceof WalkSkipped) return { kind: 'skipped', stage: error.stage, message: error.message };
    throw error;
  }
}

class Walk {
  readonly #proof: KnownProof;
  readonly #asking: WalkAsking;
  readonly #settings: NegativesSettings;
  readonly #tree = new WalkTree();
  #alternatives = 0;
  /** States that an accepted proof leaves with one tactic. */
  readonly #ends = new Set<number>();
  /** States below which a proof ends. */
  readonly #provable = new Set<number>();

  constructor(proof: KnownProof, world: WalkWorld, settings: NegativesSettings, signal: AbortSignal) {
    this.#proof = proof;
    this.#asking = new WalkAsking(proof.problem, world, settings, signal);
    this.#settings = settings;
  }

  async run(): Promise<WalkResult> {
    const path = await this.#walkGiven();
    let left = this.#settings.targetNegatives;
    for (const [step, node] of path.entries()) {
      const found = await this.#expand(node, false);
      // What a step does not use is left for the next ones.
      const share = Math.ceil(left / (path.length - step));
      let negatives = 0;
      for (const one of found) {
        if (negatives >= share) break;
        if (this.#settings.expansions > 0) await this.#examine(one);
        if (!this.#provable.has(one)) negatives += 1;
      }
      left -= negatives;
    }
    return { kind: 'walked', tree: this.#tree, alternatives: this.#alternatives, tries: this.#asking.tries };
  }

  /** The open states of the known proof, from the root on; the whole of it is judged. */
  async #walkGiven(): Promise<readonly number[]> {
    let { ref, goals } = await this.#asking.start();
    const path: number[] = [];
    let parent = this.#tree.add({ parent: null, tactic: null, origin: null, logProb: 0, goals, ref, isGiven: true });
    for (const [step, tactic] of this.#proof.tactics.entries()) {
      path.push(parent);
      const known = this.#tree.node(parent);
      const { answer, ref: next } = await this.#asking.tryGiven(known.ref, tactic);
      if (answer.outcome.kind !== 'goals')
        throw new WalkSkipped('proof', `its proof fails at tactic ${step + 1}, "${tactic}": ${answer.outcome.message}`);
      ({ goals } = answer.outcome);
      ref = next;
      const isEnd = goals.length === 0;
      if (!isEnd && this.#tree.known(goals) !== undefined)
        throw new WalkSkipped('proof', `its proof comes back to a state at tactic ${step + 1}, "${tactic}"`);
      if (isEnd !== (step === this.#proof.tactics.length - 1))
        throw new WalkSkipped(
          'proof',
          isEnd ? `its proof ends at tactic ${step + 1} already` : 'its proof leaves goals open',
        );
      const verdict = isEnd ? await this.#asking.judge([...this.#tree.path(parent), tactic]) : null;
      if (verdict !== null && !verdict.accepted)
        throw new WalkSkipped('proof', `its proof is refused: ${verdict.reason}`);
      const logProb = await this.#logProbOf(parent, tactic);
      parent = this.#tree.add({ parent, tactic, ...logProb, goals, ref, isGiven: true, verdict });
    }
    for (const node of this.#tree.nodes) this.#provable.add(node.id);
    this.#ends.add(path.at(-1) as number);
    return path;
  }

  /** What the provider thinks of the tactic that the proof takes: null origin and 0 are for roots alone. */
  async #logProbOf(node: number, tactic: string): Promise<{ readonly origin: string; readonly logProb: number }> {
    const wanted = normalForm(tactic);
    const found = (await this.#candidates(node)).find((one) => normalForm(one.tactic) === wanted);
    return found ? { origin: found.origin, logProb: found.logProb } : { origin: 'given', logProb: UNKNOWN_LOG_PROB };
  }

  /**
   * Tries what may be tried at a state, and returns the open states that are new, in the order of the tries. With `untilEnd` it
   * stops soon after a tactic has ended the proof: that is all that was to be found out.
   */
  async #expand(id: number, untilEnd: boolean): Promise<readonly number[]> {
    const node = this.#tree.node(id);
    const next = node.next.map((one) => this.#tree.node(one));
    const taken = new Set(next.map(({ parent, tactic }) => (parent === id ? normalForm(tactic ?? '') : '')));
    const tries = (await this.#candidates(id)).filter((one) => !taken.has(normalForm(one.tactic)));
    const counts = { tried: 0, worked: 0, undecided: 0 };
    const found: number[] = [];
    for (let at = 0; at < tries.length && !(untilEnd && this.#ends.has(id)); at += SIDE_BY_SIDE) {
      const some = tries.slice(at, at + SIDE_BY_SIDE);
      const answers = await Promise.all(some.map((one) => this.#asking.try(node.ref, one)));
      for (const [i, { answer, ref }] of answers.entries()) {
        counts.tried += 1;
        if (isUndecided(answer.outcome)) counts.undecided += 1;
        if (answer.outcome.kind !== 'goals') continue;
        const { goals } = answer.outcome;
        // Back where it was: that is as good as a failure.
        if (this.#tree.known(goals) === id) this.#asking.release(ref);
        else {
          counts.worked += 1;
          const added = await this.#add(id, some[i] as Try, goals, ref);
          if (added !== null) found.push(added);
        }
      }
    }
    this.#tree.noteTries(id, counts);
    return found;
  }

  /** Takes a state that a try led to; returns its number when it is open and new. */
  async #add(
    id: number,
    { tactic, logProb, origin }: Try,
    goals: readonly Goal[],
    ref: StateRef,
  ): Promise<number | null> {
    const found = { parent: id, tactic, origin, logProb, goals, ref, isGiven: false };
    if (goals.length === 0) {
      // Where one tactic is known to end the proof, another one changes nothing.
      if (this.#ends.has(id)) return null;
      const verdict = await this.#asking.judge([...this.#tree.path(id), tactic]);
      const end = this.#tree.add({ ...found, verdict });
      if (!verdict.accepted) return null;
      this.#alternatives += 1;
      this.#ends.add(id);
      this.#markProvable(end);
      return null;
    }
    const known = this.#tree.known(goals);
    const to = this.#tree.add(found);
    if (known === undefined) return to;
    this.#asking.release(ref);
    if (this.#provable.has(known)) this.#markProvable(id);
    return null;
  }

  /** A few expansions at and below a state, the likeliest tactic first, until a proof is found. */
  async #examine(id: number): Promise<void> {
    const open = [{ node: id, score: 0 }];
    for (let done = 0; done < this.#settings.expansions && open.length > 0 && !this.#provable.has(id); done++) {
      const best = open.reduce((a, b) => (b.score > a.score ? b : a));
      open.splice(open.indexOf(best), 1);
      if (this.#tree.node(best.node).tries !== null) continue;
      for (const node of await this.#expand(best.node, true))
        open.push({ node, score: best.score + this.#tree.node(node).logProb });
    }
  }

  #markProvable(id: number): void {
    for (let at: number | null = id; at !== null && !this.#provable.has(at); at = this.#tree.node(at).parent)
      this.#provable.add(at);
  }

  #candidates(id: number): Promise<readonly Try[]> {
    const { goals, depth } = this.#tree.node(id);
    return this.#asking.candidates({ goals, path: this.#tree.path(id), depth });
  }
}

/** Another machine, or another moment, would have answered otherwise. The limits that Lean counts itself are part of the budget. */
function isUndecided(outcome: PoolOutcome): boolean {
  if (outcome.kind === 'workerLost') return true;
  return outcome.kind === 'timedOut' && (outcome.limit === 'wallClock' || outcome.limit === 'cancelled');
}

/** Tries of one state that Lean gets together. */
const SIDE_BY_SIDE = 4;
