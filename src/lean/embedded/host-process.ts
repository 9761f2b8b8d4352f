/** Entry of the host process: serves provers as worker threads, or prepares an image. Ends when its parent goes away. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { FromHost, HostTask, ToHost } from './host-protocol.ts';
import { WASM_PAGE } from './image.ts';
import { PREPARED_FILES } from './prepare.ts';
import { Prover } from './prover.ts';

const MEMORY_REPORT_MS = 1000;

let reportedAt = 0;

function send(message: FromHost): void {
  if (!process.connected) return;
  process.send?.(message);
  if (message.type === 'ready' || performance.now() - reportedAt > MEMORY_REPORT_MS) reportMemory();
}

function reportMemory(): void {
  if (!process.connected) return;
  reportedAt = performance.now();
  process.send?.({ type: 'memory', rssBytes: process.memoryUsage.rss() } satisfies FromHost);
}

function serveProvers(task: Extract<HostTask, { mode: 'serve' }>): (message: ToHost) => void {
  const wasm = compile(join(task.folder, PREPARED_FILES.wasm), task.wasmCrc);
  // Each prover reports the failure; without a handler here Node would end the process first.
  wasm.catch(() => {});
  const maximumPages = Math.floor(task.maximumMemoryBytes / WASM_PAGE);
  const provers = new Map<number, Prover>();
  let isImageChecked = false;
  const open = (number: number): void => {
    const prover = new Prover({
      number,
      task: { mode: 'serve', folder: task.folder, maximumPages, checkImage: !isImageChecked },
      wasm,
      recycleBytes: task.recycleBytes,
      send,
      onEnd: () => {
        provers.delete(number);
        // Only a full collection gives the prover's 0.4 to 2 GB back, and nothing tells V8 that it is large.
        setImmediate(() => {
          globalThis.gc?.();
          reportMemory();
        });
      },
    });
    isImageChecked = true;
    provers.set(number, prover);
  };
  return (message) => {
    if (message.type === 'task') return;
    const prover = provers.get(message.prover);
    if (message.type === 'open') open(message.prover);
    else if (message.type === 'cancel') prover?.cancel();
    else if (message.type === 'close') prover?.close();
    else if (prover) prover.request(message);
    else
      send({
        type: 'lost',
        id: message.id,
        reason: 'crashed',
        detail: 'the prover had ended before this request reached it',
        ms: 0,
      });
  };
}

/** V8 compiles on threads of its own; the checksum (25 ms) is computed meanwhile. */
async function compile(file: string, crc: number): Promise<WebAssembly.Module> {
  const bytes = await readFile(file);
  const module = WebAssembly.compile(bytes);
  if (crc32(bytes) !== crc) {
    module.catch(() => {});
    throw new Error('its checksum differs');
  }
  // V8 keeps a copy of its own of the 116 MB; a collection gives ours back once this function has ended.
  module.then(
    () => setTimeout(() => globalThis.gc?.(), 0),
    () => {},
  );
  return module;
}

async function prepare(task: Extract<HostTask, { mode: 'prepare' }>): Promise<void> {
  // Not needed to serve, and slow to load for that.
  const { runPreparation } = await import('./host-prepare.ts');
  await runPreparation(task, send);
  process.disconnect?.();
}

let handle: ((message: ToHost) => void) | undefined;
process.on('message', (message: ToHost) => {
  if (message.type !== 'task') handle?.(message);
  else if (message.task.mode === 'serve') handle = serveProvers(message.task);
  else void prepare(message.task);
});
// Threads that run a Lean loop do not keep the process from ending here.
process.on('disconnect', () => process.exit(0));
