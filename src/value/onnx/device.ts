import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import { GraphBuilder } from './graph.ts';
import { writeModel } from './model-write.ts';
import type { Device, DeviceChoice, OnnxFailed } from './worker.ts';

type Runtime = typeof import('onnxruntime-node');

const CUDA_REMEDY =
  'install its libraries with "node node_modules/onnxruntime-node/script/install --onnxruntime-node-install=cuda12", or choose value.device = "cpu"';

/** The device that sessions are to run on, found out by making a session there. */
export async function chooseDevice(
  runtime: Runtime,
  choice: DeviceChoice,
): Promise<{ readonly kind: 'device'; readonly device: Device } | OnnxFailed> {
  if (choice === 'cpu') return { kind: 'device', device: 'cpu' };
  const objection = hasCudaLibrary()
    ? await cudaObjection(runtime)
    : `ONNX Runtime is installed without CUDA: ${CUDA_REMEDY}`;
  if (objection === null) return { kind: 'device', device: 'cuda' };
  if (choice === 'auto') return { kind: 'device', device: 'cpu' };
  return { kind: 'onnxFailed', reason: 'unavailable', message: objection };
}

/** Options of a session on the device. */
export function sessionOptions(device: Device, threads: number): InferenceSession.SessionOptions {
  return {
    executionProviders: device === 'cuda' ? ['cuda', 'cpu'] : ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 3,
  };
}

function hasCudaLibrary(): boolean {
  const entry = createRequire(import.meta.url).resolve('onnxruntime-node');
  const folder = join(dirname(entry), '..', 'bin', 'napi-v6', process.platform, process.arch);
  return existsSync(join(folder, 'libonnxruntime_providers_cuda.so'));
}

async function cudaObjection(runtime: Runtime): Promise<string | null> {
  const builder = new GraphBuilder('probe');
  builder.output('y', builder.op('Neg', [builder.input('x', 'float32', [1])]), 'float32', [1]);
  try {
    const session = await runtime.InferenceSession.create(writeModel(builder.graph()), {
      ...sessionOptions('cuda', 1),
      executionProviders: ['cuda'],
    });
    await session.run({ x: new runtime.Tensor('float32', Float32Array.of(1), [1]) });
    await session.release();
    return null;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return `CUDA does not work here (${said.split('\n')[0]}): check the driver with nvidia-smi, ${CUDA_REMEDY}`;
  }
}
