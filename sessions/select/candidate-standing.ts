import type { DropReason } from '../../src/search/events.ts';
import type { CandidateRecord, SearchNode, SearchState } from '../../src/search/state.ts';
import { counted } from '../../src/text/quantity.ts';

/** How a candidate stands, in one word of a person's language. */
export type CandidateWord =
  | 'waiting'
  | 'running'
  /** Lean was trying it when its process ended. */
  | 'interrupted'
  | 'applied'
  | 'closed'
  | 'repeats'
  | 'failed'
  | 'unreadable'
  | 'timed out'
  | 'refused'
  | 'worker lost'
  | 'same text'
  | 'same form'
  | 'blocked'
  | 'empty'
  | 'forbidden'
  | 'skipped'
  /** An answer of a model that no tactic came out of. */
  | 'unusable';

/** Words in the order in which a person looks for them. */
export const resultOrder: readonly CandidateWord[] = [
  'closed',
  'applied',
  'running',
  'interrupted',
  'waiting',
  'repeats',
  'failed',
  'unreadable',
  'timed out',
  'refused',
  'worker lost',
  'same text',
  'same form',
  'blocked',
  'empty',
  'forbidden',
  'skipped',
  'unusable',
];

/** The word for where a candidate stands. */
export function candidateWord(record: CandidateRecord, interrupted: boolean): CandidateWord {
  const { status } = record;
  switch (status.kind) {
    case 'running':
      return interrupted ? 'interrupted' : 'running';
    case 'waiting':
    case 'skipped':
      return status.kind;
    case 'dropped':
      return dropWords[status.reason.kind];
    case 'answered':
      if (status.repeats !== undefined) return 'repeats';
      switch (status.outcome.kind) {
        case 'goals':
          return status.outcome.goals.length === 0 ? 'closed' : 'applied';
        case 'failed':
          return 'failed';
        case 'parseError':
          return 'unreadable';
        case 'timedOut':
          return 'timed out';
        case 'refused':
          return 'refused';
        case 'workerLost':
          return 'worker lost';
      }
  }
}

const dropWords: Readonly<Record<DropReason['kind'], CandidateWord>> = {
  sameText: 'same text',
  sameNormalForm: 'same form',
  blockedFamily: 'blocked',
  empty: 'empty',
  forbiddenWord: 'forbidden',
};

/** What Lean said in full, or why Lean was not asked; not cleaned. */
export function said(state: SearchState, node: SearchNode, record: CandidateRecord, interrupted: boolean): string {
  const { status } = record;
  switch (status.kind) {
    case 'waiting': {
      const before = node.candidates.filter(
        (other) => other.status.kind === 'waiting' && other.index < record.index,
      ).length;
      return before === 0 ? 'next for Lean' : `${before} before it`;
    }
    case 'running':
      return interrupted ? 'tried again when you go on' : `worker ${status.worker} is trying it`;
    case 'skipped':
      return 'given up: the search ended or the node was closed first';
    case 'dropped':
      return dropSentence(status.reason);
    case 'answered': {
      if (status.repeats !== undefined) return `same state as node ${status.repeats}`;
      const { outcome } = status;
      if (outcome.kind !== 'goals') return outcome.message;
      const messages = (outcome.messages ?? []).join('\n');
      if (outcome.goals.length === 0) return ['no goals left', messages].filter(Boolean).join('; ');
      const goals = counted(outcome.goals.length, 'goal');
      const child = status.child === undefined ? undefined : state.nodes[status.child];
      const target = child?.goals[0] === undefined ? undefined : state.goals.get(child.goals[0])?.target;
      return [target === undefined ? goals : `${goals}: ⊢ ${target}`, messages].filter(Boolean).join('; ');
    }
  }
}

/** Why a candidate was dropped before Lean saw it. */
function dropSentence(reason: DropReason): string {
  switch (reason.kind) {
    case 'sameText':
      return `same text as #${reason.of}`;
    case 'sameNormalForm':
      return `same normal form as #${reason.of}`;
    case 'blockedFamily':
      return `blocked family: ${reason.family}`;
    case 'empty':
      return 'no tactic in it';
    case 'forbiddenWord':
      return `its proof holds ${reason.word}, which proves nothing`;
  }
}
