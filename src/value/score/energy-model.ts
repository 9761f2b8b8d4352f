import { LRUCache } from 'lru-cache';
import type { StateEncoder } from '../encode/encoder.ts';
import type { HeadVariant } from '../head/config.ts';
import type { HeadScorer } from '../head/scorer.ts';
import { headInputs, headTexts, relevantTexts, textsKey, textsToEncode } from './head-input.ts';
import type {
  Refused,
  ScoreResult,
  StateTexts,
  ValueFailed,
  ValueModel,
  ValueModelAbout,
  ValueModelStatistics,
  ValueState,
} from './value-model.ts';

/** Most states that go through the head together. */
const largestBatch = 64;
/** Energies kept, so that a state that comes again is not scored again. */
const keptEnergies = 50_000;
/** Parts of one that energies are rounded to: how states fall into batches shows further behind. */
const digits = 1e6;

export interface EnergyModelParts {
  readonly name: string;
  readonly hash: string;
  readonly file: string;
  readonly about: ValueModelAbout;
  readonly variant: HeadVariant;
  /** The model closes both. */
  readonly encoder: StateEncoder;
  readonly scorer: HeadScorer;
}

/** A state that waits for its energy, or is being scored; several searches may wait for the same. */
interface Waiting {
  readonly key: string;
  readonly texts: StateTexts;
  readonly answer: PromiseWithResolvers<number | Refused | ValueFailed>;
  /** Requests that still want it. */
  wanted: number;
}

/**
 * An energy head over an encoder. All searches that share it share one queue: what is asked for while a batch is being scored
 * makes up the next one.
 */
export class EnergyModel implements ValueModel {
  readonly name: string;
  readonly hash: string;
  readonly file: string;
  readonly about: ValueModelAbout;
  readonly #parts: EnergyModelParts;
  readonly #known = new LRUCache<string, number>({ max: keptEnergies });
  /** In the order in which they came. */
  readonly #queue = new Map<string, Waiting>();
  readonly #inFlight = new Map<string, Waiting>();
  #isPumping = false;
  readonly #closing = new AbortController();
  readonly #counts = { calls: 0, states: 0, cached: 0, batches: 0, encodeMs: 0, headMs: 0, failures: 0 };

  constructor(parts: EnergyModelParts) {
    this.#parts = parts;
    this.name = parts.name;
    this.hash = parts.hash;
    this.file = parts.file;
    this.about = parts.about;
  }

  async score(
    states: readonly ValueState[],
    signal: AbortSignal,
    { fresh = false }: { readonly fresh?: boolean } = {},
  ): Promise<ScoreResult> {
    const { variant } = this.#parts;
    return this.#scoreAll(
      states.map((state) => headTexts(state, variant)),
      signal,
      fresh,
    );
  }

  async scoreTexts(texts: readonly StateTexts[], signal: AbortSignal): Promise<ScoreResult> {
    const { variant } = this.#parts;
    return this.#scoreAll(
      texts.map((one) => relevantTexts(one, variant)),
      signal,
      false,
    );
  }

  async #scoreAll(inputs: readonly StateTexts[], signal: AbortSignal, fresh: boolean): Promise<ScoreResult> {
    // Nothing takes from the queue any more: whoever asked would wait for ever.
    if (this.#closing.signal.aborted) return this.#closed();
    this.#counts.calls += 1;
    this.#counts.states += inputs.length;
    let cached = 0;
    const answers = inputs.map((texts): number | Waiting => {
      const key = textsKey(texts);
      const known = fresh ? undefined : this.#known.get(key);
      if (known === undefined) return this.#enqueue(key, texts);
      cached += 1;
      return known;
    });
    this.#counts.cached += cached;
    const waiting = answers.filter((answer) => typeof answer === 'object');
    if (waiting.length === 0) return { kind: 'scored', energies: answers as readonly number[], cached };
    if (!this.#isPumping) void this.#pump();
    const gaveUp = Promise.withResolvers<ValueFailed>();
    const giveUp = (): void => {
      for (const one of waiting) this.#unwant(one);
      gaveUp.resolve({ kind: 'valueFailed', message: 'it was given up', retriable: true });
    };
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      const energies: (number | Refused)[] = [];
      for (const answer of answers) {
        const energy =
          typeof answer === 'number' ? answer : await Promise.race([answer.answer.promise, gaveUp.promise]);
        if (typeof energy === 'object' && energy.kind === 'valueFailed') return energy;
        energies.push(energy);
      }
      return { kind: 'scored', energies, cached };
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  statistics(): ValueModelStatistics {
    return { ...this.#counts, waiting: this.#queue.size + this.#inFlight.size };
  }

  async close(): Promise<void> {
    this.#closing.abort();
    const closed = this.#closed();
    for (const one of [...this.#queue.values(), ...this.#inFlight.values()]) one.answer.resolve(closed);
    this.#queue.clear();
    await this.#parts.encoder.close();
    await this.#parts.scorer.close();
  }

  #enqueue(key: string, texts: StateTexts): Waiting {
    const there = this.#inFlight.get(key) ?? this.#queue.get(key);
    if (there !== undefined) {
      there.wanted += 1;
      return there;
    }
    const made = { key, texts, answer: Promise.withResolvers<number | Refused | ValueFailed>(), wanted: 1 };
    this.#queue.set(key, made);
    return made;
  }

  #unwant(one: Waiting): void {
    one.wanted -= 1;
    if (one.wanted === 0 && this.#queue.get(one.key) === one) this.#queue.delete(one.key);
  }

  /** One batch after the other, as long as anything waits. */
  async #pump(): Promise<void> {
    this.#isPumping = true;
    // Searches whose answers came in the same turn of the event loop ask together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#queue.size > 0 && !this.#closing.signal.aborted) {
      const batch = [...this.#queue.values().take(largestBatch)];
      for (const one of batch) {
        this.#queue.delete(one.key);
        this.#inFlight.set(one.key, one);
      }
      const answers = await this.#scoreBatch(batch.map(({ texts }) => texts)).catch((error: unknown) =>
        this.#failed(error instanceof Error ? error.message : String(error), false),
      );
      for (const [i, one] of batch.entries()) {
        const answer = 'kind' in answers ? answers : (answers[i] as number | Refused);
        if (typeof answer === 'number') this.#known.set(one.key, answer);
        this.#inFlight.delete(one.key);
        one.answer.resolve(answer);
      }
    }
    this.#isPumping = false;
  }

  async #scoreBatch(batch: readonly StateTexts[]): Promise<readonly (number | Refused)[] | ValueFailed> {
    const { encoder, scorer, variant } = this.#parts;
    const counts = this.#counts;
    counts.batches += 1;
    const texts = textsToEncode(batch);
    const begun = performance.now();
    const encoded = await encoder.encodeEach(texts, this.#closing.signal);
    counts.encodeMs += performance.now() - begun;
    if (encoded.kind === 'encodeFailed') return this.#failed(encoded.message, encoded.retriable);
    const vectors = new Map<string, Float32Array>();
    const refusals = new Map<string, string>();
    for (const [i, one] of encoded.texts.entries())
      if (one.kind === 'vector') vectors.set(texts[i] as string, one.vector);
      else refusals.set(texts[i] as string, one.message);
    const refusalOf = ({ state, goal, tactic }: StateTexts): string | undefined =>
      refusals.get(state) ?? refusals.get(goal ?? '') ?? refusals.get(tactic ?? '');
    const usable = batch.filter((one) => refusalOf(one) === undefined);
    const inputs = headInputs(usable, variant, encoder.identity.width, (text) => vectors.get(text) as Float32Array);
    const result =
      usable.length === 0
        ? ({ kind: 'energies', energies: new Float32Array(), ms: 0 } as const)
        : await scorer.energies(inputs, usable.length);
    if (result.kind === 'onnxFailed') return this.#failed(result.message, false);
    counts.headMs += result.ms;
    if (!result.energies.every(Number.isFinite))
      return this.#failed(
        `its head gives energies that are no numbers: ${this.file} is damaged; copy it again, or train it anew`,
        false,
      );
    const energies = result.energies.values();
    return batch.map((one): number | Refused => {
      const message = refusalOf(one);
      if (message !== undefined) return { kind: 'refused', message };
      return Math.round((energies.next().value as number) * digits) / digits;
    });
  }

  #closed(): ValueFailed {
    return { kind: 'valueFailed', message: `the value model ${this.name} was closed`, retriable: false };
  }

  #failed(message: string, retriable: boolean): ValueFailed {
    this.#counts.failures += 1;
    return { kind: 'valueFailed', message: `the value model ${this.name}: ${message}`, retriable };
  }
}
