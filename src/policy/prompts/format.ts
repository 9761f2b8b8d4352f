import type { ChatMessage, GenerationPrompt } from '../../inference/generation.ts';
import type { Goal } from '../../lean/goal.ts';

/** What a model of this format writes: the next tactic, or a whole proof. */
export type PromptMode = 'tactic' | 'wholeProof';

/** How a prompt travels: as raw text to be continued, or as messages that the server puts into the model's chat template. */
export type PromptRoute = 'text' | 'chat';

/** The theorem that a search is about, as far as a prompt may show it. */
export interface PromptTheorem {
  /** Null for a statement without a name. */
  readonly name: string | null;
  /** A closed proposition. */
  readonly statement: string;
  /** Lines before the theorem: imports, `open`, options. @default those that the model was trained on */
  readonly header?: string;
  /** The problem in words. */
  readonly informal?: string;
}

/** An earlier answer that did not hold, for formats with a correction turn. */
export interface FailedProof {
  /** The whole answer as the model gave it. */
  readonly answer: string;
  /** The code that was checked. */
  readonly code: string;
  readonly errors: readonly ProofError[];
}

export interface ProofError {
  readonly message: string;
  /** First character of the failing span in `code` and the one after its last, in UTF-16 units; absent for the whole. */
  readonly span?: readonly [start: number, end: number];
}

/** What a prompt is made of. `goals[0]` is the goal that a tactic addresses. */
export interface PromptInput {
  readonly goals: readonly Goal[];
  /** Tactics from the root to here. */
  readonly path: readonly string[];
  readonly theorem?: PromptTheorem;
  /** Earlier rounds of a correction, oldest first. */
  readonly failed?: readonly FailedProof[];
  /** What is missing from the members above; formats leave a visible mark of it. */
  readonly omitted?: Omission;
}

/** What was left out so that a prompt fits. */
export interface Omission {
  /** Names of hypotheses of the first goal. */
  readonly hypotheses: readonly string[];
  /** Hypotheses of the other goals. */
  readonly otherHypotheses: number;
  /** Other goals left out altogether. */
  readonly goals: number;
  /** Steps of the proof so far, oldest first. */
  readonly steps: number;
}

export interface PromptSampling {
  readonly temperature: number;
  readonly topP: number;
  readonly maxTokens: number;
  /** Samples for each state. */
  readonly samples: number;
  readonly presencePenalty?: number;
}

/** What is to be known about a completion before tactics are taken out of it. */
export interface CompletionShape {
  /** The prompt ended inside a code block, so the completion begins as code. */
  readonly insideFence: boolean;
  /** Column at which the completion goes on; its first line has that much indentation already. */
  readonly column: number;
  /** Which code block holds the answer when there are several. */
  readonly fence: 'first' | 'last';
  /** Words before the tactic that belong to the format, such as `PROOFSTEP`. */
  readonly labels: readonly string[];
  /** The prompt has opened a section of thinking, which the completion closes. */
  readonly thinking: boolean;
}

/** How a prompt is laid out; every text that a model sees comes from one of these. */
export interface PromptBody {
  readonly prompt:
    | { readonly kind: 'raw'; readonly text: string }
    | { readonly kind: 'chat'; readonly messages: readonly ChatMessage[] };
  /** How the answer begins; the model continues here. */
  readonly prefill: string;
}

/** Special words around the messages of a chat model. The mark of the beginning (BOS) is the tokenizer's to write. */
export interface ChatTemplate {
  readonly name: string;
  /** Ends an answer in a training text. */
  readonly end: string;
  /** The messages up to the place where the answer begins. */
  render(messages: readonly ChatMessage[]): string;
}

/** A way to ask one family of models. */
export interface PromptFormat {
  readonly name: string;
  /** What it is, in one line for lists. */
  readonly about: string;
  readonly mode: PromptMode;
  /** Of a format for tactics: name of the one with which the same model is asked for whole proofs. @default found by the model's name */
  readonly wholeProofs?: string;
  /** Whether the model thinks or plans before the proof, and needs room for that. @default false */
  readonly plansFirst?: boolean;
  /** Whether it shows earlier answers that did not hold, with their errors. @default false */
  readonly corrects?: boolean;
  /** Names of models that it is for: lower case, with `-` between words. */
  readonly models: readonly RegExp[];
  /** Template that turns messages into text; null for formats of raw text, which no chat route can carry. */
  readonly template: ChatTemplate | null;
  readonly stop: readonly string[];
  /** Ids of tokens that end an answer, for servers that do not see a special token in `stop`. */
  readonly stopTokenIds: readonly number[];
  readonly sampling: PromptSampling;
  readonly shape: CompletionShape;
  /** Longest input that the model was trained on, in bytes; null when only the context of the server limits it. */
  readonly maxInputBytes: number | null;
  body(input: PromptInput): PromptBody;
  /** What the model should write after the prompt, so that taking tactics out of it gives `tactics` again. */
  answer(input: PromptInput, tactics: string): string;
}

export type PromptResult =
  | {
      readonly kind: 'prompt';
      readonly prompt: GenerationPrompt;
      /** Null when everything is in it. */
      readonly omitted: Omission | null;
    }
  | { readonly kind: 'cannotPrompt'; readonly reason: 'route' | 'tooLong'; readonly message: string };

/** One example to train on, made by the code that makes prompts. */
export interface TrainingExample {
  /** Prompt, answer and end mark as one text. */
  readonly text: string;
  /** Beginning of `text` that is the prompt; no loss is taken on it. */
  readonly prompt: string;
  /** The rest of `text`. */
  readonly completion: string;
  /** The same as messages; null for formats of raw text. */
  readonly messages: readonly ChatMessage[] | null;
  readonly omitted: Omission | null;
}

/** Shape of a completion that is nothing but tactics. */
export const BARE_COMPLETION: CompletionShape = {
  insideFence: false,
  column: 0,
  fence: 'first',
  labels: [],
  thinking: false,
};
