import type { ServerRecord } from '../../src/inference/serve/record.ts';
import { workersBehind } from '../../src/inference/serve/router.ts';
import type { ServeMode } from '../../src/inference/serve/settings.ts';
import { liveness } from '../../src/storage/process-identity.ts';
import {
  type ServerKeys,
  type ServingContext,
  type ServingFailed,
  servingFailed,
  shownUrl,
  withTransport,
} from './context.ts';
import { listServers } from './server-store.ts';

/** What the person named. */
export interface TargetWish {
  /** Names of servers that are kept. */
  readonly names: readonly string[];
  /** Addresses, of servers or routers. */
  readonly urls: readonly string[];
}

/** A server to act on; with its record where it is kept. */
export interface Target {
  /** May hold a user name and a password: it is to connect to, not to show. */
  readonly url: string;
  readonly record: ServerRecord | null;
}

export type TargetsResult = { readonly kind: 'targets'; readonly targets: readonly Target[] } | ServingFailed;

/**
 * The servers that are meant: those named; else our own of that mode; else whoever answers where the configuration says. A router stands
 * for the servers behind it, as it passes on nothing that an administrator asks.
 */
export async function findTargets(
  wish: TargetWish,
  mode: ServeMode,
  keys: ServerKeys,
  context: ServingContext,
): Promise<TargetsResult> {
  const known = await listServers(context.home);
  if (known.kind === 'storageFailed') return servingFailed('missing', known.message);
  const { records } = known;
  const named: ServerRecord[] = [];
  for (const name of wish.names) {
    const record = records.find((one) => one.name === name);
    if (record === undefined) return servingFailed('usage', unknownServer(name, records));
    named.push(record);
  }
  const urls: string[] = [...wish.urls];
  if (named.length === 0 && urls.length === 0) {
    named.push(
      ...records.filter(
        (one) => one.mode === mode && one.process !== null && liveness(one.process.identity) === 'alive',
      ),
    );
    const { url, encode_url: encodeUrl } = context.config.sglang;
    if (named.length === 0) urls.push(mode === 'generate' ? url : encodeUrl);
  }
  const targets: Target[] = named.map((record) => ({ url: record.url, record }));
  for (const url of urls) {
    const behind = await withTransport(url, keys.usual, context, (transport) =>
      workersBehind(transport, context.signal),
    );
    if (behind.kind === 'serverFailed') return servingFailed('missing', behind.message);
    for (const one of behind.kind === 'router' ? behind.workers : [url])
      targets.push({ url: one, record: records.find((record) => sameUrl(record.url, one)) ?? null });
    if (behind.kind === 'router' && behind.workers.length === 0)
      return servingFailed('missing', `the router ${shownUrl(url)} has no servers behind it`);
  }
  return {
    kind: 'targets',
    targets: targets.filter((one, at) => targets.findIndex(({ url }) => sameUrl(url, one.url)) === at),
  };
}

/** Says that there is no server of that name, and which there are. */
export function unknownServer(name: string, records: readonly ServerRecord[]): string {
  const names = records.map((one) => one.name).join(', ');
  return `there is no server ${JSON.stringify(name)} of ours; ${names === '' ? 'none is known' : `there are ${names}`}`;
}

/** `localhost`, a slash at the end and a user's name make no difference. */
export function sameUrl(a: string, b: string): boolean {
  const plain = (text: string): string => shownUrl(text).replace('://localhost', '://127.0.0.1');
  return plain(a) === plain(b);
}
