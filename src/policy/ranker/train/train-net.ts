import { Rng } from '../../../value/data/rng.ts';
import type { HeadConfig } from '../../../value/head/config.ts';
import { initialParameters } from '../../../value/head/initial.ts';
import { biasName, sizeOf, weightName } from '../../../value/head/parameters.ts';
import { writeModel } from '../../../value/onnx/model-write.ts';
import { bool, float32, int32, type Tensor } from '../../../value/onnx/tensor.ts';
import type { OnnxFailed, OnnxWorker } from '../../../value/onnx/worker.ts';
import { adamFactors } from '../../../value/train/graph/adamw.ts';
import {
  buildStepGraph,
  maskName,
  nextName,
  STEP_OUTPUTS,
  type StepGraph,
} from '../../../value/train/graph/step-graph.ts';
import { featureWidth } from '../features.ts';
import type { NetWeights } from '../net.ts';
import { drawMask, GroupSampler } from './group-sampler.ts';
import type { RankingGroup } from './groups.ts';
import { meanOf } from './mean-net.ts';
import { tableOf, thinned } from './table.ts';
import type { NetSteps } from './training-events.ts';

/** How a net is trained. */
export interface NetSettings {
  /** Units of the hidden layer of each member. */
  readonly hidden: number;
  /** Nets that are trained, each from another beginning; the ranker goes by their mean. */
  readonly members: number;
  readonly dropout: number;
  readonly steps: number;
  /** States in a step, and candidates beside the right one. */
  readonly batch: number;
  readonly negatives: number;
  /** Highest learning rate, after the warm-up. */
  readonly lr: number;
  readonly weightDecay: number;
  readonly seed: number;
}

export const DEFAULT_NET: NetSettings = {
  hidden: 64,
  members: 4,
  dropout: 0.3,
  steps: 120,
  batch: 32,
  negatives: 23,
  lr: 2e-3,
  weightDecay: 0.1,
  seed: 0,
};

const warmup = 25;
/** Steps of one call of ONNX Runtime. */
export const stepsPerCall = 30;
const TABLE = 'ranker.table';
/** Streams of random numbers under one seed. */
const [SAMPLING, MASKS] = [8001, 8002];

export type TrainNetResult =
  | { readonly kind: 'trained'; readonly weights: NetWeights }
  | { readonly kind: 'stopped' }
  | OnnxFailed;

/**
 * Trains a net so that at each state a right candidate has a lower energy than the others: InfoNCE over the candidates of a
 * state, by the training step of energy heads.
 */
export async function trainNet(
  worker: OnnxWorker,
  given: readonly RankingGroup[],
  settings: NetSettings,
  signal: AbortSignal,
  onSteps: (steps: NetSteps) => void = () => {},
): Promise<TrainNetResult> {
  const groups = thinned(given);
  const step = buildStepGraph({
    head: headOf(settings),
    encoderWidth: featureWidth,
    negatives: settings.negatives,
    losses: { infoNce: 1, marginRanking: 0, depthRegression: 0, margin: 1 },
    clip: 1,
  });
  const loaded = await worker.load(writeModel(step.graph));
  if (loaded.kind === 'onnxFailed') return loaded;
  const { first, data } = tableOf(groups);
  const problem = await worker.keep(TABLE, float32([data.length / featureWidth, featureWidth], data), [data.buffer]);
  if (problem !== null) return problem;
  try {
    const members: NetWeights[] = [];
    for (let member = 0; member < settings.members; member++) {
      const seed = settings.seed * settings.members + member;
      const sampler = new GroupSampler(groups, first, settings, Rng.seeded(seed, SAMPLING));
      const trained = await trainMember(
        { worker, session: loaded.session, step, sampler, onSteps },
        { ...settings, seed },
        signal,
      );
      if (trained.kind !== 'trained') return trained;
      members.push(trained.weights);
    }
    return { kind: 'trained', weights: meanOf(members) };
  } finally {
    await worker.drop([TABLE]);
    await worker.unload(loaded.session);
  }
}

/** The head that a member is to the training step. */
export const headOf = ({ hidden, dropout }: NetSettings): HeadConfig => ({
  variant: 'state',
  hidden: [hidden],
  dropout,
  spectralNorm: false,
  logTemperature: null,
});

interface Training {
  readonly worker: OnnxWorker;
  readonly session: number;
  readonly step: StepGraph;
  readonly sampler: GroupSampler;
  readonly onSteps: (steps: NetSteps) => void;
}

async function trainMember(
  { worker, session, step: { states, masks }, sampler, onSteps }: Training,
  settings: NetSettings,
  signal: AbortSignal,
): Promise<TrainNetResult> {
  const { batch, negatives, steps: all, weightDecay, dropout, seed } = settings;
  const initial = initialParameters(headOf(settings), featureWidth, seed);
  const maskRng = Rng.seeded(seed, MASKS);
  let current: Readonly<Record<string, Tensor>> = Object.fromEntries(
    states.map(({ name, dims }) => [name, float32(dims, initial.get(name) ?? new Float32Array(sizeOf(dims)))]),
  );
  for (let done = 0; done < all; done += stepsPerCall) {
    if (signal.aborted) return { kind: 'stopped' };
    const steps = Math.min(stepsPerCall, all - done);
    const rows = batch * (negatives + 1);
    const drawn = sampler.draw(steps);
    const factors = Array.from({ length: steps }, (_, i) =>
      adamFactors(done + i + 1, rateAt(done + i, settings), weightDecay),
    );
    const factor = (name: 'rate' | 'decay' | 'epsilon') =>
      float32(
        [steps],
        Float32Array.from(factors, (one) => one[name]),
      );
    const dropMasks = masks.map((units, i): [string, Tensor] => [
      maskName(i),
      bool([steps, rows, units], drawMask(maskRng, steps * rows * units, dropout)),
    ]);
    const ran = await worker.run({
      session,
      feeds: {
        ...current,
        ...Object.fromEntries(dropMasks),
        table: { kept: TABLE },
        state: int32([steps, rows], drawn.rows),
        present: float32([steps, batch, negatives + 1], drawn.present),
        remaining: float32([steps, batch], new Float32Array(steps * batch).fill(-1)),
        rate: factor('rate'),
        decay: factor('decay'),
        epsilon: factor('epsilon'),
      },
      fetch: [...states.map(({ name }) => nextName(name)), ...STEP_OUTPUTS],
    });
    if (ran.kind === 'onnxFailed') return ran;
    const output = (name: (typeof STEP_OUTPUTS)[number]): Float32Array => ran.outputs[name]?.data as Float32Array;
    onSteps({
      loss: output('total'),
      contrastive: output('contrastive'),
      depth: output('depth'),
      gradNorm: output('gradNorm'),
      energies: output('energies'),
      present: drawn.present,
      lr: rateAt(done + steps - 1, settings),
    });
    current = Object.fromEntries(states.map(({ name }) => [name, ran.outputs[nextName(name)] as Tensor]));
  }
  const of = (name: string): Float32Array => current[name]?.data as Float32Array;
  return { kind: 'trained', weights: { weight: of(weightName(0)), bias: of(biasName(0)), output: of(weightName(1)) } };
}

/** Steps until the learning rate is highest. */
export const warmupOf = ({ steps }: Pick<NetSettings, 'steps'>): number => Math.min(warmup, steps / 2);

/** Up along a line, then down along a cosine. */
function rateAt(step: number, { lr, steps }: NetSettings): number {
  const begin = warmupOf({ steps });
  if (step < begin) return (lr * (step + 1)) / begin;
  return (lr * (1 + Math.cos((Math.PI * (step - begin)) / Math.max(1, steps - begin)))) / 2;
}
