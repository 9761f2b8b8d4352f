import type { StreamedText } from '../generation.ts';
import { errorMessage } from '../http/error-body.ts';
import { EventReader } from '../http/lines.ts';
import { checkValue, parseJson } from '../http/read-json.ts';
import { sampleSchema, streamErrorSchema, type WireSample } from './wire.ts';

/** What has become of a streamed answer. */
export type StreamEnd =
  | { readonly kind: 'complete'; readonly samples: readonly WireSample[] }
  /** The server says that it failed, in the middle of an answer with status 200. */
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'broken'; readonly message: string }
  /** The connection ended before the answer did. */
  | { readonly kind: 'cut' };

/**
 * Puts a streamed answer together. Each chunk holds either all of the text so far or what is new; the server's settings tell which, or
 * else the first chunk that can.
 */
export class StreamAssembler {
  readonly #events: EventReader;
  readonly #onText: (piece: StreamedText) => void;
  readonly #samples: (WireSample | null)[];
  /** Text that was passed on, by sample. */
  readonly #told: string[];
  #incremental: boolean | null;
  #problem: Extract<StreamEnd, { kind: 'error' | 'broken' }> | null = null;
  #isDone = false;

  /** @param incremental whether chunks hold only what is new; null when nobody knows */
  constructor(n: number, incremental: boolean | null, onText: (piece: StreamedText) => void) {
    this.#samples = Array.from({ length: n }, () => null);
    this.#told = Array.from({ length: n }, () => '');
    this.#incremental = incremental;
    this.#onText = onText;
    this.#events = new EventReader((data) => this.#take(data));
  }

  push(text: string): void {
    this.#events.push(text);
  }

  end(): StreamEnd {
    this.#events.end();
    if (this.#problem) return this.#problem;
    const samples = this.#samples.filter((one) => one !== null);
    const isComplete = samples.length === this.#samples.length && samples.every((one) => one.meta_info.finish_reason);
    if (isComplete) return { kind: 'complete', samples };
    return this.#isDone ? { kind: 'broken', message: 'the stream ended, and not all samples had' } : { kind: 'cut' };
  }

  #take(data: string): void {
    if (this.#problem) return;
    if (data.trim() === '[DONE]') {
      this.#isDone = true;
      return;
    }
    const value = parseJson(data);
    if (streamErrorSchema.safeParse(value).success) {
      this.#problem = { kind: 'error', message: errorMessage(data) };
      return;
    }
    const chunk = checkValue(value, sampleSchema, 'a chunk');
    const at = chunk.kind === 'json' ? (chunk.value.index ?? 0) : 0;
    // A chunk that is cut off is the end of the connection, which shows by itself.
    if (chunk.kind !== 'json') {
      if (value !== undefined) this.#problem = { kind: 'broken', message: chunk.message };
    } else if (at >= this.#samples.length)
      this.#problem = { kind: 'broken', message: `a chunk is of sample ${at}, ${this.#samples.length} were asked for` };
    else this.#add(at, chunk.value);
  }

  #add(at: number, chunk: WireSample): void {
    const before = this.#samples[at] ?? null;
    if (before !== null) this.#incremental ??= isIncremental(before, chunk);
    const whole = before !== null && this.#incremental ? joined(before, chunk) : chunk;
    this.#samples[at] = whole;
    this.#tell(at, whole);
  }

  /** Passes on what is new. A sign of several tokens shows as U+FFFD until it is complete, and the last chunk may take back a stop text. */
  #tell(at: number, { text, meta_info: meta }: WireSample): void {
    const told = this.#told[at] as string;
    const safe = meta.finish_reason ? text : text.replace(/\uFFFD+$/, '');
    if (safe.length <= told.length || !safe.startsWith(told)) return;
    this.#told[at] = safe;
    this.#onText({ sample: at, text: safe.slice(told.length) });
  }
}

/** Chunks with everything so far hold as many tokens as they say were made, and begin like the one before. */
function isIncremental(before: WireSample, chunk: WireSample): boolean | null {
  const made = chunk.meta_info.completion_tokens;
  const ids = chunk.output_ids?.length ?? null;
  if (ids !== null && made > before.meta_info.completion_tokens) return ids < made;
  if (before.text === '') return null;
  return !chunk.text.startsWith(before.text);
}

function joined(before: WireSample, chunk: WireSample): WireSample {
  const logProbs = chunk.meta_info.output_token_logprobs;
  const isWhole = logProbs?.length === chunk.meta_info.completion_tokens;
  return {
    ...chunk,
    text: before.text + chunk.text,
    output_ids: [...(before.output_ids ?? []), ...(chunk.output_ids ?? [])],
    meta_info: {
      ...chunk.meta_info,
      output_token_logprobs:
        logProbs && !isWhole ? [...(before.meta_info.output_token_logprobs ?? []), ...logProbs] : logProbs,
    },
  };
}
