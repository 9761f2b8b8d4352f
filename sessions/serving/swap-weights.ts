import type { Transport } from '../../src/inference/http/transport.ts';
import type { ServerRecord } from '../../src/inference/serve/record.ts';
import { type FleetStep, type FleetSwap, type SwapOutcome, swapFleet } from '../../src/inference/serve/swap-fleet.ts';
import { SglangOperations } from '../../src/inference/sglang/operations.ts';
import {
  now,
  type ServerKeys,
  type ServingContext,
  type ServingFailed,
  servingFailed,
  withTransport,
} from './context.ts';
import { aloneWithWeights } from './server-lock.ts';
import { changeServer } from './server-store.ts';
import type { Target } from './targets.ts';

export type SwapResult = ({ readonly kind: 'swap' } & FleetSwap) | ServingFailed;

export interface SwapWish {
  /** On the servers. */
  readonly path: string;
  readonly version: string;
}

/** Gives other weights to servers in place, all or none; keeps on disk what each has, and which were left paused. */
export async function swapServers(
  targets: readonly Target[],
  wish: SwapWish,
  keys: ServerKeys,
  context: ServingContext,
): Promise<SwapResult> {
  return aloneWithWeights(targets, context, (held) => swapHeld(held, wish, keys, context));
}

async function swapHeld(
  targets: readonly Target[],
  { path, version }: SwapWish,
  keys: ServerKeys,
  context: ServingContext,
): Promise<SwapResult> {
  const released = targets.find(({ record }) => record?.released != null);
  if (released !== undefined)
    return servingFailed(
      'failed',
      `the memory of the server ${released.record?.name} is released: "proofdeck llm serve resume" takes it back first (--weights reads other weights while it does)`,
    );
  // Whoever is killed in between leaves servers paused, and the next one should know.
  const paused = { since: now(), why: `its weights are changed to ${path}` };
  for (const { record } of targets)
    if (record !== null) await changeServer(context.home, record, (kept) => ({ ...kept, paused }));
  const begun = new Set<string>();
  const swap = await withTransports(targets, keys, context, (transports) =>
    swapFleet(
      transports.map((transport) => ({
        url: transport.shown,
        transport,
        operations: new SglangOperations(transport, keys.admin),
      })),
      {
        path,
        version,
        signal: context.signal,
        onStep: (url, step) => {
          begun.add(url);
          context.note(`${url}: ${stepWords[step]}`);
        },
      },
    ),
  );
  for (const [i, outcome] of swap.outcomes.entries()) {
    const record = targets[i]?.record ?? null;
    if (record === null) continue;
    await changeServer(context.home, record, (kept) =>
      // One that nothing was asked of is as it was, and may have been left paused before.
      begun.has(outcome.url) ? afterSwap(kept, outcome, { path, version }) : { ...kept, paused: record.paused },
    );
  }
  return { kind: 'swap', ...swap };
}

const stepWords: Readonly<Record<FleetStep, string>> = {
  pause: 'pauses generation',
  update: 'reads the new weights',
  back: 'takes the old weights again',
  continue: 'goes on',
};

/** A restart is to bring back what it has now. */
function afterSwap(record: ServerRecord, { state, message }: SwapOutcome, { path, version }: SwapWish): ServerRecord {
  const { process } = record;
  return {
    ...record,
    paused: state === 'leftPaused' ? { since: now(), why: message ?? 'a swap of weights failed' } : null,
    process:
      process !== null && state === 'swapped'
        ? { ...process, settings: { ...process.settings, model_path: path, weight_version: version } }
        : process,
  };
}

async function withTransports<T>(
  targets: readonly Target[],
  keys: ServerKeys,
  context: ServingContext,
  use: (transports: readonly Transport[]) => Promise<T>,
  open: readonly Transport[] = [],
): Promise<T> {
  const next = targets[open.length];
  if (next === undefined) return use(open);
  return withTransport(next.url, keys.usual, context, (transport) =>
    withTransports(targets, keys, context, use, [...open, transport]),
  );
}
