import type { WorkerSource } from './pool/pool.ts';
import type { StartFailed, TransportKind } from './transport.ts';

/** What all worker kinds are opened with; each takes what concerns it. */
export interface WorkerKindOptions {
  /** Modules to import. */
  readonly imports: readonly string[];
  /** proofdeck's cache folder. */
  readonly cacheRoot: string;
  /** Path of a native `repl` binary (kind `pantograph`). */
  readonly nativePath?: string;
  /** Folder of the Lean project whose modules are imported (native kinds). */
  readonly projectFolder?: string;
  /** Lean core options as `key=value` (native kinds). */
  readonly leanOptions?: readonly string[];
  /** Memory limit of one native worker in bytes, kept by the operating system where that is possible. */
  readonly memoryLimitBytes?: number;
  readonly onProgress?: (progress: WorkerProgress) => void;
  readonly signal?: AbortSignal;
}

export interface WorkerProgress {
  readonly phase: string;
  readonly text: string;
  /** Part of the whole, 0 to 1; null without an honest estimate. */
  readonly fraction: number | null;
  readonly elapsedMs: number;
}

export type OpenSource = { readonly kind: 'source'; readonly source: WorkerSource } | StartFailed;

/** The failure to start that a refusal for lack of memory is. */
export function tooMany(refusal: string | null): StartFailed | null {
  return refusal === null ? null : { kind: 'startFailed', category: 'outOfMemory', message: refusal, detail: '' };
}

/** One way to reach Lean. */
export interface WorkerKind {
  readonly name: TransportKind;
  /** For help texts: what it is for. */
  readonly summary: string;
  open(options: WorkerKindOptions): Promise<OpenSource>;
  /** Why so many workers could not be opened, as far as that is known without starting anything; null when nothing speaks against it. */
  objection(options: WorkerKindOptions, workers: number): StartFailed | null;
  /** Workers to start when nobody says how many. */
  defaultWorkers(): number;
}
