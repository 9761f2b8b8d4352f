import type { OnnxFailed } from '../onnx/worker.ts';

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
