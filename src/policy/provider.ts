import { z } from 'zod';
import type { ClientEvent, ClientStatistics } from '../inference/client-state.ts';
import type { Goal } from '../lean/goal.ts';

/** What a provider is shown of a proof state. `goals[0]` is the goal that a tactic addresses. */
export interface PolicyState {
  readonly goals: readonly Goal[];
  /** Tactics from the root to here. */
  readonly path: readonly string[];
  readonly depth: number;
  /** What is to be proved, where the search knows; some prompts show it. */
  readonly theorem?: PolicyTheorem;
  /** Whole proofs of this state that failed, oldest first, for a model that corrects itself. */
  readonly failed?: readonly FailedAttempt[];
}

/** A whole proof that did not hold. */
export interface FailedAttempt {
  /** What the model said, in full. */
  readonly answer: string;
  readonly tactics: readonly string[];
  /** Index of the tactic that failed; the length of `tactics` when all held and goals were left. */
  readonly step: number;
  /** What Lean said, or which goals were left. */
  readonly message: string;
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
  /** The tactics that come after it, where a whole proof was asked for; each is meant for the first goal that the one before left. */
  continuation: z.array(z.string()).optional(),
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
  /** Name of the prompt format with which it is asked for whole proofs, where that is another one. */
  proofPrompt: z.string().optional(),
  /** What it writes whatever it is asked for: whole proofs, of which a step search uses only the first tactic. */
  writes: z.literal('wholeProofs').optional(),
  /** It was trained to correct a proof of its own when it is told the errors. */
  corrects: z.literal(true).optional(),
});
export type ProviderIdentity = Readonly<z.infer<typeof providerIdentitySchema>>;

export interface ProposeRequest {
  readonly states: readonly PolicyState[];
  /** Number of candidates wanted for each state. */
  readonly count: number;
  readonly temperature: number;
  /**
   * Whole proofs are wanted, of at most so many tokens each: candidates then have a `continuation`. A provider that knows only
   * single tactics answers with these. Null or absent for single tactics.
   */
  readonly wholeProofs?: { readonly maxTokens: number } | null;
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
  | {
      readonly kind: 'providerFailed';
      readonly message: string;
      readonly retriable: boolean;
      /** Its server is there and does not do what it is asked for, which waiting seldom mends: broken answers, another mode, another key. */
      readonly wrongAnswer?: true;
    };

/** Why a provider proposed nothing. */
export type ProviderFailed = Extract<ProposeResult, { kind: 'providerFailed' }>;

/** A server that a provider asks, for those who look on. */
export interface ProviderServer {
  /** Provider profile. */
  readonly profile: string;
  /** Without keys. */
  readonly url: string;
  /** Of the requests of this process. */
  statistics(): ClientStatistics;
  /** Calls back at each event until the returned function is called. */
  watch(listener: (event: ClientEvent) => void): () => void;
}

/** States in, ranked candidates out. */
export interface TacticProvider {
  /** The profile name that every run records. */
  readonly name: string;
  readonly kind: string;
  /** The server or file behind it as it is known now, those of a mixture's members in their order; empty for what is built in. */
  readonly identities?: readonly ProviderIdentity[];
  /** The servers behind it, in the same order; empty where it asks none. */
  readonly servers?: readonly ProviderServer[];
  propose(request: ProposeRequest): Promise<ProposeResult>;
  close(): Promise<void>;
}

/** What a provider may ask about the environment before it proposes anything. */
export interface ProviderContext {
  /** Which of these tactic keywords the environment can parse. */
  availableTactics(keywords: readonly string[]): Promise<ReadonlySet<string>>;
}
