import type { Goal } from '../lean/goal.ts';
import type { InputEvent } from './events.ts';
import { tacticLimits } from './exchange.ts';
import type { InFlight } from './in-flight.ts';
import type { SearchState } from './state.ts';
import type { StateRefs } from './state-refs.ts';
import type { SearchWorld } from './world.ts';

type RootFailed = Extract<InputEvent, { kind: 'root.failed' }>;

export type RootStart = { readonly kind: 'started'; readonly goals: readonly Goal[]; readonly ms: number } | RootFailed;

/** Starts the problem in Lean and takes the tactics that come before the tree. Returns the goals there, or why there are none. */
export async function startRoot(
  state: SearchState,
  prover: SearchWorld['prover'],
  refs: StateRefs,
  inFlight: InFlight,
): Promise<RootStart> {
  const started = await prover.start();
  if (started.kind === 'startFailed')
    return { kind: 'root.failed', category: started.category, message: started.message };
  let { goals, ms } = started;
  for (const { ref, resultKey, tactic } of refs.prefixSteps()) {
    const answer = await prover.tryTactic(ref, resultKey, tactic, tacticLimits(state.settings), {
      onSent: () => {},
      signal: inFlight.signal,
    });
    if (answer.outcome.kind !== 'goals') return prefixFailed(state, tactic, answer.outcome.message);
    goals = answer.outcome.goals;
    ms += answer.ms;
  }
  return { kind: 'started', goals, ms };
}

/** The first tactics, of a branch or of a goal with its hypotheses introduced, do not lead where they should. */
function prefixFailed({ fork }: SearchState, tactic: string, said: string): RootFailed {
  return fork !== null
    ? { kind: 'root.failed', category: 'fork', message: `the branch's first tactics fail at "${tactic}": ${said}` }
    : {
        kind: 'root.failed',
        category: 'goalDiffers',
        message: `its hypotheses cannot be introduced by "${tactic}": ${said}`,
      };
}
