import { join } from 'node:path';
import type { ReadGpusResult } from '../../src/inference/gpu/read-gpus.ts';
import { conditionOf, type ServerCondition, type ServerState } from '../../src/inference/serve/condition.ts';
import { remedyFor } from '../../src/inference/serve/death.ts';
import { blotOut, lastLines } from '../../src/inference/serve/log-tail.ts';
import { loadedModel } from '../../src/inference/serve/model-info.ts';
import { familyOf } from '../../src/inference/serve/process-group.ts';
import type { ServerRecord } from '../../src/inference/serve/record.ts';
import { workersBehind } from '../../src/inference/serve/router.ts';
import type { ServeMode } from '../../src/inference/serve/settings.ts';
import { systemClock } from '../../src/search/world.ts';
import { liveness } from '../../src/storage/process-identity.ts';
import { allKeys, now, type ServerKeys, type ServingContext, shownUrl, withTransport } from './context.ts';
import { type OwnFacts, ownFacts } from './own-facts.ts';
import { keepReady, serverFolder } from './server-store.ts';

/** What is known of a server at one moment. */
export interface ServerStatus {
  /** Null for one that only the configuration, or a router, names. */
  readonly name: string | null;
  readonly url: string;
  /** `elsewhere`: it was started on another machine that shares the folder. */
  readonly state: ServerState | 'router' | 'elsewhere';
  readonly message: string | null;
  readonly mode: ServeMode | null;
  readonly model: string | null;
  readonly weightVersion: string | null;
  readonly version: string | null;
  readonly contextLength: number | null;
  /** Null where it was not started from here. */
  readonly pid: number | null;
  readonly startedAt: string | null;
  readonly log: string | null;
  /** Its last lines, of a server that does not do its work. */
  readonly lastLines: readonly string[];
  readonly gpus: readonly number[] | null;
  /** What of the GPUs' memory its processes hold, where that can be seen. */
  readonly gpuMemoryBytes: number | null;
  /** Of the busiest of its GPUs, in per cent. */
  readonly gpuUtilisation: number | null;
  readonly running: number | null;
  readonly queued: number | null;
  readonly tokensPerSecond: number | null;
  readonly kvUse: number | null;
  readonly cacheHitRate: number | null;
  /** Of a router: the servers behind it. */
  readonly workers: readonly string[];
}

const shownLines = 5;

/** Looks at a server that is kept on disk. */
export async function statusOfRecord(
  record: ServerRecord,
  keys: ServerKeys,
  context: ServingContext,
  gpus: ReadGpusResult,
): Promise<ServerStatus> {
  const { process, released, paused } = record;
  const log = process === null ? null : join(serverFolder(context.home, record.name), process.log);
  if (log !== null) blotOut(log, allKeys(keys));
  const own = ownFacts(record, log, gpus);
  if (process !== null && liveness(process.identity) === 'gone') {
    const lines = lastLines(log ?? '', shownLines, allKeys(keys));
    const remedy = remedyFor(lines);
    const left = familyOf(process.identity);
    const below = left.length === 0 ? '' : `, and of those below it ${left.join(', ')} live on`;
    const message = `its process is gone${below}${remedy === null ? '' : `: ${remedy}`}; "proofdeck llm serve restart ${record.name}" starts it again`;
    return { ...nothing, ...own, state: 'died', message, lastLines: lines };
  }
  if (process !== null && liveness(process.identity) === 'unknown')
    return {
      ...nothing,
      ...own,
      state: 'elsewhere',
      message: `it was started on ${process.identity.host}: look there`,
    };
  if (released !== null) {
    const loaded = await withTransport(record.url, keys.usual, context, (transport) =>
      loadedModel(transport, context.signal),
    );
    const message = `its memory is released since ${released.since}; "proofdeck llm serve resume" takes it back`;
    if (loaded.kind === 'serverFailed') return { ...nothing, ...own, state: 'down', message: loaded.message };
    return {
      ...nothing,
      ...own,
      state: 'released',
      message,
      model: released.model,
      weightVersion: released.weightVersion,
    };
  }
  const condition = await conditionAt(record.url, process === null || process.readyAt !== null, keys, context);
  const isNew = process !== null && process.readyAt === null;
  const state = isNew && condition.state === 'down' ? 'loading' : condition.state;
  if (state === 'ready' && isNew) await keepReady(context.home, record, now());
  const isPaused = paused !== null && state !== 'loading' && state !== 'down';
  const lines = state === 'ready' || log === null ? [] : lastLines(log, shownLines, allKeys(keys));
  return {
    ...nothing,
    ...own,
    ...factsOf(condition),
    mode: condition.mode ?? record.mode,
    state: isPaused ? 'paused' : state,
    message: isPaused ? `paused since ${paused.since}: ${paused.why}` : messageOf(state, condition, own),
    lastLines: isPaused ? [] : lines,
  };
}

/** Looks at a server that is only named, and at those behind it where it is a router. */
export async function statusOfUrl(
  url: string,
  keys: ServerKeys,
  context: ServingContext,
): Promise<readonly ServerStatus[]> {
  const behind = await withTransport(url, keys.usual, context, (transport) => workersBehind(transport, context.signal));
  if (behind.kind !== 'router') return [await statusOfServer(url, keys, context)];
  const workers = behind.workers.map(shownUrl);
  const router: ServerStatus = { ...nothing, name: null, url: shownUrl(url), state: 'router', message: null, workers };
  return [router, ...(await Promise.all(behind.workers.map((worker) => statusOfServer(worker, keys, context))))];
}

async function statusOfServer(url: string, keys: ServerKeys, context: ServingContext): Promise<ServerStatus> {
  const condition = await conditionAt(url, true, keys, context);
  const { state, message } = condition;
  return { ...nothing, name: null, url: shownUrl(url), ...factsOf(condition), mode: condition.mode, state, message };
}

const conditionAt = (
  url: string,
  wasReady: boolean,
  keys: ServerKeys,
  context: ServingContext,
): Promise<ServerCondition> =>
  withTransport(url, keys.usual, context, (transport) =>
    conditionOf({
      transport,
      wasReady,
      clock: context.clock ?? systemClock,
      signal: context.signal,
      onDoubt: (message) => context.note(message),
    }),
  );

function factsOf({ identity, gauges }: ServerCondition) {
  return {
    ...(identity && {
      model: identity.model,
      weightVersion: identity.weightVersion,
      version: identity.version,
      contextLength: identity.contextLength,
    }),
    ...(gauges && {
      running: gauges.running,
      queued: gauges.queued,
      tokensPerSecond: gauges.tokensPerSecond,
      kvUse: gauges.kvUse,
      cacheHitRate: gauges.cacheHitRate,
    }),
  };
}

function messageOf(
  state: ServerState,
  { message }: ServerCondition,
  { name, pid, gpuUtilisation }: OwnFacts,
): string | null {
  if (state === 'loading') return 'it reads its model';
  const again = `"proofdeck llm serve restart ${name ?? ''}" starts it again`;
  if (state === 'down' && pid !== null) return `${message}, though its process lives: ${again}`;
  if (state !== 'frozen') return message;
  const idle = gpuUtilisation === 0 ? ', and its GPU is idle' : '';
  return `three health checks in a row failed${idle} (${message}); ${again}`;
}

const nothing: ServerStatus = {
  name: null,
  url: '',
  state: 'down',
  message: null,
  mode: null,
  model: null,
  weightVersion: null,
  version: null,
  contextLength: null,
  pid: null,
  startedAt: null,
  log: null,
  lastLines: [],
  gpus: null,
  gpuMemoryBytes: null,
  gpuUtilisation: null,
  running: null,
  queued: null,
  tokensPerSecond: null,
  kvUse: null,
  cacheHitRate: null,
  workers: [],
};
