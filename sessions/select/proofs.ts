import type { ProofEnd } from '../../src/search/whole-proof/events.ts';
import { counted } from './count.ts';

/** Why a whole proof went no further, for a person. */
export function endSentence(end: ProofEnd): string {
  switch (end.kind) {
    case 'closed':
      return `no goals left, node ${end.node}`;
    case 'failed':
      return 'Lean did not take its next tactic';
    case 'visited':
      return `its state is that of node ${end.of}`;
    case 'depth':
      return 'too deep (max_depth)';
    case 'unchanged':
      return `the target stayed the same for ${counted(end.steps, 'step')} (max_goal_unchanged_steps)`;
    case 'haveGoals':
      return `its have leaves ${counted(end.goals, 'goal')}, more than before`;
    case 'haveChain':
      return `${end.steps} times have in a row (max_consecutive_have)`;
    case 'unfinished':
      return `it is over, and ${counted(end.goals, 'goal')} ${end.goals === 1 ? 'is' : 'are'} left`;
    case 'blocked':
      return `its next tactic is blocked: ${end.family}`;
    case 'empty':
      return 'its next tactic is empty';
    case 'forbidden':
      return `it holds ${end.word}, which proves nothing`;
    case 'givenUp':
      return 'given up: the search ended first';
  }
}
