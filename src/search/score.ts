import type { SearchSettings } from './settings.ts';
import type { SearchNode } from './state.ts';

/**
 * Score of a node in the frontier, higher is better:
 *
 *     alpha · logProb / llm_temperature + beta(depth) · (−energy) / ebm_temperature
 *       − goal_count_penalty · (goals − 1) − round_penalty · round
 *
 * `logProb` is that of the last step or the sum from the root (`accumulate`). `beta(depth)` is 0 above `ebm_min_depth`, then
 * grows linearly to `beta` over `ebm_ramp_depth` levels. A temperature of 0 counts as 1. (BurnQED v1c, with the two
 * penalties added.)
 */
export function nodeScore(node: SearchNode, round: number, settings: SearchSettings): number {
  const logProb = settings.accumulate === 'sum' ? node.pathLogProb : node.logProb;
  const policy = (settings.alpha * logProb) / divisor(settings.llm_temperature);
  const value =
    node.energy === null ? 0 : (-valueWeight(node.depth, settings) * node.energy) / divisor(settings.ebm_temperature);
  const goals = settings.goal_count_penalty * Math.max(0, node.goals.length - 1);
  return policy + value - goals - settings.round_penalty * round;
}

function valueWeight(depth: number, settings: SearchSettings): number {
  if (depth < settings.ebm_min_depth) return 0;
  if (settings.ebm_ramp_depth === 0) return settings.beta;
  return settings.beta * Math.min(1, depth / settings.ebm_ramp_depth);
}

const divisor = (temperature: number): number => (Math.abs(temperature) < 1e-12 ? 1 : temperature);
