/** How a Lean worker is reached. Everything above (client, pool) sees only this. */
export type TransportKind = 'embedded' | 'pantograph' | 'lean';

/** Why a worker could not be started. `message` names the thing and the remedy; `detail` is what the process or Lean said. */
export interface StartFailed {
  readonly kind: 'startFailed';
  readonly category: StartFailureCategory;
  readonly message: string;
  readonly detail: string;
}

export type StartFailureCategory =
  /** The disk is full, or would be. */
  | 'noSpace'
  /** A folder or file cannot be written. */
  | 'unwritable'
  /** Something that Lean needs is not installed. */
  | 'missing'
  /** What is installed is not the version we know. */
  | 'incompatible'
  /** Lean refused an import or our worker program. */
  | 'lean'
  /** The prepared files on disk are damaged. */
  | 'damaged'
  | 'outOfMemory'
  /** Not ready within the time allowed. */
  | 'timeout'
  /** The process or thread ended before it was ready. */
  | 'crashed'
  /** `close()` was called. */
  | 'closed'
  /** The binary to run is not there, or may not be run. */
  | 'binaryMissing'
  /** `lean` or `lake` is not installed, or not found. */
  | 'leanMissing'
  /** The project folder is not there, or holds no Lean project. */
  | 'projectMissing'
  /** A module to import is not there. */
  | 'unknownModule'
  /** Compiled files, binary and Lean are of different versions, or of one that we do not know. */
  | 'versionMismatch'
  /** An option or name was given that does not exist. */
  | 'badOption'
  /** It did not say that it is ready within the time allowed. */
  | 'readyTimeout'
  /** It ended before it was ready, for a reason that only its own words tell. */
  | 'exited';

export type StartResult = { readonly kind: 'ready'; readonly startMs: number } | StartFailed;

export type LostReason = 'timeout' | 'crashed' | 'closed' | 'outOfMemory';

export type TransportReply =
  | {
      readonly kind: 'answer';
      readonly text: string /** Time inside Lean, as the transport sees it. */;
      readonly ms: number;
    }
  | { readonly kind: 'lost'; readonly reason: LostReason; readonly detail: string; readonly ms: number };

export interface AskLimit {
  /** Wall clock from the moment the request reaches Lean; then Lean is asked to stop. */
  readonly timeoutMs: number;
  /** How long Lean may take to stop before it is killed. @default 1500 */
  readonly graceMs?: number;
}

export interface TransportStats {
  /** Resident memory of the process that serves this transport; embedded provers with one pid share it. */
  readonly rssBytes?: number;
  /** Memory of this prover alone (its WebAssembly memory), where that can be told apart. */
  readonly memoryBytes?: number;
  readonly pid?: number;
}

/** A line-based Lean process or thread: one JSON request in, one JSON answer out, in order. */
export interface Transport {
  readonly kind: TransportKind;
  /** Starts or restarts it empty. Resolves when it answers requests. */
  start(): Promise<StartResult>;
  /**
   * Sends one line; requests queue up in order. The clock starts when the request reaches Lean.
   * When the clock runs out and Lean stops of itself, its own reply is an ordinary answer and states are kept. After a
   * `lost` the next request starts the worker again, empty, with a new generation.
   */
  ask(line: string, limit: AskLimit): Promise<TransportReply>;
  /** Asks the running request to stop; states are kept if Lean cooperates. Does nothing when no request runs. */
  cancel(): void;
  /** Grows by one at each (re)start; state ids of an older generation are gone. */
  readonly generation: number;
  readonly alive: boolean;
  stats(): TransportStats;
  /** Calls `listener` each time the worker's states are lost (crash, kill, recycling). Returns the unsubscriber. */
  onLost(listener: (reason: string) => void): () => void;
  /** Ends it. Requests that still wait get `lost: closed`. */
  close(): Promise<void>;
}
