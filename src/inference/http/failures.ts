import type { BreakerState } from '../client-state.ts';
import type { ServerFailed } from '../server-failure.ts';

/** Whether an answer is none. */
export const isFailure = (result: { readonly kind: string }): result is ServerFailed => result.kind === 'serverFailed';

/** A failure that says that the server may be gone. */
export const isNoAnswer = ({ reason, status }: ServerFailed): boolean =>
  reason === 'serverDown' || reason === 'timeout' || (status !== undefined && status >= 500 && reason === 'badAnswer');

/** A failure of a server that is there, which waiting seldom mends: broken answers, another mode, another key. */
export const isWrongAnswer = (failure: ServerFailed): boolean =>
  failure.reason === 'wrongMode' ||
  failure.reason === 'unauthorised' ||
  (failure.reason === 'badAnswer' && !isNoAnswer(failure));

/** A request that was given up. */
export const aborted = (message: string): ServerFailed => ({
  kind: 'serverFailed',
  reason: 'aborted',
  message,
  retriable: false,
});

/** What becomes of a request that never got a place: it was given up, or the server was away for longer than one waits. */
export function sentAway(shown: string, breaker: BreakerState, signal: AbortSignal, nowMs: number): ServerFailed {
  if (signal.aborted || breaker.kind === 'closed') return aborted(`${shown}: given up`);
  const awayS = Math.round((nowMs - breaker.sinceMs) / 1000);
  const message = `${shown} has not answered for ${awayS} s: ${breaker.message}`;
  return { kind: 'serverFailed', reason: 'serverDown', message, retriable: true, reached: false };
}
