import type { Caller } from '../http/caller.ts';
import type { ServerFailed } from '../server-failure.ts';
import { getFirst } from './identity.ts';
import type { OperationResult, SglangOperations } from './operations.ts';
import { modelInfoSchema } from './wire.ts';

export interface SwapRequest {
  /** On the server. */
  readonly path: string;
  /** What every answer will carry from then on, such as the number of the iteration. */
  readonly version: string;
  readonly signal: AbortSignal;
  /** Called before each step, for those who look on. */
  readonly onStep?: (step: SwapStep) => void;
}

export type SwapStep = 'drain' | 'pause' | 'update' | 'check' | 'continue';

/**
 * Gives a server other weights while it runs: our own requests are let finish and those that come wait, generation of others is paused, the weights are
 * read, what the server then says of itself is compared with what was asked, and generation goes on. It goes on after a failure too: with
 * the old weights, as a failed update leaves them.
 */
export async function swapWeights(
  caller: Caller,
  operations: SglangOperations,
  request: SwapRequest,
): Promise<OperationResult> {
  const { signal, onStep = () => {} } = request;
  onStep('drain');
  const letIn = await caller.hold(signal);
  if (letIn === null) return aborted(caller);
  try {
    onStep('pause');
    const paused = await operations.pause('retract', signal);
    // Servers of before this route have nothing to pause; they wait by themselves for what runs.
    if (paused.kind === 'serverFailed' && paused.status !== 404) return paused;
    const updated = await update(caller, operations, request);
    onStep('continue');
    const continued = paused.kind === 'done' ? await operations.continue() : paused;
    return updated.kind === 'done' && continued.kind === 'serverFailed' && continued.status !== 404
      ? continued
      : updated;
  } finally {
    letIn();
  }
}

async function update(
  caller: Caller,
  operations: SglangOperations,
  { path, version, signal, onStep }: SwapRequest,
): Promise<OperationResult> {
  onStep?.('update');
  const updated = await operations.updateWeights({ path, version }, signal);
  if (updated.kind === 'serverFailed') return updated;
  onStep?.('check');
  const info = await getFirst(caller.transport, ['/model_info', '/get_model_info'], modelInfoSchema, { signal });
  if (info.kind === 'serverFailed') return info;
  const { model_path: model, weight_version: said } = info.value;
  if (said === version) return updated;
  const message = `${caller.transport.shown} says that it updated its weights, and then that it has version ${JSON.stringify(said ?? null)} of ${model} instead of ${JSON.stringify(version)}`;
  return { kind: 'serverFailed', reason: 'badAnswer', message, retriable: false };
}

const aborted = (caller: Caller): ServerFailed => ({
  kind: 'serverFailed',
  reason: 'aborted',
  message: `${caller.transport.shown}: given up while waiting for requests to finish`,
  retriable: false,
});
