import type { Candidate, PolicyState } from '../provider.ts';
import { candidateFeatures } from './features.ts';
import { energies, type Net } from './net.ts';
import { type Pooled, poolFor, type Template } from './pool.ts';

/** How the net's opinion and the heuristic's are put together: `−energy / temperature + prior · log-prob`. */
export interface Blend {
  readonly temperature: number;
  readonly prior: number;
}

/** What ranks candidates. */
export interface Ranker {
  readonly net: Net;
  readonly templates: readonly Template[];
  readonly blend: Blend;
}

/** What stands for the log-prob of a candidate that the heuristic does not have. */
const unknownPrior = -6;

/** Log-probs of candidates: the log-softmax of net and heuristic together. */
export function logProbs(energy: Float64Array, pool: readonly Pooled[], blend: Blend): readonly number[] {
  const scores = Array.from(
    energy,
    (one, i) => -one / blend.temperature + blend.prior * (pool[i]?.prior ?? unknownPrior),
  );
  const most = scores.reduce((a, b) => Math.max(a, b), -Infinity);
  const total = Math.log(scores.reduce((sum, score) => sum + Math.exp(score - most), 0));
  return scores.map((score) => score - most - total);
}

/**
 * All candidates for a state with their log-probs: so many best ones first, and then by turns the next of the ranking and the
 * next of the heuristic's own order, so that what the net misjudges comes late, but not last.
 */
export function rankState(
  { net, templates, blend }: Ranker,
  state: PolicyState,
  { tactics, name, best }: { readonly tactics: ReadonlySet<string>; readonly name: string; readonly best: number },
): readonly Candidate[] {
  const pool = poolFor(state, templates, tactics);
  const found = logProbs(energies(net, candidateFeatures(pool, state)), pool, blend);
  const order = Array.from(pool.keys()).sort((a, b) => (found[b] as number) - (found[a] as number));
  return byTurns(order, best).map((i): Candidate => {
    const { tactic, reason, heartbeats, origin } = pool[i] as Pooled;
    return {
      tactic,
      logProb: found[i] as number,
      origin: `${name}:${origin.replace(/^heuristic:/, '')}`,
      ...(reason !== undefined && { reason }),
      ...(heartbeats !== undefined && { heartbeats }),
    };
  });
}

/**
 * So many best ones, then by turns the next best and the next by number.
 * @param order numbers from 0, best first; the numbers themselves are in the heuristic's order
 */
export function byTurns(order: readonly number[], best: number): readonly number[] {
  const taken = new Set(order.slice(0, best));
  let [ranked, own] = [best, 0];
  while (taken.size < order.length) {
    while (ranked < order.length && taken.has(order[ranked] as number)) ranked += 1;
    if (ranked < order.length) taken.add(order[ranked] as number);
    while (taken.has(own)) own += 1;
    if (own < order.length) taken.add(own);
  }
  return [...taken];
}
