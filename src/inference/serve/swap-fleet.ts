import type { Transport } from '../http/transport.ts';
import type { ServerFailed } from '../server-failure.ts';
import type { SglangOperations } from '../sglang/operations.ts';
import { type LoadedModel, loadedModel } from './model-info.ts';

/** One server whose weights are to be changed. */
export interface SwapTarget {
  readonly url: string;
  readonly transport: Transport;
  readonly operations: SglangOperations;
}

export interface FleetSwapRequest {
  /** On the servers. */
  readonly path: string;
  /** What every answer will carry from then on. */
  readonly version: string;
  readonly signal: AbortSignal;
  /** Called before each step of each server. */
  readonly onStep?: (url: string, step: FleetStep) => void;
}

export type FleetStep = 'pause' | 'update' | 'back' | 'continue';

/** What became of one server. */
export interface SwapOutcome {
  readonly url: string;
  /**
   * `swapped`: it works with the new weights; `kept`: it works with those of before, which it never left or has again;
   * `leftPaused`: its weights are not known to be either, so it stays paused and answers nobody.
   */
  readonly state: 'swapped' | 'kept' | 'leftPaused';
  readonly before: LoadedModel | null;
  readonly now: LoadedModel | null;
  /** What went wrong there; null when nothing did. */
  readonly message: string | null;
}

export interface FleetSwap {
  /** Whether every server has the new weights and works. */
  readonly swapped: boolean;
  readonly outcomes: readonly SwapOutcome[];
}

/** What is noted of one server while its weights are changed. */
interface Member {
  readonly target: SwapTarget;
  before: LoadedModel | null;
  /** Whether it has a route to pause, and is paused; older servers wait by themselves for what runs. */
  paused: boolean;
  /** Which weights it has, as far as it says. */
  has: 'old' | 'new' | 'unknown';
  message: string | null;
}

/**
 * Gives other weights to all servers that serve one model together. All are paused before the first is changed, and none goes on
 * before all are changed: no answer of a mixture is ever given. Where one refuses, those that were changed get their old weights again; one
 * of which it is not certain what it has stays paused.
 */
export async function swapFleet(targets: readonly SwapTarget[], request: FleetSwapRequest): Promise<FleetSwap> {
  const { signal, onStep = () => {} } = request;
  const members = targets.map((target): Member => ({ target, before: null, paused: false, has: 'old', message: null }));
  const reachable = await Promise.all(members.map((one) => learnBefore(one, signal)));
  let good = reachable.every(Boolean);
  if (good) good = (await Promise.all(members.map((one) => pauseOne(one, request, onStep)))).every(Boolean);
  if (good) good = (await Promise.all(members.map((one) => updateOne(one, request, onStep)))).every(Boolean);
  if (!good) await Promise.all(members.map((one) => rollBack(one, onStep)));
  const outcomes = await Promise.all(members.map((one) => finish(one, good ? 'new' : 'old', onStep)));
  return { swapped: outcomes.every(({ state, message }) => state === 'swapped' && message === null), outcomes };
}

type OnStep = NonNullable<FleetSwapRequest['onStep']>;

async function learnBefore(member: Member, signal: AbortSignal): Promise<boolean> {
  const loaded = await loadedModel(member.target.transport, signal);
  if (loaded.kind === 'loaded') member.before = loaded;
  else member.message = loaded.message;
  return loaded.kind === 'loaded';
}

async function pauseOne(member: Member, { signal }: FleetSwapRequest, onStep: OnStep): Promise<boolean> {
  const { url, operations } = member.target;
  onStep(url, 'pause');
  const paused = await operations.pause('retract', signal);
  member.paused = paused.kind === 'done' || mayHaveActed(paused);
  if (paused.kind === 'done' || paused.status === 404) return true;
  member.message = `it cannot be paused: ${paused.message}`;
  return false;
}

async function updateOne(member: Member, request: FleetSwapRequest, onStep: OnStep): Promise<boolean> {
  const { path, version, signal } = request;
  const { url, operations } = member.target;
  if (signal.aborted) {
    member.message = 'given up before anything was changed';
    return false;
  }
  onStep(url, 'update');
  // Once it is told, it reads them to the end, whether or not anybody waits.
  const updated = await operations.updateWeights({ path, version });
  const now = await loadedModel(member.target.transport);
  const has = weightsOf(now, member.before, { path, version });
  const mayStillRead = has === 'old' && updated.kind === 'serverFailed' && mayHaveActed(updated);
  member.has = mayStillRead ? 'unknown' : has;
  if (updated.kind === 'done' && member.has === 'new') return true;
  member.message =
    updated.kind === 'serverFailed' ? updated.message : contradiction(member.target.url, now, { path, version });
  return false;
}

/** Gives a server that was changed its old weights again. */
async function rollBack(member: Member, onStep: OnStep): Promise<void> {
  const { before, target } = member;
  if (member.has === 'old' || before === null) return;
  onStep(target.url, 'back');
  const version = before.weightVersion ?? 'default';
  const back = await target.operations.updateWeights({ path: before.model, version });
  const now = await loadedModel(target.transport);
  member.has = weightsOf(now, null, { path: before.model, version }) === 'new' ? 'old' : 'unknown';
  if (member.has === 'old') return;
  const why =
    back.kind === 'serverFailed' ? back.message : contradiction(target.url, now, { path: before.model, version });
  member.message = [member.message, `it did not take its old weights again: ${why}`].filter(Boolean).join('; ');
}

async function finish(member: Member, wanted: 'old' | 'new', onStep: OnStep): Promise<SwapOutcome> {
  const { target, before, paused } = member;
  const result = { url: target.url, before };
  if (member.has !== wanted)
    return { ...result, state: 'leftPaused', now: null, message: member.message ?? 'its weights are not known' };
  if (paused) {
    onStep(target.url, 'continue');
    const continued = await target.operations.continue();
    if (continued.kind === 'serverFailed' && continued.status !== 404) {
      const message = [member.message, `it does not continue: ${continued.message}`].filter(Boolean).join('; ');
      return { ...result, state: 'leftPaused', now: null, message };
    }
  }
  const now = await loadedModel(target.transport);
  const state = wanted === 'new' ? 'swapped' : 'kept';
  return { ...result, state, now: now.kind === 'loaded' ? now : null, message: member.message };
}

/** Whether a request may have been acted on though it failed. */
const mayHaveActed = ({ reason, reached }: ServerFailed): boolean =>
  reason === 'timeout' || reason === 'aborted' || (reason === 'serverDown' && reached !== false);

type Wanted = Pick<FleetSwapRequest, 'path' | 'version'>;

function weightsOf(
  now: LoadedModel | ServerFailed,
  before: LoadedModel | null,
  { path, version }: Wanted,
): Member['has'] {
  if (now.kind !== 'loaded') return 'unknown';
  // Servers of before weight versions tell only the path.
  if (now.model === path && (now.weightVersion === version || now.weightVersion === null)) return 'new';
  return before !== null && now.model === before.model && now.weightVersion === before.weightVersion
    ? 'old'
    : 'unknown';
}

const contradiction = (url: string, now: LoadedModel | ServerFailed, { path, version }: Wanted): string =>
  now.kind === 'loaded'
    ? `${url} says that it took version ${JSON.stringify(version)} of ${path}, and then that it has version ${JSON.stringify(now.weightVersion)} of ${now.model}`
    : `${url} says that it took the weights, and then does not answer which it has: ${now.message}`;
