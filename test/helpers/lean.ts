import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  type EmbeddedHost,
  type EmbeddedHostOptions,
  openEmbeddedHost,
} from '../../src/lean/embedded/embedded-host.ts';
import type { AskLimit, Transport } from '../../src/lean/transport.ts';
import { packageRoot } from '../../src/storage/paths.ts';

/**
 * Cache folder that all tests share, so that the Lean image is built once per machine and program: `$PROOFDECK_CACHE`, else
 * a folder that goes away with node_modules. The first test that needs Lean builds, the others wait for it.
 */
export function testCacheRoot(): string {
  if (process.env.PROOFDECK_CACHE) return process.env.PROOFDECK_CACHE;
  const folder = join(packageRoot(), 'node_modules', '.cache', 'proofdeck-test');
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  return folder;
}

/** A host on the shared image. Throws when Lean does not start; the caller closes it. */
export async function openTestHost(options: Partial<EmbeddedHostOptions> = {}): Promise<EmbeddedHost> {
  const host = await openEmbeddedHost({ cacheRoot: testCacheRoot(), ...options });
  if (host.kind === 'startFailed') throw new Error(`${host.message}\n${host.detail}`);
  return host;
}

/** Sends `command payload` and parses the answer. Throws when the prover is lost. */
export async function askJson(
  transport: Transport,
  command: string,
  payload: unknown = {},
  limit: AskLimit = { timeoutMs: 30_000 },
): Promise<Record<string, unknown>> {
  const reply = await transport.ask(`${command} ${JSON.stringify(payload)}`, limit);
  if (reply.kind === 'lost') throw new Error(`${command}: ${reply.reason}: ${reply.detail}`);
  return JSON.parse(reply.text) as Record<string, unknown>;
}
