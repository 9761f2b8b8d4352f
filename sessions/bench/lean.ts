import { LeanClient, type TacticLimits } from '../../src/lean/client.ts';
import { type EmbeddedHost, openEmbeddedHost } from '../../src/lean/embedded/embedded-host.ts';
import { toolchain } from '../../src/lean/environment.ts';
import { openPool } from '../../src/lean/open-pool.ts';
import type { LeanPool } from '../../src/lean/pool/pool.ts';
import { PROOFDECK_DIALECT } from '../../src/lean/protocol/dialect.ts';
import type { Transport } from '../../src/lean/transport.ts';
import type { BenchContext } from './measurement.ts';

/** Generous: a measurement measures the tactic, never the limit. */
export const benchLimits: TacticLimits = { heartbeats: 400_000, recursion: 2000, timeoutMs: 120_000 };

/** Thrown when Lean itself cannot be measured; the runner reports it as skipped. */
export class LeanUnavailable extends Error {}

/** The embedded Lean with no recycling, so that memory is what it is. Throws `LeanUnavailable`. */
export async function openHost({
  cacheRoot,
  signal,
}: Pick<BenchContext, 'cacheRoot' | 'signal'>): Promise<EmbeddedHost> {
  const host = await openEmbeddedHost({ cacheRoot, recycleBytes: 0, signal });
  if (host.kind === 'startFailed') throw new LeanUnavailable(`${host.message} ${host.detail}`.trim());
  return host;
}

/** A pool with one ready worker, as searches use it. Throws `LeanUnavailable`. */
export async function openOneWorker({
  cacheRoot,
  signal,
}: Pick<BenchContext, 'cacheRoot' | 'signal'>): Promise<LeanPool> {
  const opened = await openPool({ imports: ['Init'], cacheRoot, workers: 1, signal });
  if (opened.kind === 'startFailed') throw new LeanUnavailable(opened.message);
  return opened.pool;
}

/** A started prover of the host with a client on it. Throws `LeanUnavailable`. */
export async function startProver(
  host: EmbeddedHost,
): Promise<{ readonly transport: Transport; readonly client: LeanClient }> {
  const transport = host.transport();
  const started = await transport.start();
  if (started.kind === 'startFailed') throw new LeanUnavailable(`${started.message} ${started.detail}`.trim());
  return { transport, client: new LeanClient(transport, PROOFDECK_DIALECT) };
}

/** State of a statement after some tactics. Throws when one of them does not apply: the bench's own table is wrong then. */
export async function stateAfter(client: LeanClient, statement: string, tactics: readonly string[]): Promise<number> {
  const root = await client.start({ expr: statement });
  if (root.kind !== 'started') throw new Error(`${statement}: ${root.message}`);
  let state = root.stateId;
  for (const tactic of tactics) {
    const reply = await client.tactic(state, tactic, benchLimits);
    if (reply.kind !== 'applied')
      throw new Error(`${tactic} on ${statement}: ${reply.kind === 'failed' ? reply.outcome.message : reply.message}`);
    state = reply.stateId;
  }
  return state;
}

/** The first answer of a prover, and the version that it runs. Throws `LeanUnavailable`. */
export async function askInfo(client: LeanClient): Promise<string> {
  const answer = await toolchain(client);
  if (answer.kind !== 'toolchain') throw new LeanUnavailable(`Lean does not answer: ${answer.message}`);
  return answer.toolchain;
}
