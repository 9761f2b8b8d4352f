import { z } from 'zod';
import type { Goal } from '../lean/goal.ts';

/** What a provider is shown of a proof state. `goals[0]` is the goal that a tactic addresses. */
export interface PolicyState {
  readonly goals: readonly Goal[];
  /** Tactics from the root to here. */
  readonly path: readonly string[];
  readonly depth: number;
  /** What is to be proved, where the search knows; some prompts show it. */
  readonly theorem?: PolicyTheorem;
}

/** The theorem that a proof state belongs to. */
export interface PolicyTheorem {
  readonly name: string;
  /** A closed term; null when the theorem is known by its name only. */
  readonly statement: string | null;
  /** Modules that its environment imports. */
  readonly imports: readonly string[];
}

/** How a model's log-prob came about. */
export const tokenScoreSchema = z.object({
  /** Sum over the tokens of the whole completion, natural logarithm. */
  sum: z.number(),
  tokens: z.int().min(0),
  perToken: z.array(z.number()),
  /** What `logProb` is: this sum, or the sum over the number of tokens. */
  rule: z.enum(['sum', 'mean']),
  /** The temperature that is still in the numbers; null when they are the model's own. */
  scaledBy: z.number().nullable(),
  /** Whether the token, or the text, at which the model stopped is in the sum. */
  countsEnd: z.boolean(),
});
export type TokenScore = Readonly<z.infer<typeof tokenScoreSchema>>;

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
  /** Where a model gave its log-prob token by token. */
  score: tokenScoreSchema.optional(),
  /** Version of the model's weights that proposed it, where the server tells. */
  weights: z.string().optional(),
});
export type Candidate = Readonly<z.infer<typeof candidateSchema>>;

/** Text of a model that no tactic came out of, and why. */
export const droppedSchema = z.object({
  /** Empty when the model was not even asked. */
  raw: z.string(),
  reason: z.string(),
  /** Provider profile. */
  origin: z.string(),
});
export type DroppedCompletion = Readonly<z.infer<typeof droppedSchema>>;

/** What a provider is connected to. Holds no key. */
export const providerIdentitySchema = z.object({
  /** Address of a server, or path of a file, as it was given. */
  url: z.string(),
  /** As the server names it. */
  model: z.string(),
  /** Null when the server does not tell. */
  weightVersion: z.string().nullable(),
  /** Kind and version of the server: `sglang 0.5.20`. */
  server: z.string(),
  /** Name of the prompt format; null when there is none. */
  prompt: z.string().nullable(),
});
export type ProviderIdentity = Readonly<z.infer<typeof providerIdentitySchema>>;

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
  /** Which search asks: where a server has a queue, searches are served in turn. @default one for all */
  readonly lane?: string;
  /** Ask, whatever was answered before: to find out whether a server lives. @default false */
  readonly fresh?: boolean;
  readonly signal: AbortSignal;
}

export interface Proposal {
  /** Best first. May repeat itself: the search removes duplicates and says so. */
  readonly candidates: readonly Candidate[];
  /** No more will come for this state in later rounds. */
  readonly exhausted: boolean;
  /** What was thrown away before it was a candidate. */
  readonly dropped?: readonly DroppedCompletion[];
  /** The provider had it at hand and did not ask anew. @default false */
  readonly cached?: boolean;
}

export type ProposeResult =
  | { readonly kind: 'proposed'; readonly proposals: readonly Proposal[] }
  | { readonly kind: 'providerFailed'; readonly message: string; readonly retriable: boolean };

/** States in, ranked candidates out. */
export interface TacticProvider {
  /** The profile name that every run records. */
  readonly name: string;
  readonly kind: string;
  /** The server or file behind it as it is known now, those of a mixture's members in their order; empty for what is built in. */
  readonly identities?: readonly ProviderIdentity[];
  propose(request: ProposeRequest): Promise<ProposeResult>;
  close(): Promise<void>;
}

/** What a provider may ask about the environment before it proposes anything. */
export interface ProviderContext {
  /** Which of these tactic keywords the environment can parse. */
  availableTactics(keywords: readonly string[]): Promise<ReadonlySet<string>>;
}
