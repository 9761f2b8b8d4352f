import { afterAll, beforeAll, expect, test } from 'vitest';
import { layerShapes } from '../../../src/value/head/config.ts';
import { headParameters, spectralName, TEMPERATURE } from '../../../src/value/head/parameters.ts';
import { GraphBuilder } from '../../../src/value/onnx/graph.ts';
import { writeModel } from '../../../src/value/onnx/model-write.ts';
import { bool, float32, int32, type Tensor } from '../../../src/value/onnx/tensor.ts';
import type { OnnxWorker } from '../../../src/value/onnx/worker.ts';
import { inputRows, layerValues, lossAndGradients } from '../../../src/value/train/graph/network.ts';
import { Ops } from '../../../src/value/train/graph/ops.ts';
import { droppedOf256, maskName } from '../../../src/value/train/graph/step-graph.ts';
import { openTestWorker } from '../onnx/test-worker.ts';
import {
  doubles,
  fixedVectors,
  lossOf,
  type SmallProblem,
  type SmallProblemOptions,
  smallProblem,
} from './small-problem.ts';

let worker: OnnxWorker;

beforeAll(async () => {
  worker = await openTestWorker();
});
afterAll(() => worker.close());

const contrastive = { infoNce: 1 };
const all = { infoNce: 0.5, marginRanking: 0.7, depthRegression: 0.3 };
const cases: readonly [string, SmallProblemOptions][] = [
  ['InfoNCE', { losses: contrastive, head: { logTemperature: null } }],
  ['InfoNCE with a temperature', { losses: contrastive, head: { logTemperature: -1 } }],
  ['InfoNCE with a temperature out of bounds', { losses: contrastive, head: { logTemperature: 2.5 } }],
  ['InfoNCE of groups with gaps', { losses: contrastive, head: { logTemperature: 0.3 }, gaps: true }],
  ['margin ranking', { losses: { marginRanking: 1 } }],
  ['margin ranking with a small margin', { losses: { marginRanking: 1, margin: 0.05 } }],
  ['margin ranking of groups with gaps', { losses: { marginRanking: 1 }, gaps: true }],
  ['depth regression', { losses: { depthRegression: 1 } }],
  ['all losses', { losses: all }],
  ['all losses, one layer', { losses: all, head: { hidden: [] } }],
  ['all losses, dropout', { losses: all, head: { dropout: 0.3 } }],
  ['all losses, goal-conditioned', { losses: all, head: { variant: 'goal' } }],
  ['all losses, state and tactic', { losses: all, head: { variant: 'tactic' } }],
  ['all losses, spectral norm', { losses: all, head: { spectralNorm: true } }],
  [
    'everything at once',
    { losses: all, head: { spectralNorm: true, variant: 'goal', dropout: 0.3, hidden: [8, 4, 3] }, gaps: true },
  ],
];

test.each(cases)('gradients of %s are those of finite differences', async (_, options) => {
  for (const seed of [1, 2]) {
    const problem = smallProblem({ ...options, seed });
    const { loss, gradients } = await gradientsOf(problem);
    const numbers = doubles(problem);
    const fixed = fixedVectors(problem, numbers);
    expect(loss).toBeCloseTo(lossOf(problem, numbers, fixed), 5);
    for (const [name, gradient] of gradients) {
      const values = numbers.get(name) as Float64Array;
      const scale = Math.max(1e-3, ...gradient.map(Math.abs));
      for (let i = 0; i < values.length; i++) {
        const step = 1e-6;
        const kept = values[i] as number;
        values[i] = kept + step;
        const above = lossOf(problem, numbers, fixed);
        values[i] = kept - step;
        const below = lossOf(problem, numbers, fixed);
        values[i] = kept;
        const difference = (above - below) / (2 * step);
        expect(Math.abs((gradient[i] as number) - difference) / scale, `${name}[${i}]`).toBeLessThan(2e-5);
      }
    }
  }
});

/** Runs forward and backward pass alone, as they stand in the training graph. */
async function gradientsOf(problem: SmallProblem) {
  const { head, encoderWidth, negatives, losses, groups, masks, rows } = problem;
  const parameters = headParameters(head, encoderWidth, losses.infoNce > 0);
  const builder = new GraphBuilder('gradients');
  const ops = new Ops(builder);
  const feeds: Record<string, Tensor> = {};
  const feed = (name: string, tensor: Tensor): string => {
    feeds[name] = tensor;
    return builder.input(name, tensor.type, tensor.dims);
  };
  const rowCount = groups * (1 + negatives);
  for (const { name, dims } of parameters) feed(name, float32(dims, problem.parameters.get(name) as Float32Array));
  if (head.spectralNorm)
    for (const [i, { inputs }] of layerShapes(head, encoderWidth).entries())
      feed(spectralName(i), float32([inputs], problem.parameters.get(spectralName(i)) as Float32Array));
  feed('table', float32([problem.table.length / encoderWidth, encoderWidth], problem.table));
  for (const [name, indices] of Object.entries(rows)) feed(name, int32([rowCount], indices));
  for (const [i, mask] of masks.entries()) feed(maskName(i), bool([rowCount, head.hidden[i] as number], mask));
  const same = (name: string): string => name;
  const result = lossAndGradients(ops, { negatives, losses }, layerValues(ops, head, encoderWidth, same), {
    input: inputRows(ops, head, same),
    dropout:
      masks.length === 0
        ? null
        : { masks: masks.map((_, i) => maskName(i)), scale: 256 / (256 - droppedOf256(head.dropout)) },
    present: feed('present', float32([groups, 1 + negatives], problem.present)),
    remaining: feed('remaining', float32([groups], problem.remaining)),
    logTemperature: parameters.some(({ name }) => name === TEMPERATURE) ? TEMPERATURE : null,
  });
  builder.output('loss', result.total, 'float32', []);
  for (const { name, dims } of parameters)
    builder.output(`gradient.${name}`, result.gradients.get(name) as string, 'float32', dims);
  const loaded = await worker.load(writeModel(builder.graph()));
  if (loaded.kind !== 'loaded') throw new Error(loaded.message);
  const names = parameters.map(({ name }) => name);
  const ran = await worker.run({
    session: loaded.session,
    feeds,
    fetch: ['loss', ...names.map((name) => `gradient.${name}`)],
  });
  if (ran.kind !== 'ran') throw new Error(ran.message);
  await worker.unload(loaded.session);
  const output = (name: string): Float32Array => (ran.outputs[name] as Tensor).data as Float32Array;
  return {
    loss: output('loss')[0] as number,
    gradients: new Map(names.map((name) => [name, output(`gradient.${name}`)])),
  };
}
