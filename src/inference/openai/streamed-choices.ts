import type { StreamedText } from '../generation.ts';
import { matchedStop } from './answer-choices.ts';
import type { WholeChoice } from './choice-sample.ts';
import { type WireAnswer, type WireToken, type WireUsage, wireTokens } from './wire.ts';

interface Growing {
  text: string;
  readonly tokens: WireToken[];
  finishReason: string | null;
  matched: string | number | null;
  /** What came of a beginning that may be the repeated one. */
  held: string | null;
  ms: number;
}

/** Puts the pieces of a streamed answer together, and passes on new text. */
export class StreamedChoices {
  readonly #prefill: string;
  readonly #onText: (piece: StreamedText) => void;
  readonly #choices = new Map<number, Growing>();
  #usage: WireUsage | null = null;
  model: string | null = null;

  constructor(prefill: string | undefined, onText: (piece: StreamedText) => void) {
    this.#prefill = prefill ?? '';
    this.#onText = onText;
  }

  /** @param ms since the request was sent */
  add(piece: WireAnswer, ms: number): void {
    this.model = piece.model ?? this.model;
    this.#usage = piece.usage ?? this.#usage;
    for (const choice of piece.choices) {
      const growing = this.#choice(choice.index);
      const tokens = wireTokens(choice.logprobs);
      if (tokens !== null) growing.tokens.push(...tokens);
      this.#grow(choice.index, growing, choice.text ?? choice.delta?.content ?? '');
      growing.finishReason = choice.finish_reason ?? growing.finishReason;
      growing.matched = matchedStop(choice) ?? growing.matched;
      growing.ms = ms;
      if (growing.finishReason !== null) this.#release(choice.index, growing);
    }
  }

  #choice(index: number): Growing {
    const known = this.#choices.get(index);
    if (known !== undefined) return known;
    const held = this.#prefill === '' ? null : '';
    const fresh = { text: '', tokens: [], finishReason: null, matched: null, held, ms: 0 };
    this.#choices.set(index, fresh);
    return fresh;
  }

  #grow(sample: number, growing: Growing, text: string): void {
    if (text === '') return;
    if (growing.held !== null) {
      growing.held += text;
      if (growing.held.length < this.#prefill.length && this.#prefill.startsWith(growing.held)) return;
      this.#release(sample, growing);
      return;
    }
    growing.text += text;
    this.#onText({ sample, text });
  }

  /** The beginning is complete: a repeated one is dropped. */
  #release(sample: number, growing: Growing): void {
    const { held } = growing;
    if (held === null) return;
    growing.held = null;
    this.#grow(sample, growing, held.startsWith(this.#prefill) ? held.slice(this.#prefill.length) : held);
  }

  /** The choices in their order, once the answer is complete. */
  whole(): readonly WholeChoice[] {
    const alone = this.#choices.size === 1;
    return [...this.#choices]
      .sort(([a], [b]) => a - b)
      .map(([, { text, tokens, finishReason, matched, ms }]) => ({
        text,
        finishReason,
        matched,
        tokens: tokens.length > 0 ? tokens : null,
        promptTokens: this.#usage?.prompt_tokens ?? 0,
        completionTokens: alone ? (this.#usage?.completion_tokens ?? null) : null,
        cachedTokens: alone ? (this.#usage?.prompt_tokens_details?.cached_tokens ?? null) : null,
        ms,
      }));
  }
}
