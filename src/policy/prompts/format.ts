import type { Goal } from '../../lean/goal.ts';

/** What a model of this format writes: the next tactic, or a whole proof. */
export type PromptMode = 'tactic' | 'wholeProof';

/** How a prompt travels: as raw text to be continued, or as messages that the server puts into the model's chat template. */
export type PromptRoute = 'text' | 'chat';

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** A prompt as a generation server takes it. */
export type Prompt =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'chat';
      readonly messages: readonly ChatMessage[];
      /** How the assistant's answer begins; a server that cannot continue a message cannot take such a prompt. */
      readonly prefill?: string;
    };

/** The theorem that a search is about, as far as a prompt may show it. */
export interface PromptTheorem {
  /** Null for a statement without a name. */
  readonly name: string | null;
  /** A closed proposition, without binders of its own and without a proof. */
  readonly statement: string;
  /** Lines before the theorem: imports, `open`, options. The format's usual ones when absent. */
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
  /** First and last character of the failing span in `code`, in UTF-16 units; absent for the whole. */
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
}

export interface PromptSampling {
  readonly temperature: number;
  readonly topP: number;
  readonly maxTokens: number;
  /** Samples for each state that the model's authors use. */
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
}

/** How a prompt and its training text are laid out; every text that a model sees comes from one of these. */
export interface PromptBody {
  /** What comes before the answer: raw text, or messages. */
  readonly prompt:
    | { readonly kind: 'raw'; readonly text: string }
    | { readonly kind: 'chat'; readonly messages: readonly ChatMessage[] };
  /** How the answer begins; the model continues here. */
  readonly prefill: string;
}

/** A way to ask one family of models. */
export interface PromptFormat {
  readonly name: string;
  /** What it is, in one line for lists. */
  readonly about: string;
  readonly mode: PromptMode;
  /** Template that turns messages into text; null for formats of raw text, which no chat route can carry. */
  readonly template: ChatTemplate | null;
  readonly stop: readonly string[];
  /** Token ids that end an answer, for servers that do not stop at `stop` when it is a special token. */
  readonly stopTokenIds: readonly number[];
  readonly sampling: PromptSampling;
  readonly shape: CompletionShape;
  /** What the input must hold beyond goals. */
  readonly needs: readonly ('theorem' | 'name')[];
  body(input: PromptInput): PromptBody;
  /** What the model should write after the prompt, so that taking the tactic out of it gives `tactic` again. */
  answer(input: PromptInput, tactic: string): string;
}

/** Special words around the messages of a chat model. */
export interface ChatTemplate {
  readonly name: string;
  /** Written by the tokenizer itself on text routes, so never part of a text prompt. */
  readonly bos: string;
  /** Ends an answer in a training text. */
  readonly end: string;
  render(messages: readonly ChatMessage[]): string;
}

/** What was left out so that a prompt fits. */
export interface Omission {
  /** Names of hypotheses of the first goal. */
  readonly hypotheses: readonly string[];
  /** Hypotheses of the other goals. */
  readonly otherHypotheses: number;
  /** Other goals left out altogether. */
  readonly goals: number;
  /** Steps of the proof so far. */
  readonly steps: number;
}

export type PromptResult =
  | {
      readonly kind: 'prompt';
      readonly prompt: Prompt;
      /** Null when everything is in it. */
      readonly omitted: Omission | null;
    }
  | { readonly kind: 'cannotPrompt'; readonly reason: 'route' | 'missing' | 'tooLong'; readonly message: string };

/** One example to train on, made by the code that makes prompts. */
export interface TrainingExample {
  /** Prompt, answer and end mark as one text. */
  readonly text: string;
  /** Beginning of `text` that is the prompt; no loss is taken on it. */
  readonly prompt: string;
  readonly completion: string;
  /** The same as messages; null for formats of raw text. */
  readonly messages: readonly ChatMessage[] | null;
}
