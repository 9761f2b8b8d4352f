import { stateText } from '../../../lean/goal.ts';
import { introduced } from '../introduced.ts';
import type { ObservedProof, ObservedState, ObservedTry } from './observation.ts';

/**
 * Takes tries that a ranker put behind an introduction apart again: they become tries at the state after it, which is put
 * into the proof where the search went past it.
 */
export function separateIntroductions(proof: ObservedProof): ObservedProof {
  const states: ObservedState[] = [];
  let handedOn: { readonly text: string; readonly tries: readonly ObservedTry[] } | null = null;
  for (const state of proof.states) {
    const earlier = handedOn?.text === stateText(state.goals) ? handedOn.tries : [];
    const found = separated({ ...state, tries: merged(state.tries, earlier) });
    states.push(found.state);
    handedOn = null;
    if (found.after === null) continue;
    if (found.wentPast) states.push(found.after);
    else handedOn = { text: stateText(found.after.goals), tries: found.after.tries };
  }
  return { ...proof, states };
}

interface Separated {
  readonly state: ObservedState;
  /** The state after the introduction, with the tries behind it; null when nothing was behind one. */
  readonly after: ObservedState | null;
  /** The proof goes on behind the introduction. */
  readonly wentPast: boolean;
}

function separated(state: ObservedState): Separated {
  const [goal, ...others] = state.goals;
  const first = state.tries.map(({ tactic }) => tactic).find((tactic) => /^r?intro [^\n]*\n/.test(tactic));
  const intro = first?.slice(0, first.indexOf('\n')) ?? null;
  const after = goal === undefined || intro === null ? null : introduced(goal, intro);
  if (intro === null || after === null) return { state, after: null, wentPast: false };
  const isBehind = ({ tactic }: ObservedTry): boolean => tactic.startsWith(`${intro}\n`);
  const behind = state.tries
    .filter(isBehind)
    .map(({ tactic, result }): ObservedTry => ({ tactic: tactic.slice(intro.length + 1), result }));
  const wentPast = behind.some(({ result }) => result === 'proof');
  const own = state.tries.filter((one) => !isBehind(one) && !(wentPast && one.tactic === intro));
  return {
    state: { ...state, tries: wentPast ? [...own, { tactic: intro, result: 'proof' }] : own },
    after: { goals: [after, ...others], path: [...state.path, intro], tries: behind },
    wentPast,
  };
}

/** A try that was right once is right. */
export function merged(tries: readonly ObservedTry[], more: readonly ObservedTry[]): readonly ObservedTry[] {
  const worth = { proof: 3, closed: 2, goals: 1, failed: 0 } as const;
  const byTactic = new Map<string, ObservedTry>();
  for (const one of [...tries, ...more]) {
    const known = byTactic.get(one.tactic);
    if (known === undefined || worth[known.result] < worth[one.result]) byTactic.set(one.tactic, one);
  }
  return [...byTactic.values()];
}
