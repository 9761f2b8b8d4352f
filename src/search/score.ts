import type { SearchSettings } from './settings.ts';
import type { SearchNode, SearchState } from './state.ts';
import { puctScore } from './whole-proof/puct.ts';

/** What a score depends on besides the node. */
export type Scorer = Pick<SearchState, 'settings' | 'value' | 'scales'>;
type Scored = Pick<SearchNode, 'logProb' | 'pathLogProb' | 'depth' | 'energy' | 'goals'>;

/** The parts of a score; it is their sum. */
export interface ScoreParts {
  readonly policy: number;
  /** 0 for a node without an energy: it counts as one of average energy. */
  readonly value: number;
  /** Taken off for goals beyond the first and for rounds; 0 or less. */
  readonly penalties: number;
}

/**
 * Score of a node in the frontier, higher is better:
 *
 *     alpha · logProb / llm_temperature + beta(depth) · value / ebm_temperature
 *       − goal_count_penalty · (goals − 1) − round_penalty · round
 *
 * `logProb` is that of the last step or the sum from the root (`accumulate`). `beta(depth)` is 0 above `ebm_min_depth`, then
 * grows linearly to `beta` over `ebm_ramp_depth` levels. A temperature of 0 counts as 1. `value` is −energy with
 * `normalise = "none"` (BurnQED v1c, with the two penalties added); with `"auto"` it is how many standard deviations the
 * energy lies below the mean of this search's energies, times the standard deviation of its log-probs, and at most 0 in further
 * rounds. Under `whole-proof` the score is another one: see `puctScore`.
 */
export function nodeScore(node: SearchNode, round: number, scorer: Scorer & Pick<SearchState, 'nodes'>): number {
  if (scorer.settings.strategy === 'whole-proof') return puctScore(scorer, node, puctPrior(node, scorer));
  const { policy, value, penalties } = scoreParts(node, round, scorer);
  return policy + value + penalties;
}

/** What the score of a node is made of, under other strategies than `whole-proof`. */
export function scoreParts(node: Scored, round: number, { settings, value, scales }: Scorer): ScoreParts {
  const logProb = settings.accumulate === 'sum' ? node.pathLogProb : node.logProb;
  const goals = settings.goal_count_penalty * Math.max(0, node.goals.length - 1);
  return {
    policy: (settings.alpha * logProb) / divisor(settings.llm_temperature),
    value: value === null || node.energy === null ? 0 : valuePart(node.depth, node.energy, round, { settings, scales }),
    penalties: -(goals + settings.round_penalty * round),
  };
}

/**
 * The value's part. A low energy speaks for a node once: that a proof goes through a state is most certain of the root, and tells
 * nothing about the candidates that are left of it when the best ones have been tried.
 */
function valuePart(depth: number, energy: number, round: number, { settings, scales }: Omit<Scorer, 'value'>): number {
  const part =
    (valueWeight(depth, settings) * comparable(energy, settings, scales)) / divisor(settings.ebm_temperature);
  return round > 0 && settings.normalise === 'auto' ? Math.min(0, part) : part;
}

/** What speaks for a node before proofs came to it: its energy where it has one, else the log-prob of the proof that led to it. */
export function puctPrior({ energy, logProb }: Scored, { settings, value, scales }: Scorer): number {
  return value === null || energy === null ? logProb : comparable(energy, settings, scales);
}

/** Whether the value model is asked about nodes of this depth: those above `ebm_min_depth` have no use for it. */
export function wantsEnergy(depth: number, { ebm_min_depth }: SearchSettings): boolean {
  return depth >= ebm_min_depth;
}

function comparable(energy: number, { normalise }: SearchSettings, scales: SearchState['scales']): number {
  if (normalise === 'none' || scales === null) return -energy;
  return (scales.logProb.std * (scales.energy.mean - energy)) / scales.energy.std;
}

function valueWeight(depth: number, settings: SearchSettings): number {
  if (!wantsEnergy(depth, settings)) return 0;
  if (settings.ebm_ramp_depth === 0) return settings.beta;
  return settings.beta * Math.min(1, depth / settings.ebm_ramp_depth);
}

const divisor = (temperature: number): number => (Math.abs(temperature) < 1e-12 ? 1 : temperature);
