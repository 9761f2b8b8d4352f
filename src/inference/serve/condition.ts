import type { Clock } from '../../search/world.ts';
import { pause } from '../http/pause.ts';
import type { Transport } from '../http/transport.ts';
import type { ServerGauges } from '../panel/gauges.ts';
import type { ServerIdentity } from '../server-identity.ts';
import { SglangLooker } from '../sglang/looker.ts';

/** How a server stands. */
export type ServerState =
  | 'ready'
  /** It is there, and reads its model. */
  | 'loading'
  /** It did its work before, and three checks in a row now failed with nothing finished in between. */
  | 'frozen'
  /** Generation waits until it is told to continue. */
  | 'paused'
  /** Memory of the GPU is given back; it can only be told to resume. */
  | 'released'
  /** We started it, and its process is gone. */
  | 'died'
  /** Nobody listens there. */
  | 'down'
  | 'unauthorised'
  /** What answers there is no SGLang, or answers wrongly. */
  | 'strange';

export interface ServerCondition {
  readonly state: ServerState;
  /** What is wrong and what to do; null when nothing is. */
  readonly message: string | null;
  /** Null where it did not tell. */
  readonly identity: ServerIdentity | null;
  readonly mode: 'generate' | 'embed' | null;
  readonly gauges: ServerGauges | null;
}

export interface ConditionOptions {
  readonly transport: Transport;
  /** Whether it was ever seen at work. */
  readonly wasReady: boolean;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told when it did not answer, and is asked again. */
  readonly onDoubt?: (message: string) => void;
}

const checksToBelieve = 3;
const betweenMs = 1000;

/**
 * Looks at a server, with patience: a check that fails may only mean a long prefill, so that it takes three in a row, and a request that is
 * finished in between is proof of life.
 */
export async function conditionOf({
  transport,
  wasReady,
  clock,
  signal,
  onDoubt = () => {},
}: ConditionOptions): Promise<ServerCondition> {
  const looker = new SglangLooker(transport);
  const first = await looker.look(signal);
  if (first.kind === 'serverFailed' && first.reason !== 'overloaded' && first.reason !== 'timeout') {
    const state = first.reason === 'unauthorised' ? 'unauthorised' : first.reason === 'serverDown' ? 'down' : 'strange';
    return { state, message: first.message, identity: null, mode: null, gauges: null };
  }
  const known =
    first.kind === 'look'
      ? {
          identity: first.identity,
          mode: first.identity.capabilities.embeddings ? ('embed' as const) : ('generate' as const),
          gauges: first.gauges,
        }
      : { identity: null, mode: null, gauges: null };
  let finished = workDone(known.gauges);
  for (let failures = 0; ; ) {
    const check = await looker.health(signal);
    if (check.kind === 'answer') return { state: 'ready', message: null, ...known };
    if (check.reason === 'unauthorised') return { state: 'unauthorised', message: check.message, ...known };
    if (check.reason === 'serverDown' && check.reached === false)
      return { state: 'down', message: check.message, ...known };
    if ((known.gauges?.held ?? 0) > 0)
      return { state: 'paused', message: 'it holds its requests back until it is told to continue', ...known };
    if (!wasReady) return { state: 'loading', message: check.message, ...known };
    const again = await looker.look(signal);
    const done = again.kind === 'look' ? workDone(again.gauges) : null;
    if (done !== null && finished !== null && done > finished) return { state: 'ready', message: null, ...known };
    finished = done ?? finished;
    failures++;
    if (failures >= checksToBelieve || signal.aborted) return { state: 'frozen', message: check.message, ...known };
    onDoubt(`${check.message}; asked again (${failures} of ${checksToBelieve} failed)`);
    await pause(betweenMs, clock, signal);
  }
}

/** Grows with whatever a server finishes; null when it does not tell. */
const workDone = (gauges: ServerGauges | null): number | null =>
  gauges === null || (gauges.generatedTokensTotal === null && gauges.promptTokensTotal === null)
    ? null
    : (gauges.generatedTokensTotal ?? 0) + (gauges.promptTokensTotal ?? 0);
