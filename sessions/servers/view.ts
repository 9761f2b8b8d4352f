import type { ClientStatistics } from '../../src/inference/client-state.ts';
import type { GpuGauges } from '../../src/inference/gpu/gauges.ts';
import type { ServerFace, ServerRole } from '../../src/inference/panel/face.ts';
import type { ServerGauges } from '../../src/inference/panel/gauges.ts';
import type { ServerLook } from '../../src/inference/panel/look.ts';
import type { ServerIdentity } from '../../src/inference/server-identity.ts';
import type { LiveStatus } from '../../src/run/live-status.ts';

/** Our own requests to a server. */
export interface OwnTraffic extends ClientStatistics {
  /** Until the next trial while the breaker is open, as of the view; null while it is not. */
  readonly nextTryMs: number | null;
  /** Since the server was lost; null while it answers. */
  readonly awayMs: number | null;
}

/** The requests of a run's process to a server. */
export type RunTraffic = NonNullable<LiveStatus['servers']>[number];

/** One server as the screen shows it. */
export interface ServerView {
  /** Provider profile. */
  readonly profile: string;
  /** Kind of the provider: `sglang`, `openai`, `leancopilot`. */
  readonly kind: string;
  readonly role: ServerRole;
  readonly url: string;
  readonly face: ServerFace;
  /** What is wrong and what to do; null when nothing is. */
  readonly message: string | null;
  /** Milliseconds since 1970 of the last look that came back; null before the first. */
  readonly lookedAt: number | null;
  /** Who answered last, also while it does not answer now; null when nobody ever has. */
  readonly identity: ServerIdentity | null;
  /** As of the last look; null while it does not answer. */
  readonly gauges: ServerGauges | null;
  readonly source: ServerLook['source'];
  /** How long it took to answer the last look; null while it does not. */
  readonly answerMs: number | null;
  /** Null while nothing in this process is connected to it. */
  readonly own: OwnTraffic | null;
  /** Of the process of the run that is looked at; null without one. */
  readonly run: RunTraffic | null;
  /** The last time that its model or its weights were seen to change. */
  readonly changed: { readonly at: number; readonly from: string; readonly to: string } | null;
}

/** The GPUs of this machine; `absent` where there is no tool to ask. */
export type GpuView =
  | { readonly kind: 'gpus'; readonly gpus: readonly GpuGauges[] }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly message: string };

/** What the server panel shows. */
export interface ServersView {
  readonly servers: readonly ServerView[];
  /** Null before the first look. */
  readonly gpus: GpuView | null;
}
