import type { GenerationClient } from '../../inference/generation.ts';
import { pause } from '../../inference/http/pause.ts';
import type { ServerFailed } from '../../inference/server-failure.ts';
import type { ServerIdentity } from '../../inference/server-identity.ts';
import { type Clock, systemClock } from '../../search/world.ts';

export interface Awaiting {
  /** How long a server may take that does not answer yet. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
  /** Says once what is waited for. */
  readonly note: (message: string) => void;
  /** @default the time of the system */
  readonly clock?: Clock;
}

const pauseMs = 500;

/** Who answers at the address of a client; waits for a server that is not there yet, or loads its model. */
export async function awaitServer(
  client: Pick<GenerationClient, 'identity' | 'url'>,
  awaiting: Awaiting,
): Promise<ServerIdentity | ServerFailed> {
  const { patienceMs, signal, note, clock = systemClock } = awaiting;
  const begunMs = clock.now();
  for (let isFirst = true; ; isFirst = false) {
    const found = await client.identity(signal);
    if (found.kind === 'identity' || !mayCome(found) || signal.aborted) return found;
    const leftMs = patienceMs - (clock.now() - begunMs);
    if (leftMs <= 0) return found;
    if (isFirst) note(`waiting up to ${Math.ceil(leftMs / 1000)} s for ${client.url}: ${found.message}`);
    await pause(Math.min(pauseMs, leftMs), clock, signal);
  }
}

const mayCome = ({ reason, retriable }: ServerFailed): boolean =>
  retriable && (reason === 'serverDown' || reason === 'overloaded' || reason === 'timeout');
