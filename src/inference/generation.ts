import type { ServerClient } from './served-client.ts';
import type { ServerFailed } from './server-failure.ts';

/** One turn of a chat. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** What a model is asked to continue. */
export type GenerationPrompt =
  | { readonly kind: 'text'; readonly text: string }
  /** `prefill` is the beginning of the answer; the sample's text continues after it. */
  | { readonly kind: 'chat'; readonly messages: readonly ChatMessage[]; readonly prefill?: string };

/** One question to a server: samples for one prompt. Every sampling parameter is sent, so that no server default acts. */
export interface GenerateRequest {
  readonly prompt: GenerationPrompt;
  /** Samples wanted. */
  readonly n: number;
  /** Most tokens of each sample. */
  readonly maxTokens: number;
  /** 0 = greedy. */
  readonly temperature: number;
  /** In (0, 1]; 1 = all tokens. */
  readonly topP: number;
  /** Absent = all tokens. */
  readonly topK?: number;
  /** Absent = 0, nothing cut off. */
  readonly minP?: number;
  /** Texts at which a sample ends; they are not part of its text. */
  readonly stop: readonly string[];
  readonly stopTokenIds?: readonly number[];
  /** Same seed, same samples, where the server can: see `capabilities.seed`. */
  readonly seed?: number;
  /** Whether log-probs are wanted. A server that has none answers without. */
  readonly logProbs: boolean;
  /** Which search asks: requests that wait are served in turn between lanes. @default one lane for all */
  readonly lane?: string;
  readonly signal: AbortSignal;
  /** Most milliseconds of one try, from when it is sent. @default the client's base and its time per token */
  readonly deadlineMs?: number;
}

/** How a sample ended. Only `stop` is a finished text. */
export type SampleFinish =
  /** `matched`: the stop text or the id of the token that ended it; null when the server does not tell. */
  | { readonly kind: 'stop'; readonly matched: string | number | null }
  | { readonly kind: 'length' }
  | { readonly kind: 'aborted'; readonly message: string };

/** Natural-log probability of a sample's text. */
export interface SampleLogProb {
  /** Sum of `perToken`. */
  readonly sum: number;
  /** Length of `perToken`. */
  readonly tokens: number;
  /** Tokens after the cut at a stop text are not among them. */
  readonly perToken: readonly number[];
  /** The temperature still in the numbers; null = the model's own, comparable at any temperature. */
  readonly scaledBy: number | null;
  /** Whether the end token, or the tokens of the stop text, are in the sum. */
  readonly countsEnd: boolean;
}

export interface Sample {
  readonly text: string;
  readonly finish: SampleFinish;
  /** Null when the server gave none. */
  readonly logProb: SampleLogProb | null;
  readonly promptTokens: number;
  /** As the server counts: the end token is among them. */
  readonly completionTokens: number;
  /** Prompt tokens that the server had in its prefix cache; null when it does not tell, or tells wrongly (`n` > 1). */
  readonly cachedTokens: number | null;
  /** From sending the request to having this sample. */
  readonly ms: number;
}

export type GenerateResult =
  | {
      readonly kind: 'samples';
      readonly samples: readonly Sample[];
      /** As the server names it now; a swap of weights may change it. */
      readonly model: string;
      /** Null when the server does not tell. */
      readonly weightVersion: string | null;
    }
  | ServerFailed;

/** A piece of a streamed answer: new text of one of the samples. */
export interface StreamedText {
  /** 0 … n-1. */
  readonly sample: number;
  readonly text: string;
}

/** What every generation server can do, whatever its kind. */
export interface GenerationClient extends ServerClient {
  generate(request: GenerateRequest): Promise<GenerateResult>;
  /** As `generate`, and tells each piece of text as it comes. A retry is made only before the first piece. */
  stream(request: GenerateRequest, onText: (piece: StreamedText) => void): Promise<GenerateResult>;
}
