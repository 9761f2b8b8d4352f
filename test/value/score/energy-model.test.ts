import { describe, expect, test } from 'vitest';
import type { EncodeEachResult, StateEncoder } from '../../../src/value/encode/encoder.ts';
import type { HeadVariant } from '../../../src/value/head/config.ts';
import type { HeadScorer } from '../../../src/value/head/scorer.ts';
import { EnergyModel } from '../../../src/value/score/energy-model.ts';
import type { ValueState } from '../../../src/value/score/value-model.ts';

const NEVER = new AbortController().signal;
const width = 4;

/** Vectors that tell texts apart; texts with `bad` in them cannot be encoded. */
class MadeUpEncoder implements StateEncoder {
  readonly identity = { kind: 'ngram', name: 'made-up', width, features: 'none' } as const;
  readonly asked: string[][] = [];
  fails: Extract<EncodeEachResult, { kind: 'encodeFailed' }> | null = null;
  gate: Promise<void> = Promise.resolve();
  isClosed = false;

  async encodeEach(texts: readonly string[]): Promise<EncodeEachResult> {
    this.asked.push([...texts]);
    await this.gate;
    if (this.fails !== null) return this.fails;
    return {
      kind: 'encoded',
      texts: texts.map((text) =>
        text.includes('bad')
          ? { kind: 'failed', message: 'too long' }
          : { kind: 'vector', vector: vectorOf(text), truncated: false },
      ),
    };
  }

  async encode(): Promise<never> {
    throw new Error('not used');
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

const vectorOf = (text: string): Float32Array =>
  Float32Array.from({ length: width }, (_, i) => (text.charCodeAt(i % text.length) % 13) + i);

/** The sum of a row's numbers, each by its place. */
class MadeUpScorer implements HeadScorer {
  readonly inputWidth: number;
  readonly batches: number[] = [];
  isDamaged = false;

  constructor(inputWidth: number) {
    this.inputWidth = inputWidth;
  }

  async energies(inputs: Float32Array<ArrayBuffer>, rows: number) {
    this.batches.push(rows);
    if (this.isDamaged) return { kind: 'energies', energies: new Float32Array(rows).fill(Number.NaN), ms: 1 } as const;
    const energies = Float32Array.from({ length: rows }, (_, row) =>
      inputs
        .subarray(row * this.inputWidth, (row + 1) * this.inputWidth)
        .reduce((sum, one, i) => sum + (one * (i + 1)) / 7, 0),
    );
    return { kind: 'energies', energies, ms: 1 } as const;
  }

  async close(): Promise<void> {}
}

function made(variant: HeadVariant = 'state') {
  const encoder = new MadeUpEncoder();
  const scorer = new MadeUpScorer({ state: 1, goal: 3, tactic: 2 }[variant] * width);
  const about = {
    encoder: { kind: 'ngram', name: 'made-up', width, fingerprint: 'f' },
    head: { variant, hidden: [] },
    scale: { energy: null, logProb: null },
  };
  return {
    encoder,
    scorer,
    model: new EnergyModel({ name: 'm', hash: 'h', file: 'f', about, variant, encoder, scorer }),
  };
}

const state = (target: string, more: Partial<ValueState> = {}): ValueState => ({
  goals: [{ hypotheses: [], target }],
  rootGoals: [{ hypotheses: [], target: 'root' }],
  parentGoals: null,
  path: [],
  ...more,
});

describe('an energy head over an encoder', () => {
  test('searches that ask in the same turn share a batch, and a state that two ask about is scored once', async () => {
    const { encoder, scorer, model } = made();
    const [one, other] = await Promise.all([
      model.score([state('a'), state('b')], NEVER),
      model.score([state('b'), state('c')], NEVER),
    ]);
    expect(scorer.batches).toEqual([3]);
    expect(encoder.asked).toEqual([['⊢ a', '⊢ b', '⊢ c']]);
    if (one?.kind !== 'scored' || other?.kind !== 'scored') throw new Error('not scored');
    expect(one.energies[1]).toBe(other.energies[0]);
    expect(new Set([...one.energies, ...other.energies]).size).toBe(3);
    const again = await model.score([state('c'), state('a')], NEVER);
    expect(again).toEqual({ kind: 'scored', energies: [other.energies[1], one.energies[0]], cached: 2 });
    expect(scorer.batches).toEqual([3]);
    expect(model.statistics()).toMatchObject({ calls: 3, states: 6, cached: 2, batches: 1, waiting: 0 });
  });

  test('what is asked for while a batch is on its way makes up the next one; large questions are split', async () => {
    const { encoder, scorer, model } = made();
    const gate = Promise.withResolvers<void>();
    encoder.gate = gate.promise;
    const first = model.score([state('first')], NEVER);
    await expect.poll(() => encoder.asked.length).toBe(1);
    const later = Array.from({ length: 100 }, (_, i) => model.score([state(`s${i}`)], NEVER));
    gate.resolve();
    await Promise.all([first, ...later]);
    expect(scorer.batches).toEqual([1, 64, 36]);
  });

  test('a batch gives what single calls give', async () => {
    const states = Array.from({ length: 20 }, (_, i) => state(`x${i * i}`));
    const together = await made().model.score(states, NEVER);
    const { model } = made();
    const single: unknown[] = [];
    for (const one of states) {
      const scored = await model.score([one], NEVER);
      single.push(scored.kind === 'scored' ? scored.energies[0] : scored);
    }
    expect(together).toEqual({ kind: 'scored', energies: single, cached: 0 });
  });

  test('a goal-conditioned head sees state, goal and their product; one that looks at tactics the last tactic', async () => {
    const goal = made('goal');
    await goal.model.score([state('a'), state('a', { rootGoals: [{ hypotheses: [], target: 'other' }] })], NEVER);
    expect(goal.encoder.asked).toEqual([['⊢ a', '⊢ root', '⊢ other']]);
    expect(goal.scorer.batches).toEqual([2]);
    const tactic = made('tactic');
    const parentGoals = [{ hypotheses: [], target: 'p' }];
    await tactic.model.score([state('a'), state('a', { parentGoals, path: ['intro', 'simp'] })], NEVER);
    expect(tactic.encoder.asked).toEqual([['⊢ a', 'simp']]);
    expect(tactic.scorer.batches).toEqual([2]);
  });

  test('a text that cannot be encoded has no energy and says why; the others of its batch have theirs', async () => {
    const { model } = made();
    const scored = await model.score([state('a'), state('bad'), state('c')], NEVER);
    expect(scored).toMatchObject({
      kind: 'scored',
      energies: [expect.any(Number), { kind: 'refused', message: 'too long' }, expect.any(Number)],
    });
    const [only] =
      (await model.score([state('bad')], NEVER).then((one) => (one.kind === 'scored' ? one.energies : []))) ?? [];
    expect(only).toEqual({ kind: 'refused', message: 'too long' });
  });

  test('an encoder that does not answer fails the question, and is asked again the next time', async () => {
    const { encoder, model } = made();
    encoder.fails = { kind: 'encodeFailed', reason: 'server', message: 'the encoder at x is away', retriable: true };
    expect(await model.score([state('a')], NEVER)).toEqual({
      kind: 'valueFailed',
      message: 'the value model m: the encoder at x is away',
      retriable: true,
    });
    encoder.fails = null;
    expect(await model.score([state('a')], NEVER)).toMatchObject({ kind: 'scored', cached: 0 });
    expect(model.statistics().failures).toBe(1);
  });

  test('a head that gives no numbers fails the question, and says which file it is', async () => {
    const { scorer, model } = made();
    scorer.isDamaged = true;
    expect(await model.score([state('a')], NEVER)).toEqual({
      kind: 'valueFailed',
      message:
        'the value model m: its head gives energies that are no numbers: f is damaged; copy it again, or train it anew',
      retriable: false,
    });
  });

  test('who gives up waits no longer, and what nobody wants is not scored', async () => {
    const { encoder, scorer, model } = made();
    const gate = Promise.withResolvers<void>();
    encoder.gate = gate.promise;
    const first = model.score([state('first')], NEVER);
    await expect.poll(() => encoder.asked.length).toBe(1);
    const giving = new AbortController();
    const given = model.score([state('given up'), state('shared')], giving.signal);
    const other = model.score([state('shared')], NEVER);
    giving.abort();
    expect(await given).toMatchObject({ kind: 'valueFailed', retriable: true });
    gate.resolve();
    await Promise.all([first, other]);
    expect(encoder.asked).toEqual([['⊢ first'], ['⊢ shared']]);
    expect(scorer.batches).toEqual([1, 1]);
  });

  test('closing answers whoever waits', async () => {
    const { encoder, model } = made();
    encoder.gate = new Promise(() => {});
    const asked = model.score([state('a')], NEVER);
    await expect.poll(() => encoder.asked.length).toBe(1);
    await model.close();
    expect(await asked).toMatchObject({ kind: 'valueFailed', retriable: false });
    expect(encoder.isClosed).toBe(true);
  });

  test('a question after closing is answered, too', async () => {
    const { encoder, model } = made();
    await model.close();
    expect(await model.score([state('a')], NEVER)).toEqual({
      kind: 'valueFailed',
      message: 'the value model m was closed',
      retriable: false,
    });
    expect(encoder.asked).toEqual([]);
  });
});
