import { z } from 'zod';
import type { Goal } from '../lean/goal.ts';

/** What a provider is shown of a proof state. `goals[0]` is the goal that a tactic addresses. */
export interface PolicyState {
  readonly goals: readonly Goal[];
  /** Tactics from the root to here. */
  readonly path: readonly string[];
  readonly depth: number;
}

/** One proposed tactic. */
export const candidateSchema = z.object({
  /** A tactic block as it could stand after `by`, at column 0. */
  tactic: z.string(),
  /**
   * Natural log of the probability of this text, comparable between the candidates of one expansion and of the
   * whole search; null when the provider cannot tell (shown as such, and scored as `unknownLogProb`).
   */
  logProb: z.number().nullable(),
  /** Provider profile, and the rule inside it where there is one: `heuristic:closer`. */
  origin: z.string(),
  /** Why it was proposed, in a few words for a person. */
  reason: z.string().optional(),
  /** The text that the tactic was taken out of, when it differs. */
  raw: z.string().optional(),
  /** Heartbeats (thousands) after which trying on is a waste; the search's own limit holds besides. */
  heartbeats: z.number().int().positive().optional(),
});
export type Candidate = Readonly<z.infer<typeof candidateSchema>>;

export interface ProposeRequest {
  readonly states: readonly PolicyState[];
  /** Number of candidates wanted for each state. */
  readonly count: number;
  readonly temperature: number;
  /**
   * 0 for the first time a state is expanded; a provider that answered `exhausted: false` may be asked again for the
   * same state with 1, 2, …, and then returns what it held back (slower or less likely tactics).
   */
  readonly round: number;
  readonly seed: number;
  readonly signal: AbortSignal;
}

export interface Proposal {
  /** Best first. May repeat itself: the search removes duplicates and says so. */
  readonly candidates: readonly Candidate[];
  /** No more will come for this state in later rounds. */
  readonly exhausted: boolean;
}

export type ProposeResult =
  | { readonly kind: 'proposed'; readonly proposals: readonly Proposal[] }
  | { readonly kind: 'providerFailed'; readonly message: string; readonly retriable: boolean };

/** States in, ranked candidates out. */
export interface TacticProvider {
  /** The profile name that every run records. */
  readonly name: string;
  readonly kind: string;
  propose(request: ProposeRequest): Promise<ProposeResult>;
  close(): Promise<void>;
}

/** What a provider may ask about the environment before it proposes anything. */
export interface ProviderContext {
  /** Which of these tactic keywords the environment can parse. */
  availableTactics(keywords: readonly string[]): Promise<ReadonlySet<string>>;
}
