import { describe, expect, test } from 'vitest';
import { rankerFile } from '../../../../src/policy/ranker/model-file.ts';
import { netOf } from '../../../../src/policy/ranker/net.ts';
import { rankState } from '../../../../src/policy/ranker/ranking.ts';
import { DEFAULT_NET } from '../../../../src/policy/ranker/train/train-net.ts';
import { trainRanker } from '../../../../src/policy/ranker/train/train-ranker.ts';
import { decodeTrainingEvent, encodeTrainingEvent, type TrainingEvent } from '../../../../src/value/train/events.ts';
import { goal } from '../goals.ts';
import { madeProofs } from './made-proofs.ts';

const settings = { ...DEFAULT_NET, members: 1, hidden: 16, steps: 60 };
const none: ReadonlySet<string> = new Set();
const request = (seed: number, signal = new AbortController().signal) => ({
  proofs: madeProofs(),
  tactics: none,
  settings: { ...settings, seed },
  signal,
});

async function trained(seed: number) {
  const result = await trainRanker(request(seed));
  if (result.kind !== 'trained') throw new Error(JSON.stringify(result));
  return result.trained;
}

describe('training a ranker', () => {
  test('learns from some theorems what works on others', async () => {
    const { weights, templates, blend, counts, heuristic, ranker } = await trained(0);
    expect(counts).toMatchObject({ proofs: 24, theorems: 24, states: 24, groups: 24 });
    // All of this is measured on theorems that the judging net had not seen.
    expect(ranker.top1.value).toBeGreaterThan(0.9);
    expect(heuristic.top1.value).toBeLessThan(0.1);
    expect(ranker.rank.value).toBeLessThan(heuristic.rank.value);
    expect(ranker.rank.low).toBeLessThanOrEqual(ranker.rank.value);
    expect(ranker.rank.high).toBeGreaterThanOrEqual(ranker.rank.value);
    const state = { goals: [goal('m : Nat', 'h : 0 < m', '⊢ m ≤ 900')], path: [], depth: 0 };
    const own = { net: netOf(weights), templates, blend };
    const [best] = rankState(own, state, { tactics: none, name: 'ranker', best: 4 });
    expect(best?.tactic).toBe('simp');
  });

  test('the same data and seed give the same file, another seed another one', async () => {
    const bytes = async (seed: number): Promise<string> => {
      const { weights, templates, blend } = await trained(seed);
      return Buffer.from(rankerFile(weights, { templates, blend, training: {} })).toString('base64');
    };
    const first = await bytes(1);
    expect((await bytes(1)) === first).toBe(true);
    expect((await bytes(2)) === first).toBe(false);
  });

  test('tells of its steps and of what its nets make of new theorems, in the events of a training', async () => {
    const events: TrainingEvent[] = [];
    const result = await trainRanker({ ...request(0), onEvent: (event) => events.push(event) });
    expect(result.kind).toBe('trained');
    const steps = events.filter((event) => event.kind === 'step.logged');
    // Six nets of 60 steps, told of every 30.
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 12 }, (_, i) => 30 * (i + 1)));
    expect(steps.at(-1)).toMatchObject({ steps: 360, etaMs: 0, skipped: 0 });
    expect(steps[1]?.loss).toBeLessThan(steps[0]?.loss ?? 0);
    expect(steps[1]?.gap).toBeGreaterThan(0);
    const validated = events.filter((event) => event.kind === 'validated');
    expect(validated.map(({ step, best }) => [step, best])).toEqual([
      ...[60, 120, 180, 240, 300].map((step) => [step, false]),
      [360, true],
    ]);
    const last = validated.at(-1);
    expect(last).toMatchObject({ final: true, choice: { groups: 24 } });
    expect(last?.rank).toBeGreaterThan(0.9);
    expect(last?.choice?.chance).toBeLessThan(0.3);
    for (const [i, event] of events.entries())
      expect(decodeTrainingEvent(encodeTrainingEvent({ seq: i + 1, t: 0, event }))).toEqual({
        seq: i + 1,
        t: 0,
        event,
      });
  });

  test('says when there is too little to learn from, and stops when it is told to', async () => {
    expect(await trainRanker({ ...request(0), proofs: madeProofs(4) })).toEqual({
      kind: 'tooLittle',
      message: '4 theorems with an accepted proof are too few to train a ranker: at least 10 are needed',
    });
    expect(await trainRanker(request(0, AbortSignal.abort()))).toEqual({ kind: 'stopped' });
  });
});
