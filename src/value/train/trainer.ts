import { sizeOf, TEMPERATURE } from '../head/parameters.ts';
import { writeModel } from '../onnx/model-write.ts';
import { float32, int32, type Tensor } from '../onnx/tensor.ts';
import type { OnnxFailed, OnnxWorker } from '../onnx/worker.ts';
import { buildForwardGraph } from './graph/forward-graph.ts';
import {
  buildStepGraph,
  firstMoment,
  nextName,
  STEP_OUTPUTS,
  type StepGraph,
  type StepSettings,
  secondMoment,
} from './graph/step-graph.ts';
import { type PlannedStep, type StackSettings, stackSteps } from './step-inputs.ts';

export type Blocks = ReadonlyMap<string, Float32Array>;

/** What came of one step; null when it was left out because loss or gradient was no number. */
export interface StepResult {
  readonly loss: number;
  readonly contrastive: number;
  readonly depth: number;
  readonly gradNorm: number;
  readonly energies: Float32Array;
}

export type Stepped = { readonly kind: 'stepped'; readonly results: readonly (StepResult | null)[] } | OnnxFailed;

export interface TrainerParts {
  readonly worker: OnnxWorker;
  readonly settings: StepSettings;
  readonly stack: StackSettings;
  /** Vectors one behind the other, the last all zeros. Belongs to the trainer afterwards. */
  readonly table: Float32Array<ArrayBuffer>;
  /** Numbers to start from, by name; those that are missing are 0. */
  readonly initial: Blocks;
  /** Steps that were done before. */
  readonly done: number;
}

const keptBest = (name: string): string => `best.${name}`;

/** A head with its optimiser in ONNX Runtime's thread. */
export class HeadTrainer {
  readonly graph: StepGraph;
  readonly #worker: OnnxWorker;
  readonly #stack: StackSettings;
  readonly #session: number;
  readonly #forward: number;
  #done: number;

  private constructor(parts: TrainerParts, graph: StepGraph, session: number, forward: number) {
    this.graph = graph;
    this.#worker = parts.worker;
    this.#stack = parts.stack;
    this.#session = session;
    this.#forward = forward;
    this.#done = parts.done;
  }

  static async open(
    parts: TrainerParts,
  ): Promise<{ readonly kind: 'trainer'; readonly trainer: HeadTrainer } | OnnxFailed> {
    const { worker, settings, table, initial } = parts;
    const graph = buildStepGraph(settings);
    const session = await worker.load(writeModel(graph.graph));
    if (session.kind === 'onnxFailed') return session;
    const forward = await worker.load(writeModel(buildForwardGraph(settings.head, settings.encoderWidth)));
    if (forward.kind === 'onnxFailed') return forward;
    const width = settings.encoderWidth;
    const failure = await worker.keep('table', float32([table.length / width, width], table), [table.buffer]);
    if (failure !== null) return failure;
    for (const { name, dims } of graph.states) {
      const data = initial.get(name) ?? new Float32Array(sizeOf(dims));
      const failed = await worker.keep(name, float32(dims, data));
      if (failed !== null) return failed;
    }
    return { kind: 'trainer', trainer: new HeadTrainer(parts, graph, session.session, forward.session) };
  }

  /** Steps that were done, without those left out. */
  get done(): number {
    return this.#done;
  }

  /** Does some steps. One whose loss or gradient is no number is left out as if it had not been planned. */
  async step(planned: readonly PlannedStep[]): Promise<Stepped> {
    const results: (StepResult | null)[] = planned.map(() => null);
    let left = planned.map((step, i) => ({ step, i }));
    while (left.length > 0) {
      const ran = await this.#try(left.map(({ step }) => step));
      if ('kind' in ran) return ran;
      const bad = ran.findIndex(({ loss, gradNorm }) => !Number.isFinite(loss) || !Number.isFinite(gradNorm));
      if (bad < 0) {
        for (const [k, { i }] of left.entries()) results[i] = ran[k] as StepResult;
        const failure = await this.#worker.rename(
          Object.fromEntries(this.graph.states.map(({ name }) => [nextName(name), name])),
        );
        if (failure !== null) return failure;
        this.#done += left.length;
        break;
      }
      left = left.filter((_, k) => k !== bad);
    }
    return { kind: 'stepped', results };
  }

  async #try(steps: readonly PlannedStep[]): Promise<readonly StepResult[] | OnnxFailed> {
    const inputs = stackSteps(steps, this.#done, this.#stack);
    const kept = Object.fromEntries(
      [...this.graph.states.map(({ name }) => name), 'table'].map((name) => [name, { kept: name }]),
    );
    const ran = await this.#worker.run(
      {
        session: this.#session,
        feeds: { ...kept, ...inputs },
        fetch: STEP_OUTPUTS,
        keep: Object.fromEntries(this.graph.states.map(({ name }) => [nextName(name), nextName(name)])),
      },
      Object.values(inputs).map(({ data }) => data.buffer as ArrayBuffer),
    );
    if (ran.kind === 'onnxFailed') return ran;
    const output = (name: (typeof STEP_OUTPUTS)[number]): Float32Array =>
      (ran.outputs[name] as Tensor).data as Float32Array;
    const energies = output('energies');
    const rows = energies.length / steps.length;
    return steps.map((_, i) => ({
      loss: output('total')[i] as number,
      contrastive: output('contrastive')[i] as number,
      depth: output('depth')[i] as number,
      gradNorm: output('gradNorm')[i] as number,
      energies: energies.subarray(i * rows, (i + 1) * rows),
    }));
  }

  /** Energies of rows of the table by the weights as they are, without dropout. */
  async energies(
    indices: Readonly<Record<string, Int32Array>>,
    { ofBest = false } = {},
  ): Promise<{ readonly kind: 'energies'; readonly energies: Float32Array } | OnnxFailed> {
    const weights = this.#weights().map((name) => [name, { kept: ofBest ? keptBest(name) : name }]);
    const rows = Object.entries(indices).map(([name, data]) => [name, int32([data.length], data)]);
    const ran = await this.#worker.run({
      session: this.#forward,
      feeds: { ...Object.fromEntries(weights), ...Object.fromEntries(rows), table: { kept: 'table' } },
      fetch: ['energies'],
    });
    if (ran.kind === 'onnxFailed') return ran;
    return { kind: 'energies', energies: (ran.outputs.energies as Tensor).data as Float32Array };
  }

  /** Remembers the weights as they are as the best ones. */
  keepBest(): Promise<OnnxFailed | null> {
    return this.#worker.share(Object.fromEntries(this.#weights().map((name) => [name, keptBest(name)])));
  }

  /** Takes weights from elsewhere as the best ones. */
  async setBest(blocks: Blocks): Promise<OnnxFailed | null> {
    for (const name of this.#weights()) {
      const dims = this.#dims(name);
      const failure = await this.#worker.keep(
        keptBest(name),
        float32(dims, blocks.get(name) ?? new Float32Array(sizeOf(dims))),
      );
      if (failure !== null) return failure;
    }
    return null;
  }

  /** Copies of all that goes from step to step. */
  states(): Promise<{ readonly kind: 'blocks'; readonly blocks: Blocks } | OnnxFailed> {
    return this.#read(
      this.graph.states.map(({ name }) => name),
      (name) => name,
    );
  }

  /** Copies of the weights, now or at their best. */
  weights({ ofBest = false } = {}): Promise<{ readonly kind: 'blocks'; readonly blocks: Blocks } | OnnxFailed> {
    return this.#read(this.#weights(), ofBest ? keptBest : (name) => name);
  }

  /** The learned logarithm of the temperature; null where there is none. */
  async logTemperature(): Promise<number | null> {
    if (!this.graph.parameters.some(({ name }) => name === TEMPERATURE)) return null;
    const read = await this.#read([TEMPERATURE], (name) => name);
    return read.kind === 'blocks' ? (read.blocks.get(TEMPERATURE)?.[0] ?? null) : null;
  }

  async #read(
    names: readonly string[],
    keptName: (name: string) => string,
  ): Promise<{ readonly kind: 'blocks'; readonly blocks: Blocks } | OnnxFailed> {
    const read = await this.#worker.read(names.map(keptName));
    if (read.kind === 'onnxFailed') return read;
    return {
      kind: 'blocks',
      blocks: new Map(names.map((name, i) => [name, (read.tensors[i] as Tensor).data as Float32Array])),
    };
  }

  /** What energies depend on: no moments, and no temperature. */
  #weights(): readonly string[] {
    const moments = new Set(this.graph.parameters.flatMap(({ name }) => [firstMoment(name), secondMoment(name)]));
    return this.graph.states.map(({ name }) => name).filter((name) => !moments.has(name) && name !== TEMPERATURE);
  }

  #dims(name: string): readonly number[] {
    return this.graph.states.find((one) => one.name === name)?.dims ?? [];
  }
}
