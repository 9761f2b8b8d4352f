import { Rng } from '../../src/value/data/rng.ts';
import { headConfigSchema } from '../../src/value/head/config.ts';
import { initialParameters } from '../../src/value/head/initial.ts';
import { sizeOf } from '../../src/value/head/parameters.ts';
import { writeModel } from '../../src/value/onnx/model-write.ts';
import { openOnnx } from '../../src/value/onnx/open-worker.ts';
import { float32, int32 } from '../../src/value/onnx/tensor.ts';
import type { OnnxFailed, OnnxWorker, Ran } from '../../src/value/onnx/worker.ts';
import { adamFactors } from '../../src/value/train/graph/adamw.ts';
import { buildForwardGraph } from '../../src/value/train/graph/forward-graph.ts';
import { buildStepGraph, nextName, type StepGraph } from '../../src/value/train/graph/step-graph.ts';
import { atMost, type Bench, type BenchContext, type BenchOutcome, type Figure, figure } from './measurement.ts';
import { findPyTorch, PyTorchHead } from './pytorch.ts';

const width = 4096;
const head = headConfigSchema.parse({ hidden: [2048, 1024, 512], dropout: 0 });
const negatives = 7;
const batch = 128;
const groups = batch / (1 + negatives);
/** As in training: one call of ONNX Runtime does so many steps. */
const stepsPerCall = 8;
const forwardsPerTurn = 10;
const turns = 5;
const quickTurns = 1;
const quickCount = 2;

/** The 11 M-parameter head, forward and in training, against PyTorch in the same minutes. */
export const headBench: Bench = {
  name: 'head',
  about:
    'the 4096-2048-1024-512-1 head at batch 128: forward pass and training step (margin ranking, clipping, AdamW), with 1 and 2 threads, in turns with PyTorch where $PROOFDECK_BENCH_PYTHON, or python3, has it',
  async run(context): Promise<BenchOutcome> {
    const python = findPyTorch(context.environment);
    const figures: Figure[] = [];
    const notes: string[] = [];
    for (const threads of [1, 2]) {
      const torch = python === null ? null : await PyTorchHead.start(python, threads);
      const ours = await OnnxHead.start(threads);
      try {
        if (threads === 1) notes.push(noteOf(torch));
        figures.push(...(await measure(context, ours, torch, threads)));
      } finally {
        torch?.close();
        await ours.close();
      }
    }
    return { kind: 'measured', figures, notes };
  },
};

function noteOf(torch: PyTorchHead | null): string {
  if (torch === null)
    return 'no Python with torch was found, so there is nothing to hold the times against: set PROOFDECK_BENCH_PYTHON';
  const { torch: version, matrices } = torch.facts;
  if (matrices === null)
    return `PyTorch ${version} has no fast library for matrices here, so the ratios say nothing: install libopenblas0-pthread`;
  return `PyTorch ${version}, matrices by ${matrices}`;
}

/** Both by turns, so that other work on the machine meets both; a ratio is that of two neighbouring turns. */
async function measure(
  { quick }: BenchContext,
  ours: OnnxHead,
  torch: PyTorchHead | null,
  threads: number,
): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const [what, usual] of [
    ['forward', forwardsPerTurn],
    ['step', stepsPerCall],
  ] as const) {
    const count = quick ? quickCount : usual;
    const own: number[] = [];
    const others: number[] = [];
    const ratios: number[] = [];
    await ours.times(what, count);
    await torch?.times(what, 2);
    for (let turn = 0; turn < (quick ? quickTurns : turns); turn++) {
      const mine = await ours.times(what, count);
      own.push(...mine);
      if (torch === null) continue;
      const theirs = await torch.times(what, count);
      others.push(...theirs);
      ratios.push(median(mine) / median(theirs));
    }
    const name = `${what === 'forward' ? 'forward pass' : 'training step'}, ${threads} thread${threads === 1 ? '' : 's'}`;
    figures.push(figure(name, 'ms', own));
    if (torch === null) continue;
    figures.push(figure(`${name}: PyTorch`, 'ms', others));
    const budget = torch.facts.matrices === null ? undefined : atMost(1);
    figures.push(figure(`${name}: ours by PyTorch's`, 'ratio', ratios, budget));
  }
  return figures;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] as number;

/** Our head, as training and validation run it. */
class OnnxHead {
  readonly #worker: OnnxWorker;
  readonly #graph: StepGraph;
  readonly #step: number;
  readonly #forward: number;
  #done = 0;

  private constructor(worker: OnnxWorker, graph: StepGraph, step: number, forward: number) {
    this.#worker = worker;
    this.#graph = graph;
    this.#step = step;
    this.#forward = forward;
  }

  static async start(threads: number): Promise<OnnxHead> {
    const opened = await openOnnx({ device: 'cpu', threads });
    if (opened.kind === 'onnxFailed') throw new Error(opened.message);
    const { worker } = opened;
    const losses = { infoNce: 0, marginRanking: 1, depthRegression: 0, margin: 1 };
    const graph = buildStepGraph({ head, encoderWidth: width, negatives, losses, clip: 1 });
    const step = await worker.load(writeModel(graph.graph));
    const forward = await worker.load(writeModel(buildForwardGraph(head, width)));
    if (step.kind === 'onnxFailed') throw new Error(step.message);
    if (forward.kind === 'onnxFailed') throw new Error(forward.message);
    const initial = initialParameters(head, width, 0);
    for (const { name, dims } of graph.states)
      await worker.keep(name, float32(dims, initial.get(name) ?? new Float32Array(sizeOf(dims))));
    const rng = Rng.seeded(0);
    const table = Float32Array.from({ length: (batch + 1) * width }, () => rng.bits() / 2 ** 31 - 1);
    await worker.keep('table', float32([batch + 1, width], table));
    return new OnnxHead(worker, graph, step.session, forward.session);
  }

  async times(what: 'forward' | 'step', count: number): Promise<readonly number[]> {
    if (what === 'step') {
      const ms = await this.#steps(count);
      return Array.from({ length: count }, () => ms / count);
    }
    const times: number[] = [];
    for (let i = 0; i < count; i++) times.push(await this.#forwardOnce());
    return times;
  }

  async #forwardOnce(): Promise<number> {
    const weights = this.#graph.parameters.map(({ name }) => [name, { kept: name }]);
    const state = int32(
      [batch],
      Int32Array.from({ length: batch }, (_, i) => i),
    );
    const began = performance.now();
    const feeds = { ...Object.fromEntries(weights), table: { kept: 'table' }, state };
    checked(await this.#worker.run({ session: this.#forward, feeds, fetch: ['energies'] }));
    return performance.now() - began;
  }

  async #steps(count: number): Promise<number> {
    const factors = Array.from({ length: count }, (_, i) => adamFactors(this.#done + i + 1, 1e-4, 0.01));
    const column = (key: 'rate' | 'decay' | 'epsilon') =>
      float32(
        [count],
        Float32Array.from(factors, (one) => one[key]),
      );
    const kept = [...this.#graph.states.map(({ name }) => name), 'table'].map((name) => [name, { kept: name }]);
    const rows = count * batch;
    const began = performance.now();
    checked(
      await this.#worker.run({
        session: this.#step,
        feeds: {
          ...Object.fromEntries(kept),
          state: int32(
            [count, batch],
            Int32Array.from({ length: rows }, (_, i) => i % batch),
          ),
          present: float32([count, groups, 1 + negatives], new Float32Array(rows).fill(1)),
          remaining: float32([count, groups], new Float32Array(count * groups).fill(-1)),
          rate: column('rate'),
          decay: column('decay'),
          epsilon: column('epsilon'),
        },
        fetch: ['total'],
        keep: Object.fromEntries(this.#graph.states.map(({ name }) => [nextName(name), name])),
      }),
    );
    this.#done += count;
    return performance.now() - began;
  }

  close(): Promise<void> {
    return this.#worker.close();
  }
}

function checked(result: Ran | OnnxFailed): void {
  if (result.kind === 'onnxFailed') throw new Error(result.message);
}
