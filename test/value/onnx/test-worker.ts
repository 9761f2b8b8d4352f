import { openOnnx } from '../../../src/value/onnx/open-worker.ts';
import type { OnnxWorker } from '../../../src/value/onnx/worker.ts';

/** ONNX Runtime on one thread of the processor; whoever opens it closes it. */
export async function openTestWorker(): Promise<OnnxWorker> {
  const opened = await openOnnx({ device: 'cpu', threads: 1 });
  if (opened.kind !== 'onnx') throw new Error(opened.message);
  return opened.worker;
}
