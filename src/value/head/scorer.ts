import { openOnnx } from '../onnx/open-worker.ts';
import { float32, type Tensor } from '../onnx/tensor.ts';
import type { OnnxFailed, OnnxOptions, OnnxWorker } from '../onnx/worker.ts';
import type { LoadedHead } from './loaded-head.ts';

/** A head that is ready to give energies. Requests are done one after the other. */
export interface HeadScorer {
  readonly inputWidth: number;
  /**
   * Energies of so many inputs, which stand one behind the other.
   * @param inputs belongs to the scorer afterwards
   */
  energies(
    inputs: Float32Array<ArrayBuffer>,
    rows: number,
  ): Promise<{ readonly kind: 'energies'; readonly energies: Float32Array; readonly ms: number } | OnnxFailed>;
  close(): Promise<void>;
}

/** Starts ONNX Runtime with a head: `energies` of the scorer gives what the head says. */
export async function openHeadScorer(
  head: Pick<LoadedHead, 'model' | 'inputWidth'>,
  options: OnnxOptions = {},
): Promise<{ readonly kind: 'scorer'; readonly scorer: HeadScorer } | OnnxFailed> {
  const opened = await openOnnx(options);
  if (opened.kind === 'onnxFailed') return opened;
  const { worker } = opened;
  const loaded = await worker.load(head.model);
  if (loaded.kind === 'loaded')
    return { kind: 'scorer', scorer: new OnnxScorer(worker, loaded.session, head.inputWidth) };
  await worker.close();
  return loaded;
}

class OnnxScorer implements HeadScorer {
  readonly inputWidth: number;
  readonly #worker: OnnxWorker;
  readonly #session: number;

  constructor(worker: OnnxWorker, session: number, inputWidth: number) {
    this.#worker = worker;
    this.#session = session;
    this.inputWidth = inputWidth;
  }

  async energies(inputs: Float32Array<ArrayBuffer>, rows: number) {
    if (inputs.length !== rows * this.inputWidth)
      throw new Error(`${inputs.length} numbers are not ${rows} rows of ${this.inputWidth}`);
    const ran = await this.#worker.run(
      { session: this.#session, feeds: { x: float32([rows, this.inputWidth], inputs) }, fetch: ['energy'] },
      [inputs.buffer],
    );
    if (ran.kind === 'onnxFailed') return ran;
    return { kind: 'energies', energies: (ran.outputs.energy as Tensor).data as Float32Array, ms: ran.ms } as const;
  }

  close() {
    return this.#worker.close();
  }
}
