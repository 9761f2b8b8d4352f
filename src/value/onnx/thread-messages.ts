import type { Tensor } from './tensor.ts';
import type { Device, DeviceChoice, OnnxFailed, Ran, RunRequest } from './worker.ts';

/** Messages between an `OnnxWorker` and its thread. Both ends are of one build, so they are not parsed. */
export interface ThreadTask {
  readonly device: DeviceChoice;
  readonly threads: number;
  /** Memory of the gate that ONNX Runtime is called behind. */
  readonly gate: SharedArrayBuffer;
}

export type ThreadRequest =
  | { readonly type: 'load'; readonly model: Uint8Array }
  | { readonly type: 'unload'; readonly session: number }
  | { readonly type: 'run'; readonly request: RunRequest }
  | { readonly type: 'keep'; readonly name: string; readonly tensor: Tensor }
  | { readonly type: 'rename'; readonly names: Readonly<Record<string, string>> }
  | { readonly type: 'share'; readonly names: Readonly<Record<string, string>> }
  | { readonly type: 'read'; readonly names: readonly string[] }
  | { readonly type: 'drop'; readonly names: readonly string[] };

export type ThreadReply =
  | { readonly kind: 'loaded'; readonly session: number }
  | Ran
  | { readonly kind: 'read'; readonly tensors: readonly Tensor[] }
  | { readonly kind: 'done' }
  | OnnxFailed;

export interface ToThread {
  readonly id: number;
  readonly request: ThreadRequest;
}

export type FromThread =
  | { readonly type: 'ready'; readonly device: Device }
  | { readonly type: 'unavailable'; readonly failure: OnnxFailed }
  | { readonly type: 'reply'; readonly id: number; readonly reply: ThreadReply };
