import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Goal } from '../../src/lean/goal.ts';
import { openCachedEncoder } from '../../src/value/encode/cached-encoder.ts';
import { encoderFingerprint } from '../../src/value/encode/identity.ts';
import { ngramEncoder } from '../../src/value/encode/ngram/ngram.ts';
import { headConfigSchema } from '../../src/value/head/config.ts';
import { exportHead } from '../../src/value/head/export.ts';
import { initialParameters } from '../../src/value/head/initial.ts';
import { loadHead } from '../../src/value/head/load.ts';
import { openHeadScorer } from '../../src/value/head/scorer.ts';
import { EnergyModel } from '../../src/value/score/energy-model.ts';
import type { ValueState } from '../../src/value/score/value-model.ts';
import { makeSearchEvents } from '../bench-search.ts';
import { atMost, type Bench, type BenchOutcome, figure } from './measurement.ts';

const batch = 32;
const batches = 40;
const quickBatches = 5;
const NEVER = new AbortController().signal;

/** What an energy for each new state costs a search. */
export const valueBench: Bench = {
  name: 'value',
  about:
    'states with three goals of about 300 characters each, none seen before, scored by the built-in encoder and a head of the default layers on one thread, 32 at a time and one at a time',
  async run({ folder, quick }) {
    const model = await modelIn(folder);
    if ('kind' in model) return model;
    const count = quick ? quickBatches : batches;
    const perState: number[] = [];
    const single: number[] = [];
    try {
      for (let i = 0; i < count; i += 1) perState.push((await timeOf(model, batch, 2 * i)) / batch);
      for (let i = 0; i < count; i += 1) single.push(await timeOf(model, 1, 2 * i + 1));
      const { encodeMs, headMs, states } = model.statistics();
      return {
        kind: 'measured',
        figures: [
          figure('a state, 32 together', 'ms', perState.slice(1), atMost(1)),
          figure('a state by itself', 'ms', single.slice(1)),
        ],
        notes: [
          `${states} states: ${(encodeMs / states).toFixed(3)} ms each in the encoder, ${(headMs / states).toFixed(3)} in the head`,
        ],
      };
    } finally {
      await model.close();
    }
  },
};

const nodes = 100_000;
const quickNodes = 2000;

/** What keeping policy and value on one scale costs as a search grows. */
export const rescalingBench: Bench = {
  name: 'rescaling',
  about:
    'a made-up search of 100,000 nodes with a value model against the same without: what the search machine spends on scoring',
  async run({ quick }) {
    const size = quick ? quickNodes : nodes;
    const without = machineMs(size, false);
    const withValue = machineMs(size, true);
    return {
      kind: 'measured',
      figures: [
        figure('machine without a value model', 'µs/node', [(1000 * without.total) / size]),
        figure('machine with a value model', 'µs/node', [(1000 * withValue.total) / size]),
        figure('longest answer with rescaling', 'ms', [withValue.longest]),
      ],
      notes: [`${size} nodes`],
    };
  },
};

function machineMs(size: number, value: boolean): { readonly total: number; readonly longest: number } {
  let total = 0;
  let longest = 0;
  makeSearchEvents(size, {
    value,
    onInput: (kind, ms) => {
      total += ms;
      if (kind === 'values.scored') longest = Math.max(longest, ms);
    },
  });
  return { total, longest };
}

async function modelIn(folder: string): Promise<EnergyModel | Extract<BenchOutcome, { kind: 'skipped' }>> {
  const encoder = ngramEncoder();
  const { identity } = encoder;
  const head = headConfigSchema.parse({});
  const fingerprint = encoderFingerprint(identity);
  const scale = { energy: null, logProb: null };
  const path = join(folder, 'model.onnx');
  const weights = initialParameters(head, identity.width, 1);
  await writeFile(path, exportHead(weights, { head, encoder: { identity, fingerprint }, training: null, scale }));
  const loaded = await loadHead(path);
  if (loaded.kind === 'headFailed') return { kind: 'skipped', reason: loaded.message };
  const cached = await openCachedEncoder(encoder, { home: null });
  if (cached.kind !== 'cached') return { kind: 'skipped', reason: cached.message };
  const opened = await openHeadScorer(loaded, { threads: 1, device: 'cpu' });
  if (opened.kind === 'onnxFailed') return { kind: 'skipped', reason: opened.message };
  return new EnergyModel({
    name: 'bench',
    hash: loaded.hash,
    file: path,
    about: {
      encoder: { kind: identity.kind, name: identity.name, width: identity.width, fingerprint },
      head: { variant: head.variant, hidden: [...head.hidden] },
      scale,
    },
    variant: head.variant,
    encoder: cached.encoder,
    scorer: opened.scorer,
  });
}

async function timeOf(model: EnergyModel, count: number, seed: number): Promise<number> {
  const states = Array.from({ length: count }, (_, i) => stateOf(seed * batch + i));
  const begun = performance.now();
  const result = await model.score(states, NEVER);
  const ms = performance.now() - begun;
  if (result.kind === 'valueFailed') throw new Error(result.message);
  return ms;
}

/** A state that is like others and equal to none. */
function stateOf(number: number): ValueState {
  const goal = (part: number): Goal => ({
    hypotheses: [
      { name: `a b c n${number}`, type: 'Nat' },
      { name: 'f', type: 'Nat → Nat → Prop' },
      { name: 'h₁', type: `a + ${number} ≤ b * c ∧ ∀ m, m < n${number} → f m (m + ${part})` },
      { name: 'h₂', type: `b < c + ${number * 7 + part} ∨ (∃ k, k * k = a + ${part} ∧ f k k)` },
      { name: 'ih', type: `∀ m, m < n${number} → a + m ≤ b + m → List.length (List.replicate m b) = m` },
    ],
    target: `a + ${number} ≤ b + ${part} ∧ c * ${number + part} < (c + n${number}) * (${number} + List.length [a, b, c])`,
  });
  const goals = [goal(0), goal(1), goal(2)];
  return { goals, rootGoals: goals, parentGoals: null, path: [] };
}
