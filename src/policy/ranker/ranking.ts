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
export const unknownPrior = -6;

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

/** All candidates for a state, best first; equal ones keep the order of the heuristic. */
export function rankState(
  { net, templates, blend }: Ranker,
  state: PolicyState,
  tactics: ReadonlySet<string>,
  name: string,
): readonly Candidate[] {
  const pool = poolFor(state, templates, tactics);
  const found = logProbs(energies(net, candidateFeatures(pool, state)), pool, blend);
  return pool
    .map(
      ({ tactic, reason, heartbeats, origin }, i): Candidate => ({
        tactic,
        logProb: found[i] as number,
        origin: `${name}:${origin.replace(/^heuristic:/, '')}`,
        ...(reason !== undefined && { reason }),
        ...(heartbeats !== undefined && { heartbeats }),
      }),
    )
    .sort((a, b) => (b.logProb ?? 0) - (a.logProb ?? 0));
}
