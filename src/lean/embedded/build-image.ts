import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { bootGlue, cString, type GlueRuntime, type MemoryFiles } from './glue.ts';
import { IMAGE_FILE, writeImage } from './image.ts';
import { PREPARED_FILES } from './prepare.ts';
import { MUTABLE_GLOBAL_PREFIX } from './slim-wasm.ts';
import { tarFiles } from './tar.ts';
import type { FromThread, ThreadTask } from './thread-messages.ts';

/** The build's own main stack is 64 KB without a guard, far too small for elaboration: images built on it were unreliable. */
const STACK_BYTES = 32 << 20;
const SETTLE_MS = 500;
const LAST_LINES = 20;
/** Debug output that was left in the build of Lean. */
const CHATTER = /^\[DEBUG|^ {2}(- \/lib|mainModule)/;
const PROGRESS_STEP = 16;

/** Lean refused the worker program; the message holds what it printed. */
export class ProgramRefused extends Error {}

/** Imports the library, elaborates the worker program and saves the memory as an image (25 to 35 s, up to 2.1 GB). Once per thread. */
export async function buildImage(
  task: Extract<ThreadTask, { mode: 'build' }>,
  post: (message: FromThread) => void,
): Promise<void> {
  const lines: string[] = [];
  const runtime = await bootGlue({
    folder: task.folder,
    wasm: await WebAssembly.compile(readFileSync(join(task.folder, PREPARED_FILES.wasm))),
    prepareFiles: (files) => {
      const total = unpackLibrary(files, join(task.packageFolder, 'lean-lib.tar.gz'));
      files.writeFile('/worker.lean', task.program);
      reportImports(files, total, post);
    },
    print: (text) => {
      if (CHATTER.test(text)) return;
      if (lines.push(text) > LAST_LINES) lines.shift();
      post({ type: 'line', text });
    },
    onAbort: (reason) => post({ type: 'fatal', category: 'crashed', reason: `abort: ${reason}` }),
  });
  const exports = runtime.wasmExports;
  const stack = growStack(runtime);
  post({ type: 'phase', phase: 'import' });
  const code = runMain(runtime, ['/bin/lean', '/worker.lean']);
  if (code !== 0) throw new ProgramRefused(`Lean ended with code ${code}:\n${lines.join('\n')}`);
  post({ type: 'phase', phase: 'save' });
  new Uint8Array(runtime.wasmMemory.buffer).fill(0, stack.low, stack.high);
  // Threads of the task manager finish what they do. Idle ones are left behind in the image and replaced when it is resumed.
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  writeImage(join(task.folder, IMAGE_FILE), new Uint8Array(runtime.wasmMemory.buffer), {
    handler: readAddress(runtime.FS, '/handler'),
    cancel: readAddress(runtime.FS, '/cancel'),
    stack,
    table: runtime.wasmTable.length,
    globals: Object.entries(exports)
      .filter(([name]) => name.startsWith(MUTABLE_GLOBAL_PREFIX))
      .map(([name, value]) => [name, (value as WebAssembly.Global).value as number] as const),
  });
}

/** Puts the `.olean` files of the package into Lean's in-memory file system; returns their number. */
function unpackLibrary(files: MemoryFiles, archive: string): number {
  let count = 0;
  for (const [name, bytes] of tarFiles(gunzipSync(readFileSync(archive)))) {
    if (!name.endsWith('.olean') || /(^|\/)\._/.test(name)) continue;
    const path = join('/lib/lean', name);
    files.mkdirTree(path.slice(0, path.lastIndexOf('/')));
    files.writeFile(path, bytes, { canOwn: true });
    count++;
  }
  return count;
}

/** Lean opens each module's file once while it imports; elaboration begins when it has opened the last. */
function reportImports(files: MemoryFiles, total: number, post: (message: FromThread) => void): void {
  const open = files.open.bind(files);
  let done = 0;
  files.open = (path, ...more) => {
    if (typeof path === 'string' && path.endsWith('.olean') && ++done % PROGRESS_STEP === 0)
      post({ type: 'imported', done, total });
    return open(path, ...more);
  };
}

function growStack(runtime: GlueRuntime): { low: number; high: number } {
  const low = runtime.wasmExports.malloc(STACK_BYTES) >>> 0;
  const high = (low + STACK_BYTES) & ~15;
  runtime.wasmExports.emscripten_stack_set_limits(high, low);
  runtime.wasmExports.__stack_pointer.value = high;
  return { low, high };
}

function runMain(runtime: GlueRuntime, argv: readonly string[]): number {
  const pointers = argv.map((argument) => cString(runtime, argument));
  const array = runtime.wasmExports.malloc(4 * (argv.length + 1)) >>> 0;
  new Uint32Array(runtime.wasmMemory.buffer).set([...pointers, 0], array >> 2);
  try {
    return runtime.wasmExports.__main_argc_argv(argv.length, array);
  } catch (error) {
    if (error && typeof error === 'object' && 'name' in error && error.name === 'ExitStatus' && 'status' in error)
      return Number(error.status);
    throw error;
  }
}

function readAddress(files: MemoryFiles, path: string): number {
  const address = Number(new TextDecoder().decode(files.readFile(path)));
  if (!Number.isInteger(address) || address <= 0)
    throw new ProgramRefused(`the worker program wrote no address to ${path}`);
  return address;
}
