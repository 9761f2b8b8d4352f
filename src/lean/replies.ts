import type { Goal } from './goal.ts';
import type { FailedOutcome, GoalsOutcome } from './protocol/outcome.ts';
import type { LostReason } from './transport.ts';

/** Limits of one tactic try. */
export interface TacticLimits {
  /** Thousands, as in `set_option maxHeartbeats`. */
  readonly heartbeats: number;
  readonly recursion: number;
  /** Wall clock outside Lean, in milliseconds. */
  readonly timeoutMs: number;
}

/** The worker died, was killed or was closed before it answered; its states are gone. */
export interface Lost {
  readonly kind: 'lost';
  readonly reason: LostReason;
  readonly message: string;
}
/** The request was given up before it was sent. */
export const GIVEN_UP: Lost = { kind: 'lost', reason: 'closed', message: 'given up' };

/** Something that is no answer of the protocol came back. */
export interface Unreadable {
  readonly kind: 'unreadable';
  readonly message: string;
}

export type StartAnswer =
  | { readonly kind: 'started'; readonly stateId: number; readonly goals: readonly Goal[]; readonly ms: number }
  /** Lean refused the statement: `parse`, `elab`, `index` (unknown name), `limit`, … */
  | { readonly kind: 'refused'; readonly category: string; readonly message: string }
  | Lost
  | Unreadable;

export type TacticReply =
  | {
      readonly kind: 'applied';
      readonly stateId: number;
      readonly outcome: GoalsOutcome;
      readonly ms: number;
      readonly heartbeats?: number;
      readonly syntaxKind?: string;
    }
  | {
      readonly kind: 'failed';
      readonly outcome: FailedOutcome;
      readonly ms: number;
      readonly heartbeats?: number;
      readonly syntaxKind?: string;
    }
  | { readonly kind: 'noSuchState'; readonly message: string }
  | Lost
  | Unreadable;

/** Why a question about the environment has no answer. */
export type EnvironmentFailure = Lost | Unreadable | { readonly kind: 'failed'; readonly message: string };

/** Which of the words asked about can begin a tactic. */
export type TacticsAnswer = { readonly kind: 'tactics'; readonly available: ReadonlySet<string> } | EnvironmentFailure;
