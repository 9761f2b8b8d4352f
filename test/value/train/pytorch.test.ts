import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { layerShapes } from '../../../src/value/head/config.ts';
import { sizeOf } from '../../../src/value/head/parameters.ts';
import { writeModel } from '../../../src/value/onnx/model-write.ts';
import { bool, float32, int32, type Tensor } from '../../../src/value/onnx/tensor.ts';
import type { OnnxWorker } from '../../../src/value/onnx/worker.ts';
import { adamFactors } from '../../../src/value/train/graph/adamw.ts';
import { buildStepGraph, droppedOf256, maskName, nextName } from '../../../src/value/train/graph/step-graph.ts';
import { pythonWith } from '../../helpers/python.ts';
import { openTestWorker } from '../onnx/test-worker.ts';
import { inputOf, type SmallProblem, type SmallProblemOptions, smallProblem } from './small-problem.ts';

const python = pythonWith('torch');
if (python === null) console.warn('skipped: no Python with torch (python3, or PROOFDECK_TEST_PYTHON)');

const rates = Array.from({ length: 20 }, (_, i) => 0.01 * Math.cos(i / 15));
const weightDecay = 0.05;
const clip = 0.7;
const all = { infoNce: 0.5, marginRanking: 0.7, depthRegression: 0.3 };

interface Outcome {
  readonly losses: readonly number[];
  readonly norms: readonly number[];
  readonly parameters: Readonly<Record<string, readonly number[]>>;
}

describe.skipIf(python === null)('twenty steps are those of PyTorch', () => {
  let worker: OnnxWorker;
  beforeAll(async () => {
    worker = await openTestWorker();
  });
  afterAll(() => worker.close());

  const cases: readonly [string, SmallProblemOptions][] = [
    ['InfoNCE with a temperature', { losses: { infoNce: 1 }, head: { logTemperature: -2.3 } }],
    ['margin ranking and depth', { losses: { marginRanking: 1, depthRegression: 0.3 } }],
    ['all losses, dropout, gaps', { losses: all, head: { dropout: 0.3 }, gaps: true }],
    ['all losses, spectral norm', { losses: all, head: { spectralNorm: true, variant: 'goal' } }],
  ];
  test.each(cases)('%s', async (_, options) => {
    const problem = smallProblem(options);
    const expected = withPyTorch(problem);
    const ours = await withOnnx(worker, problem);
    const close = (a: readonly number[], b: readonly number[], what: string): void => {
      const scale = Math.max(1e-2, ...b.map(Math.abs));
      for (const [i, value] of a.entries())
        expect(Math.abs(value - (b[i] as number)) / scale, `${what} ${i}`).toBeLessThan(5e-5);
    };
    close(ours.losses, expected.losses, 'loss of step');
    close(ours.norms, expected.norms, 'gradient norm of step');
    expect(Object.keys(ours.parameters).sort()).toEqual(Object.keys(expected.parameters).sort());
    for (const [name, values] of Object.entries(expected.parameters))
      close(ours.parameters[name] as readonly number[], values, name);
  });
});

function withPyTorch(problem: SmallProblem): Outcome {
  const { head, groups, negatives, losses, parameters, present, remaining, masks } = problem;
  const inputs = Array.from({ length: groups * (1 + negatives) }, (_, row) => [...inputOf(problem, row)]).flat();
  const given = {
    layers: layerShapes(head, problem.encoderWidth),
    spectralNorm: head.spectralNorm,
    logTemperature: losses.infoNce > 0 ? head.logTemperature : null,
    ...losses,
    groups,
    negatives,
    inputs,
    parameters: Object.fromEntries([...parameters].map(([name, values]) => [name, [...values]])),
    present: [...present],
    remaining: [...remaining],
    masks: masks.map((mask) => [...mask]),
    dropoutScale: 256 / (256 - droppedOf256(head.dropout)),
    rates,
    weightDecay,
    clip,
  };
  const script = join(import.meta.dirname, 'pytorch-training.py');
  return JSON.parse(execFileSync(python as string, [script], { input: JSON.stringify(given), encoding: 'utf8' }));
}

async function withOnnx(worker: OnnxWorker, problem: SmallProblem): Promise<Outcome> {
  const { head, encoderWidth, groups, negatives, losses, table, rows, masks, present, remaining } = problem;
  const graph = buildStepGraph({ head, encoderWidth, negatives, losses, clip });
  const loaded = await worker.load(writeModel(graph.graph));
  if (loaded.kind !== 'loaded') throw new Error(loaded.message);
  const steps = rates.length;
  const rowCount = groups * (1 + negatives);
  const repeated = <T extends number>(values: ArrayLike<T>): T[] =>
    Array.from({ length: steps }, () => Array.from(values)).flat();
  const factors = rates.map((rate, i) => adamFactors(i + 1, rate, weightDecay));
  const feeds: Record<string, Tensor> = {
    table: float32([table.length / encoderWidth, encoderWidth], table),
    present: float32([steps, groups, 1 + negatives], Float32Array.from(repeated(present))),
    remaining: float32([steps, groups], Float32Array.from(repeated(remaining))),
  };
  for (const { name, dims } of graph.states)
    feeds[name] = float32(dims, problem.parameters.get(name) ?? new Float32Array(sizeOf(dims)));
  for (const [name, indices] of Object.entries(rows))
    feeds[name] = int32([steps, rowCount], Int32Array.from(repeated(indices)));
  for (const [i, mask] of masks.entries())
    feeds[maskName(i)] = bool([steps, rowCount, head.hidden[i] as number], Uint8Array.from(repeated(mask)));
  for (const key of ['rate', 'decay', 'epsilon'] as const)
    feeds[key] = float32(
      [steps],
      Float32Array.from(factors, (one) => one[key]),
    );
  const names = graph.parameters.map(({ name }) => name);
  const ran = await worker.run({
    session: loaded.session,
    feeds,
    fetch: ['total', 'gradNorm', ...names.map(nextName)],
  });
  if (ran.kind !== 'ran') throw new Error(ran.message);
  const output = (name: string): number[] => [...(ran.outputs[name] as Tensor).data].map(Number);
  return {
    losses: output('total'),
    norms: output('gradNorm'),
    parameters: Object.fromEntries(names.map((name) => [name, output(nextName(name))])),
  };
}
