import type { LostReason, StartFailureCategory } from '../transport.ts';

/**
 * Messages between proofdeck and its host process, over Node's IPC channel. Both ends are of one build and the channel
 * is private, so they are not parsed. The parent chooses the numbers of provers; each number is one life: a restarted
 * prover gets a new one, so that no request can reach a prover that does not know its states.
 */
export type HostTask =
  | {
      readonly mode: 'serve';
      readonly folder: string;
      /** Checksum of lean.wasm. */
      readonly wasmCrc: number;
      readonly maximumMemoryBytes: number;
      readonly recycleBytes: number;
    }
  | {
      readonly mode: 'prepare';
      readonly packageFolder: string;
      readonly folder: string;
      readonly key: string;
      readonly program: string;
    };

export interface HostRequest {
  readonly type: 'request';
  readonly prover: number;
  readonly id: number;
  readonly text: string;
  readonly timeoutMs: number;
  readonly graceMs: number;
}

export type ToHost =
  /** First message: what this process is for. */
  | { readonly type: 'task'; readonly task: HostTask }
  | { readonly type: 'open'; readonly prover: number }
  | HostRequest
  /** Asks the running request to stop. */
  | { readonly type: 'cancel'; readonly prover: number }
  | { readonly type: 'close'; readonly prover: number };

export type FromHost =
  | { readonly type: 'ready'; readonly prover: number; readonly startMs: number; readonly bytes: number }
  | {
      readonly type: 'startFailed';
      readonly prover: number;
      readonly category: StartFailureCategory;
      readonly detail: string;
    }
  | {
      readonly type: 'reply';
      readonly prover: number;
      readonly id: number;
      readonly text: string;
      readonly ms: number;
      readonly bytes: number;
    }
  | {
      readonly type: 'lost';
      readonly id: number;
      readonly reason: LostReason;
      readonly detail: string;
      readonly ms: number;
    }
  /** A prover that was ready is gone; its lost requests have been reported before. `recycled`: its memory had grown too large. */
  | {
      readonly type: 'ended';
      readonly prover: number;
      readonly reason: LostReason | 'recycled';
      readonly detail: string;
    }
  /** Resident memory of the host process; sent after a reply at most once a second, and when a prover comes or goes. */
  | { readonly type: 'memory'; readonly rssBytes: number }
  | {
      readonly type: 'phase';
      readonly phase: PreparePhase /** Part of the phase that is done, where it can be counted. */;
      readonly done?: number;
    }
  | { readonly type: 'prepared' }
  | { readonly type: 'prepareFailed'; readonly category: StartFailureCategory; readonly detail: string };

/** The stages of making an image, in order. */
export type PreparePhase = 'prepare' | 'boot' | 'import' | 'elaborate' | 'save';
