import type { Command } from 'commander';
import { gpusNow } from '../../sessions/serving/context.ts';
import { type ServerStatus, statusOfRecord, statusOfUrl } from '../../sessions/serving/server-status.ts';
import { sameUrl } from '../../sessions/serving/targets.ts';
import type { ReadGpusResult } from '../../src/inference/gpu/read-gpus.ts';
import { printJson, withCommonOptions } from '../common-options.ts';
import type { CommandContext, CommonOptions } from '../context.ts';
import {
  keysOrExit,
  namedOrExit,
  openServing,
  recordsOrExit,
  servingExit,
  type UrlOptions,
  withUrls,
} from './serving.ts';
import { gpuLines, stateWords, statusLines } from './status-lines.ts';

interface StatusOptions extends CommonOptions, UrlOptions {}

/** `llm serve status`. */
export function registerStatus(serve: Command, context: CommandContext): void {
  withCommonOptions(withUrls(serve.command('status')))
    .description(
      'all servers: ready, loading, frozen, paused, released, gone; exit code 1 where one does not do its work',
    )
    .argument('[name...]', 'which (default: all that are known, and sglang.url)')
    .action((names: readonly string[], options: StatusOptions) => status(context, names, options));
}

async function status(context: CommandContext, names: readonly string[], options: StatusOptions): Promise<void> {
  const { context: serving, resolved } = await openServing(context, options);
  const keys = await keysOrExit(serving);
  const records = names.length > 0 ? await namedOrExit(serving.home, names) : await recordsOrExit(serving.home);
  const asksAll = names.length === 0 && options.url === undefined;
  const gpus = await gpusNow(serving);
  const kept = await Promise.all(
    (options.url === undefined || names.length > 0 ? records : []).map((record) =>
      statusOfRecord(record, keys, serving, gpus),
    ),
  );
  const { sglang } = resolved.config;
  // Addresses that nobody chose are looked at too, but that nobody is there is no fault then.
  const configured = (['sglang.url', 'sglang.encode_url'] as const).map((key) => ({
    url: key === 'sglang.url' ? sglang.url : sglang.encode_url,
    isChosen: !['default', 'shipped'].includes(resolved.origins[key]?.kind ?? 'default'),
  }));
  const others = [
    ...(options.url ?? []).map((url) => ({ url, isChosen: true })),
    ...(asksAll ? configured : []),
  ].filter(
    ({ url }, at, all) =>
      !kept.some((one) => sameUrl(one.url, url)) && all.findIndex((one) => sameUrl(one.url, url)) === at,
  );
  const looked = await Promise.all(
    others.map(async ({ url, isChosen }) => ({ isChosen, servers: await statusOfUrl(url, keys, serving) })),
  );
  const found = looked.flatMap(({ isChosen, servers }) => servers.filter(({ state }) => isChosen || state !== 'down'));
  const servers = [...kept, ...found.filter((one) => !kept.some(({ url }) => sameUrl(url, one.url)))];
  print(context, options, servers, gpus);
  const bad = servers.filter(({ state }) => state !== 'ready' && state !== 'router' && state !== 'elsewhere');
  if (servers.length === 0)
    throw servingExit(
      {
        reason: 'failed',
        message: `no server was started from here, and nobody answers at ${sglang.url}: "proofdeck llm serve start" starts one`,
      },
      context,
    );
  if (bad.length > 0)
    throw servingExit(
      {
        reason: 'failed',
        message: bad.map(({ name, url, state }) => `${name ?? url} ${stateWords[state]}`).join('; '),
      },
      context,
    );
}

function print(
  context: CommandContext,
  options: CommonOptions,
  servers: readonly ServerStatus[],
  gpus: ReadGpusResult,
): void {
  if (options.json) {
    printJson(context, {
      schema: 'proofdeck.llm-serve-status/1',
      servers,
      gpus: gpus.kind === 'gpus' ? gpus.gpus : null,
      gpusUnknown: gpus.kind === 'gpus' ? null : gpus.message,
    });
    return;
  }
  const now = Date.now();
  for (const server of servers) for (const line of statusLines(server, now)) context.out(line);
  for (const line of gpuLines(gpus)) context.out(line);
}
