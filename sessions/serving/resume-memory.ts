import type { Transport } from '../../src/inference/http/transport.ts';
import { loadedModel } from '../../src/inference/serve/model-info.ts';
import { firstRequest } from '../../src/inference/serve/readiness.ts';
import type { ServerRecord } from '../../src/inference/serve/record.ts';
import type { ServerFailed } from '../../src/inference/server-failure.ts';
import { type MemoryTag, SglangOperations } from '../../src/inference/sglang/operations.ts';
import { type ServerKeys, type ServingContext, shownUrl, withTransport } from './context.ts';
import { type MemoryOutcome, whileHeld } from './memory.ts';
import { changeServer, forgetServer } from './server-store.ts';
import type { SwapWish } from './swap-weights.ts';
import type { Target } from './targets.ts';

/** Takes the memory back, reads the weights anew where they were lost, and lets generation go on. */
export async function resumeMemory(
  target: Target,
  weights: SwapWish | null,
  keys: ServerKeys,
  context: ServingContext,
): Promise<MemoryOutcome> {
  return whileHeld(target, context, (held) => resumeHeld(held, weights, keys, context));
}

async function resumeHeld(
  { url: address, record }: Target,
  weights: SwapWish | null,
  keys: ServerKeys,
  context: ServingContext,
): Promise<MemoryOutcome> {
  const name = record?.name ?? null;
  const url = shownUrl(address);
  const released = record?.released ?? null;
  const failed = (message: string): MemoryOutcome => ({ url, name, done: false, message });
  if (record !== null && released === null && record.paused === null)
    return failed('its memory is not released, as far as is known here');
  if (record !== null && released === null && weights === null)
    return failed(`it is paused (${record.paused?.why}): name its weights with --model, or restart it`);
  return withTransport(address, keys.usual, context, async (transport) => {
    const operations = new SglangOperations(transport, keys.admin);
    // Of a server that is not kept here, nothing is known.
    const tags = record === null ? bothTags : (released?.tags ?? []);
    let isLost = released?.weightsLost ?? false;
    // What is back is noted at once: a server that is told a second time to take the same memory back dies of it.
    const noteBack = async (tag: MemoryTag): Promise<void> => {
      if (record === null) return;
      await changeServer(context.home, record, (kept) => ({
        ...kept,
        released: kept.released && {
          ...kept.released,
          tags: kept.released.tags.filter((one) => one !== tag),
          weightsLost: isLost,
        },
      }));
    };
    // Weights first and the cache last, so that old and new weights need not fit together with it.
    if (tags.includes('weights')) {
      const resumed = await operations.resumeMemory(['weights']);
      if (resumed.kind === 'serverFailed') return failed(resumed.message);
      isLost = record?.process?.settings.weights_backup !== true;
      await noteBack('weights');
    }
    const before = isLost && weights === null ? (released ?? (await loadedModel(transport))) : null;
    if (before !== null && 'kind' in before && before.kind === 'serverFailed')
      return failed(`${before.message}; it stays paused, without its weights: name them with --model`);
    const wanted =
      weights ?? (before === null ? null : { path: before.model, version: before.weightVersion ?? 'default' });
    if (wanted !== null) {
      context.note(`${url}: reads the weights of ${wanted.path}`);
      const updated = await operations.updateWeights(wanted);
      if (updated.kind === 'serverFailed')
        return failed(
          `${updated.message}; it stays paused${isLost ? ', without usable weights' : ''}: "proofdeck llm serve resume --model" reads others`,
        );
      if (record !== null)
        await changeServer(context.home, record, (kept) => ({
          ...kept,
          released: kept.released && {
            ...kept.released,
            model: wanted.path,
            weightVersion: wanted.version,
            weightsLost: false,
          },
          process: withWeights(kept.process, weights),
        }));
      isLost = false;
    }
    if (tags.includes('kv_cache')) {
      const resumed = await operations.resumeMemory(['kv_cache']);
      if (resumed.kind === 'serverFailed') return failed(resumed.message);
      await noteBack('kv_cache');
    }
    const continued = await operations.continue();
    if (continued.kind === 'serverFailed' && continued.status !== 404) return failed(continued.message);
    if (record?.process === null) await forgetServer(context.home, record.name);
    else if (record !== null)
      await changeServer(context.home, record, (kept) => ({ ...kept, released: null, paused: null }));
    const works = await check(transport, context);
    return works === null
      ? { url, name, done: true, message: `takes requests again${wanted === null ? '' : `, with ${wanted.path}`}` }
      : failed(`its memory is back, but it does not work: ${works.message}`);
  });
}

/** A restart is to bring back what it has now. */
const withWeights = (process: ServerRecord['process'], weights: SwapWish | null): ServerRecord['process'] =>
  process === null || weights === null
    ? process
    : { ...process, settings: { ...process.settings, model_path: weights.path, weight_version: weights.version } };

async function check(transport: Transport, { signal }: ServingContext): Promise<ServerFailed | null> {
  const loaded = await loadedModel(transport, signal);
  return loaded.kind === 'serverFailed' ? loaded : firstRequest(transport, loaded.mode, signal);
}

const bothTags: readonly MemoryTag[] = ['weights', 'kv_cache'];
