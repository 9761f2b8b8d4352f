import type { Tensor } from './tensor.ts';

export type Device = 'cpu' | 'cuda';
/** `auto`: CUDA where it is there, else the processor. */
export type DeviceChoice = 'auto' | Device;

/** ONNX Runtime could not do something. The message names it and the remedy. */
export interface OnnxFailed {
  readonly kind: 'onnxFailed';
  readonly reason: /** ONNX Runtime, or CUDA, is not there. */
    | 'unavailable'
    /** The model is none that ONNX Runtime reads. */
    | 'badModel'
    /** A tensor does not fit, or an operator failed. */
    | 'failed'
    /** The thread ended; everything kept in it is gone. */
    | 'lost'
    | 'closed';
  readonly message: string;
}

export interface OnnxOptions {
  /** @default 'auto' */
  readonly device?: DeviceChoice;
  /** Threads of one operator; 0 = one for each core that may be used. @default 0 */
  readonly threads?: number;
}

/** What goes into an input: a tensor, or one that the worker keeps under a name. */
export type Feed = Tensor | { readonly kept: string };

export interface RunRequest {
  readonly session: number;
  readonly feeds: Readonly<Record<string, Feed>>;
  /** Outputs to hand back. */
  readonly fetch: readonly string[];
  /** Outputs that stay in the worker, with the names under which they are kept from then on. */
  readonly keep?: Readonly<Record<string, string>>;
}

export interface Ran {
  readonly kind: 'ran';
  readonly outputs: Readonly<Record<string, Tensor>>;
  /** Milliseconds in ONNX Runtime. */
  readonly ms: number;
}

/**
 * ONNX Runtime in a thread of its own: its calls hold up the thread that makes them. Requests are done one after the other.
 * Nothing here rejects. Array buffers given with `transfer` belong to the worker afterwards.
 */
export interface OnnxWorker {
  readonly device: Device;
  readonly threads: number;
  /** Makes a session of the bytes of an ONNX file. */
  load(model: Uint8Array): Promise<{ readonly kind: 'loaded'; readonly session: number } | OnnxFailed>;
  unload(session: number): Promise<void>;
  run(request: RunRequest, transfer?: readonly ArrayBuffer[]): Promise<Ran | OnnxFailed>;
  /** Keeps a tensor in the worker, to be fed again and again. */
  keep(name: string, tensor: Tensor, transfer?: readonly ArrayBuffer[]): Promise<OnnxFailed | null>;
  /** Gives one name to what another one stands for, which is free then. */
  rename(names: Readonly<Record<string, string>>): Promise<OnnxFailed | null>;
  /** Gives what is kept under one name another one besides, without a copy. */
  share(names: Readonly<Record<string, string>>): Promise<OnnxFailed | null>;
  /** Copies of kept tensors. */
  read(names: readonly string[]): Promise<{ readonly kind: 'read'; readonly tensors: readonly Tensor[] } | OnnxFailed>;
  drop(names: readonly string[]): Promise<void>;
  close(): Promise<void>;
}
