import { parseJson } from '../../text/parse-json.ts';
import type { StreamedText } from '../generation.ts';
import { errorMessage } from '../http/error-body.ts';
import { EventReader } from '../http/lines.ts';
import { checkValue } from '../http/read-json.ts';
import { isIncremental, joined, joinedChunks, wasIncremental } from './stream-form.ts';
import { sampleSchema, streamErrorSchema, type WireSample } from './wire.ts';

/** What has become of a streamed answer. */
export type StreamEnd =
  | { readonly kind: 'complete'; readonly samples: readonly WireSample[] }
  /** The server says that it failed, in the middle of an answer with status 200. */
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'broken'; readonly message: string }
  /** The connection ended before the answer did. */
  | { readonly kind: 'cut' };

/** One sample of a stream. */
interface Streamed {
  /** What it is so far, once the form of the chunks is known. */
  whole: WireSample | null;
  /** Chunks that wait for that. */
  readonly waiting: WireSample[];
  /** Text that was passed on. */
  told: string;
}

/**
 * Puts a streamed answer together. Each chunk holds either all of the text so far or what is new; the server's settings tell which, or
 * else the first chunk that can.
 */
export class StreamAssembler {
  readonly #events: EventReader;
  readonly #onText: (piece: StreamedText) => void;
  readonly #samples: readonly Streamed[];
  #incremental: boolean | null;
  #problem: Extract<StreamEnd, { kind: 'error' | 'broken' }> | null = null;
  #isDone = false;

  /** @param incremental whether chunks hold only what is new; null when nobody knows */
  constructor(n: number, incremental: boolean | null, onText: (piece: StreamedText) => void) {
    this.#samples = Array.from({ length: n }, () => ({ whole: null, waiting: [], told: '' }));
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
    if (this.#incremental === null) this.#settle(wasIncremental(this.#samples.map(({ waiting }) => waiting)));
    const samples = this.#samples.map(({ whole }) => whole).filter((one) => one !== null);
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
    const sample = this.#samples[at] as Streamed;
    if (this.#incremental !== null) {
      sample.whole = this.#incremental ? joined(sample.whole, chunk) : chunk;
      this.#tell(at, sample.whole);
      return;
    }
    sample.waiting.push(chunk);
    const found = isIncremental(sample.waiting);
    if (found !== null) this.#settle(found);
    // The first chunk is the same in both forms.
    else if (sample.waiting.length === 1) this.#tell(at, chunk);
  }

  /** The form of the chunks is known: what waited for that is put together. */
  #settle(incremental: boolean): void {
    this.#incremental = incremental;
    for (const [at, sample] of this.#samples.entries()) {
      sample.whole = joinedChunks(sample.waiting.splice(0), incremental);
      if (sample.whole !== null) this.#tell(at, sample.whole);
    }
  }

  /** Passes on what is new. A sign of several tokens shows as U+FFFD until it is complete, and the last chunk may take back a stop text. */
  #tell(at: number, { text, meta_info: meta }: WireSample): void {
    const sample = this.#samples[at] as Streamed;
    const safe = meta.finish_reason ? text : text.replace(/\uFFFD+$/, '');
    if (safe.length <= sample.told.length || !safe.startsWith(sample.told)) return;
    const piece = safe.slice(sample.told.length);
    sample.told = safe;
    this.#onText({ sample: at, text: piece });
  }
}
