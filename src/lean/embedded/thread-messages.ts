/** Messages between the host process and its worker threads. Both ends are of one build, so they are not parsed. */
export type ThreadTask =
  | { readonly mode: 'prepare'; readonly packageFolder: string; readonly folder: string }
  | { readonly mode: 'build'; readonly packageFolder: string; readonly folder: string; readonly program: string }
  | { readonly mode: 'serve'; readonly folder: string; readonly maximumPages: number; readonly checkImage: boolean };

/** To a serving thread: first the compiled module, then requests, each after the reply to the one before. */
export type ToThread =
  | { readonly type: 'module'; readonly wasm: WebAssembly.Module }
  | { readonly type: 'request'; readonly id: number; readonly text: string };

export type FatalCategory = 'outOfMemory' | 'damaged' | 'incompatible' | 'lean' | 'crashed';

export type FromThread =
  | { readonly type: 'line'; readonly text: string }
  /** `done` of `total` library modules are imported. */
  | { readonly type: 'imported'; readonly done: number; readonly total: number }
  | { readonly type: 'phase'; readonly phase: 'import' | 'save' }
  | { readonly type: 'done' }
  | { readonly type: 'ready'; readonly memory: WebAssembly.Memory; readonly cancel: number; readonly ms: number }
  | { readonly type: 'reply'; readonly id: number; readonly text: string; readonly ms: number; readonly bytes: number }
  | {
      readonly type: 'fatal';
      readonly category: FatalCategory;
      readonly reason: string /** The file system's error code. */;
      readonly code?: string;
    };
