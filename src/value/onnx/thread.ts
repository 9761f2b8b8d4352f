/** Entry of the thread in which ONNX Runtime runs: does requests one after the other until its port closes. */
import { parentPort, workerData } from 'node:worker_threads';
import type { InferenceSession, Tensor as RuntimeTensor } from 'onnxruntime-node';
import { chooseDevice, sessionOptions } from './device.ts';
import { Gate } from './gate.ts';
import type { Tensor } from './tensor.ts';
import type { FromThread, ThreadReply, ThreadRequest, ThreadTask, ToThread } from './thread-messages.ts';
import type { Device, OnnxFailed, RunRequest } from './worker.ts';

const MESSAGE_LENGTH = 600;

if (!parentPort) throw new Error('this file runs as a worker thread only');
const port = parentPort;
const task = workerData as ThreadTask;
const gate = new Gate(task.gate);
type Runtime = typeof import('onnxruntime-node');

const sessions = new Map<number, InferenceSession>();
const kept = new Map<string, RuntimeTensor>();
let created = 0;

function failed(reason: OnnxFailed['reason'], doing: string, error: unknown): OnnxFailed {
  const said = error instanceof Error ? error.message : String(error);
  return { kind: 'onnxFailed', reason, message: `ONNX Runtime cannot ${doing}: ${said.slice(0, MESSAGE_LENGTH)}` };
}

async function answer(runtime: Runtime, device: Device, request: ThreadRequest): Promise<ThreadReply> {
  switch (request.type) {
    case 'load':
      try {
        const session = await runtime.InferenceSession.create(request.model, sessionOptions(device, task.threads));
        created += 1;
        sessions.set(created, session);
        return { kind: 'loaded', session: created };
      } catch (error) {
        return failed('badModel', 'read the model', error);
      }
    case 'unload':
      await sessions.get(request.session)?.release();
      sessions.delete(request.session);
      return { kind: 'done' };
    case 'run':
      try {
        return await run(runtime, request.request);
      } catch (error) {
        return failed('failed', 'run the model', error);
      }
    case 'keep':
      kept.set(request.name, toRuntime(runtime, request.tensor));
      return { kind: 'done' };
    case 'rename':
    case 'share': {
      const named = Object.entries(request.names).map(([from, to]) => [to, keptTensor(from)] as const);
      if (request.type === 'rename') for (const from of Object.keys(request.names)) kept.delete(from);
      for (const [to, tensor] of named) kept.set(to, tensor);
      return { kind: 'done' };
    }
    case 'read':
      return { kind: 'read', tensors: request.names.map((name) => copyOf(keptTensor(name))) };
    case 'drop':
      for (const name of request.names) kept.delete(name);
      return { kind: 'done' };
  }
}

async function run(runtime: Runtime, { session, feeds, fetch, keep = {} }: RunRequest): Promise<ThreadReply> {
  const known = sessions.get(session);
  if (known === undefined) throw new Error(`there is no session ${session}`);
  const inputs = Object.fromEntries(
    Object.entries(feeds).map(([name, feed]) => [
      name,
      'kept' in feed ? keptTensor(feed.kept) : toRuntime(runtime, feed),
    ]),
  );
  const began = performance.now();
  const outputs = await known.run(inputs, [...fetch, ...Object.keys(keep)]);
  const ms = performance.now() - began;
  for (const [output, name] of Object.entries(keep)) kept.set(name, outputs[output] as RuntimeTensor);
  return {
    kind: 'ran',
    outputs: Object.fromEntries(fetch.map((name) => [name, copyOf(outputs[name] as RuntimeTensor)])),
    ms,
  };
}

function keptTensor(name: string): RuntimeTensor {
  const tensor = kept.get(name);
  if (tensor === undefined) throw new Error(`no tensor is kept under the name "${name}"`);
  return tensor;
}

function toRuntime(runtime: Runtime, { type, dims, data }: Tensor): RuntimeTensor {
  return new runtime.Tensor(type, data, dims);
}

/** Outputs belong to ONNX Runtime and may be fed again; what leaves the thread is a copy that can be handed over. */
function copyOf(tensor: RuntimeTensor): Tensor {
  const dims = [...tensor.dims];
  const { data } = tensor;
  if (data instanceof Float32Array) return { type: 'float32', dims, data: data.slice() };
  if (data instanceof Int32Array) return { type: 'int32', dims, data: data.slice() };
  if (data instanceof BigInt64Array) return { type: 'int64', dims, data: data.slice() };
  if (data instanceof Uint8Array) return { type: 'bool', dims, data: data.slice() };
  throw new Error(`a tensor of the type ${tensor.type} cannot be handed out`);
}

function buffersOf(reply: ThreadReply): ArrayBuffer[] {
  const tensors = reply.kind === 'ran' ? Object.values(reply.outputs) : reply.kind === 'read' ? reply.tensors : [];
  return tensors.map(({ data }) => data.buffer as ArrayBuffer);
}

function serve(runtime: Runtime, device: Device): void {
  let last = Promise.resolve();
  port.on('message', ({ id, request }: ToThread) => {
    last = last.then(async () => {
      // The owner has answered for us, and is about to end this thread.
      if (!gate.enter()) return;
      const reply = await answer(runtime, device, request).catch((error: unknown) =>
        failed('failed', 'do that', error),
      );
      gate.leave();
      port.postMessage({ type: 'reply', id, reply } satisfies FromThread, buffersOf(reply));
    });
  });
  port.postMessage({ type: 'ready', device } satisfies FromThread);
}

async function start(): Promise<void> {
  let runtime: Runtime;
  try {
    runtime = await import('onnxruntime-node');
  } catch (error) {
    const failure = failed('unavailable', 'be loaded; run "npm install" again', error);
    port.postMessage({ type: 'unavailable', failure } satisfies FromThread);
    return;
  }
  const chosen = await chooseDevice(runtime, task.device);
  if (chosen.kind === 'device') serve(runtime, chosen.device);
  else port.postMessage({ type: 'unavailable', failure: chosen } satisfies FromThread);
}

await start();
gate.leave();
