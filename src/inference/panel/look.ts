import type { HttpAnswer } from '../http/error-body.ts';
import type { ServerFailed } from '../server-failure.ts';
import type { ServerIdentity } from '../server-identity.ts';
import type { ServerGauges } from './gauges.ts';

/** One look at a server, for a screen. */
export interface ServerLook {
  readonly kind: 'look';
  readonly identity: ServerIdentity;
  readonly gauges: ServerGauges;
  /** Where the gauges come from; `none`: the server has no such route, or was not told to have it. */
  readonly source: 'metrics' | 'loads' | 'serverInfo' | 'none';
  /** Whether it takes requests, for servers that tell without making any text: a paused one does not. */
  readonly accepts: boolean | null;
  /** How long its first answer took. */
  readonly ms: number;
}

/** Looks at one server again and again, beside whatever else it is asked. */
export interface ServerLooker {
  /** Where it is, without keys. */
  readonly url: string;
  /** Asks only what a server answers at once, whatever it is working on. */
  look(signal?: AbortSignal): Promise<ServerLook | ServerFailed>;
  /** Asks whether it works; some make a token for that, which takes a second at best. */
  health(signal?: AbortSignal): Promise<HttpAnswer | ServerFailed>;
  close(): Promise<void>;
}

/** A server that says nothing for so long hangs: it answers these questions beside its work. */
export const lookDeadlineMs = 5000;
