import { pause } from '../../src/inference/http/pause.ts';
import type { Transport } from '../../src/inference/http/transport.ts';
import { loadedModel } from '../../src/inference/serve/model-info.ts';
import type { ServerRecord } from '../../src/inference/serve/record.ts';
import { SglangLooker } from '../../src/inference/sglang/looker.ts';
import { type MemoryTag, SglangOperations } from '../../src/inference/sglang/operations.ts';
import { systemClock } from '../../src/search/world.ts';
import { now, type ServerKeys, type ServingContext, shownUrl, withTransport } from './context.ts';
import { aloneWithWeights } from './server-lock.ts';
import { changeServer, keepServer, nameOfUrl } from './server-store.ts';
import type { Target } from './targets.ts';

/** What became of one server. */
export interface MemoryOutcome {
  readonly url: string;
  readonly name: string | null;
  readonly done: boolean;
  /** What was done, or what went wrong. */
  readonly message: string;
}

export interface ReleaseWish {
  readonly tags: readonly MemoryTag[];
  /** How long requests that run are waited for before they are ended. */
  readonly drainMs: number;
}

/** Gives back memory of the GPU while something else needs it, such as a training: what runs is let finish, generation is paused. */
export async function releaseMemory(
  target: Target,
  wish: ReleaseWish,
  keys: ServerKeys,
  context: ServingContext,
): Promise<MemoryOutcome> {
  return whileHeld(target, context, (held) => releaseHeld(held, wish, keys, context));
}

/** Does something to the memory of a server while nobody else does. */
export async function whileHeld(
  target: Target,
  context: ServingContext,
  act: (target: Target) => Promise<MemoryOutcome>,
): Promise<MemoryOutcome> {
  const outcome = await aloneWithWeights([target], context, ([held = target]) => act(held));
  return 'done' in outcome
    ? outcome
    : { url: shownUrl(target.url), name: target.record?.name ?? null, done: false, message: outcome.message };
}

async function releaseHeld(
  { url: address, record }: Target,
  { tags, drainMs }: ReleaseWish,
  keys: ServerKeys,
  context: ServingContext,
): Promise<MemoryOutcome> {
  const name = record?.name ?? null;
  const url = shownUrl(address);
  const failed = (message: string): MemoryOutcome => ({ url, name, done: false, message });
  if (record?.released != null) return failed(`its memory is released already, since ${record.released.since}`);
  return withTransport(address, keys.usual, context, async (transport) => {
    const loaded = await loadedModel(transport, context.signal);
    if (loaded.kind === 'serverFailed') return failed(loaded.message);
    const operations = new SglangOperations(transport, keys.admin);
    await drain(transport, drainMs, context);
    if (context.signal.aborted) return failed('given up before anything was released');
    const keepPaused = async (paused: ServerRecord['paused']): Promise<void> => {
      if (record !== null) await changeServer(context.home, record, (kept) => ({ ...kept, paused }));
    };
    await keepPaused({ since: now(), why: 'its memory is released' });
    const paused = await operations.pause('abort');
    if (paused.kind === 'serverFailed' && paused.status !== 404) {
      await keepPaused(record?.paused ?? null);
      return failed(paused.message);
    }
    const released = await operations.releaseMemory(tags);
    if (released.kind === 'serverFailed') {
      const continued = await operations.continue();
      const still = continued.kind === 'serverFailed' && continued.status !== 404;
      if (!still) await keepPaused(null);
      return failed(
        `${released.message}${still ? `; and it stays paused: ${continued.message}` : '; it goes on as before'}`,
      );
    }
    const withReleased = (kept: ServerRecord): ServerRecord => ({
      ...kept,
      mode: loaded.mode,
      paused: null,
      released: {
        since: now(),
        tags: [...tags],
        model: loaded.model,
        weightVersion: loaded.weightVersion,
        weightsLost: false,
      },
    });
    const own = record ?? external(url);
    const kept =
      record === null
        ? await keepServer(context.home, withReleased(own))
        : await changeServer(context.home, record, withReleased);
    const note = kept?.kind === 'storageFailed' ? `; ${kept.message}, so "resume" needs --url` : '';
    return { url, name: own.name, done: true, message: `released ${tags.join(' and ')}${note}` };
  });
}

const lookMs = 500;

/** Waits until nothing runs and nothing waits, as far as the server tells. */
async function drain(transport: Transport, mostMs: number, context: ServingContext): Promise<void> {
  const { clock = systemClock, signal } = context;
  const looker = new SglangLooker(transport);
  const startedMs = clock.now();
  let told = false;
  while (clock.now() - startedMs < mostMs && !signal.aborted) {
    const look = await looker.look(signal);
    if (look.kind === 'serverFailed') return;
    const busy = (look.gauges.running ?? 0) + (look.gauges.queued ?? 0);
    if (busy === 0) return;
    if (!told) context.note(`${transport.shown}: waits for ${busy} requests to finish`);
    told = true;
    await pause(lookMs, clock, signal);
  }
}

/** A record of a server that somebody else started, to keep what was done to it. */
const external = (url: string): ServerRecord => ({
  version: 1,
  name: nameOfUrl(url),
  url,
  mode: null,
  process: null,
  paused: null,
  released: null,
});
