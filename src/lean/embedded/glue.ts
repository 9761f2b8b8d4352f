import { createRequire } from 'node:module';
import { join } from 'node:path';
import { PREPARED_FILES } from './prepare.ts';

/** The part of Emscripten's in-memory file system that we use. */
export interface MemoryFiles {
  mkdirTree(path: string): void;
  writeFile(path: string, data: string | Uint8Array, options?: { readonly canOwn?: boolean }): void;
  readFile(path: string): Uint8Array;
  open(path: string, ...more: unknown[]): unknown;
}

type Function32 = (...values: number[]) => number;

/** Exports that the host calls; `mutableGlobals` come besides. */
export interface LeanExports {
  readonly __stack_pointer: WebAssembly.Global;
  readonly __main_argc_argv: Function32;
  readonly emscripten_stack_set_limits: Function32;
  readonly malloc: Function32;
  readonly free: Function32;
  readonly lean_mk_string: Function32;
  readonly lean_dec_ref_cold: Function32;
  readonly lean_apply_2: Function32;
  readonly lean_init_task_manager_using: Function32;
  readonly _ZN4lean15save_stack_infoEb: Function32;
}

/** What the glue hands over when Lean's runtime is initialised. */
export interface GlueRuntime {
  readonly wasmExports: LeanExports & Readonly<Record<string, unknown>>;
  readonly wasmMemory: WebAssembly.Memory;
  readonly wasmTable: WebAssembly.Table;
  readonly FS: MemoryFiles;
  /** Type and text of a C++ exception given its address. */
  readonly getExceptionMessage: (exception: number) => readonly string[];
}

export interface BootOptions {
  /** The cache entry that holds the prepared files. */
  readonly folder: string;
  readonly wasm: WebAssembly.Module;
  /** Memory to resume in; without it the module starts afresh. */
  readonly memory?: WebAssembly.Memory;
  /** Runs instead of the constructors when a memory is resumed. */
  readonly resume?: (wasmExports: GlueRuntime['wasmExports']) => void;
  readonly prepareFiles?: (files: MemoryFiles) => void;
  /** Gets each line that Lean prints. */
  readonly print: (line: string) => void;
  readonly onAbort: (reason: string) => void;
}

interface ModuleOptions {
  FS?: MemoryFiles;
  ENV?: Record<string, string>;
  readonly [option: string]: unknown;
}

/** Instantiates Lean in this thread and runs the glue up to "runtime initialised". Once per thread. */
export function bootGlue(options: BootOptions): Promise<GlueRuntime> {
  return new Promise((resolve, reject) => {
    const module: ModuleOptions = {
      noInitialRun: true,
      noExitRuntime: true,
      thisProgram: '/bin/lean',
      ...(options.memory && { wasmMemory: options.memory, resume: options.resume }),
      instantiateWasm: (
        imports: WebAssembly.Imports,
        done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
      ) => done(new WebAssembly.Instance(options.wasm, imports), options.wasm),
      locateFile: (file: string) => join(options.folder, file),
      onRuntimeInitialized: resolve,
      onAbort: (why: unknown) => {
        options.onAbort(String(why));
        reject(new Error(`abort: ${why}`));
      },
      print: options.print,
      printErr: options.print,
      stdin: () => null,
      preRun: [
        () => {
          const { FS, ENV } = module;
          if (!FS || !ENV) throw new Error('the glue does not hand over its file system');
          FS.mkdirTree('/bin');
          FS.writeFile('/bin/lean', '');
          options.prepareFiles?.(FS);
          ENV.LEAN_PATH = '/lib/lean';
          ENV.LEAN_SYSROOT = '/';
        },
      ],
    };
    (globalThis as { LeanModule?: ModuleOptions }).LeanModule = module;
    createRequire(import.meta.url)(join(options.folder, PREPARED_FILES.glue));
  });
}

/** Copies a C string into Lean's memory; the caller frees it. Throws a RangeError when the memory is full. */
export function cString(runtime: GlueRuntime, text: string): number {
  const bytes = Buffer.from(`${text}\0`, 'utf8');
  const address = runtime.wasmExports.malloc(bytes.length) >>> 0;
  if (!address) throw new RangeError('out of memory');
  new Uint8Array(runtime.wasmMemory.buffer).set(bytes, address);
  return address;
}
