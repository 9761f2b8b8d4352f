import { join } from 'node:path';
import type { MessagePort } from 'node:worker_threads';
import { bootGlue, cString, type GlueRuntime } from './glue.ts';
import { IMAGE_FILE, type ImageMeta, readImage } from './image.ts';
import type { FromThread, ThreadTask, ToThread } from './thread-messages.ts';

const OBJECT_HEADER_BYTES = 8;
const OBJECT_TAG_AT = 7;
const STRING_HEADER_BYTES = 20;
const TASK_THREADS = 2;
const REALWORLD = 1;
/** Lean's answer when the handler itself throws an IO error; the handler catches all that it can. */
const IO_ERROR = '{"error":"io","desc":"the worker program threw an IO error"}';

/** Resumes the image in this thread and answers requests until the thread is ended. */
export async function serve(
  task: Extract<ThreadTask, { mode: 'serve' }>,
  port: MessagePort,
  onFailure: (error: unknown, runtime?: GlueRuntime) => void,
  setAbortReason: (reason: string) => void,
): Promise<void> {
  const started = performance.now();
  const module = new Promise<WebAssembly.Module>((resolve) => {
    port.once('message', (message: ToThread) => message.type === 'module' && resolve(message.wasm));
  });
  // The image is read while the host's main thread still compiles the module.
  const { meta, memory } = readImage(join(task.folder, IMAGE_FILE), task.maximumPages, task.checkImage);
  const post = (message: FromThread): void => port.postMessage(message);
  const runtime = await bootGlue({
    folder: task.folder,
    wasm: await module,
    memory,
    resume: (exports) => {
      for (const [name, value] of meta.globals) (exports[name] as WebAssembly.Global).value = value;
    },
    print: (text) => post({ type: 'line', text }),
    onAbort: setAbortReason,
  });
  if (runtime.wasmTable.length !== meta.table) throw new Error('the function table differs from the one of the image');
  runtime.wasmExports.__stack_pointer.value = meta.stack.high;
  runtime.wasmExports._ZN4lean15save_stack_infoEb(0);
  runtime.wasmExports.lean_init_task_manager_using(TASK_THREADS);

  port.on('message', (message: ToThread) => {
    if (message.type !== 'request') return;
    const asked = performance.now();
    try {
      const text = ask(runtime, meta, message.text);
      post({ type: 'reply', id: message.id, text, ms: performance.now() - asked, bytes: memory.buffer.byteLength });
    } catch (error) {
      // A wasm trap, a stack overflow or a C++ exception went through Lean's frames: its heap cannot be trusted any more.
      onFailure(error, runtime);
    }
  });
  post({ type: 'ready', memory, cancel: meta.cancel, ms: performance.now() - started });
}

const decoder = new TextDecoder();

/** Calls the Lean closure with a string and returns the string in its IO result. */
function ask(runtime: GlueRuntime, meta: ImageMeta, text: string): string {
  const exports = runtime.wasmExports;
  const bytes = cString(runtime, text);
  const argument = exports.lean_mk_string(bytes);
  exports.free(bytes);
  // `lean_apply_2` consumes the closure.
  const counts = new Int32Array(runtime.wasmMemory.buffer);
  if (counts[meta.handler >> 2]! > 0) counts[meta.handler >> 2]!++;
  const result = exports.lean_apply_2(meta.handler, argument, REALWORLD) >>> 0;
  const memory = new Uint8Array(runtime.wasmMemory.buffer);
  const words = new Uint32Array(runtime.wasmMemory.buffer);
  const isOk = memory[result + OBJECT_TAG_AT] === 0;
  const value = words[(result + OBJECT_HEADER_BYTES) >> 2]!;
  const size = words[(value + OBJECT_HEADER_BYTES) >> 2]!;
  // A copy: TextDecoder refuses shared memory. The size counts the final zero.
  const start = value + STRING_HEADER_BYTES;
  const reply = isOk ? decoder.decode(memory.slice(start, start + size - 1)) : IO_ERROR;
  release(runtime, result);
  return reply;
}

function release(runtime: GlueRuntime, object: number): void {
  const counts = new Int32Array(runtime.wasmMemory.buffer);
  const count = counts[object >> 2]!;
  if (count > 1) counts[object >> 2] = count - 1;
  else if (count !== 0) runtime.wasmExports.lean_dec_ref_cold(object);
}
