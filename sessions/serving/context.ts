import type { Config } from '../../src/config/schema.ts';
import { type ReadGpusResult, readGpus } from '../../src/inference/gpu/read-gpus.ts';
import { parseAddress } from '../../src/inference/http/address.ts';
import { type KeyResult, type KeySource, keySourceOf, readKey, type Secret } from '../../src/inference/http/secret.ts';
import { Transport } from '../../src/inference/http/transport.ts';
import { type Clock, systemClock } from '../../src/search/world.ts';

/** What starting, stopping and looking after servers works with. */
export interface ServingContext {
  readonly home: string;
  readonly config: Pick<Config, 'sglang' | 'serve' | 'serveEmbedding'>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where programs are started. */
  readonly folder: string;
  /** A line for the person who waits. */
  readonly note: (message: string) => void;
  readonly signal: AbortSignal;
  /** @default the time of the system */
  readonly clock?: Clock;
}

/** Why something asked of servers was not done. */
export interface ServingFailed {
  readonly kind: 'servingFailed';
  /**
   * `usage`: it was asked for wrongly; `missing`: something that is needed is not there, memory among it; `failed`: it was tried, and
   * did not succeed.
   */
  readonly reason: 'usage' | 'missing' | 'failed' | 'interrupted';
  readonly message: string;
}

/** Why something could not be done with a server. */
export const servingFailed = (reason: ServingFailed['reason'], message: string): ServingFailed => ({
  kind: 'servingFailed',
  reason,
  message,
});

/** The keys of a server: the usual one, and that of an administrator. */
export interface ServerKeys {
  readonly kind: 'keys';
  readonly usual: Secret | null;
  readonly admin: Secret | null;
}

/** Reads the keys that the configuration names. */
export async function readKeys({ config, environment }: ServingContext): Promise<ServerKeys | ServingFailed> {
  const { sglang, serve } = config;
  const usual = await keyAt(keySourceOf(sglang.api_key_env, sglang.api_key_file), environment);
  if (usual?.kind === 'noKey') return servingFailed('missing', usual.message);
  const admin = await keyAt(keySourceOf(serve.admin_key_env, serve.admin_key_file), environment);
  if (admin?.kind === 'noKey') return servingFailed('missing', admin.message);
  return { kind: 'keys', usual: usual?.key ?? null, admin: admin?.key ?? null };
}

/** The keys that a server has. */
export const allKeys = ({ usual, admin }: ServerKeys): readonly Secret[] =>
  [usual, admin].filter((one) => one !== null);

const keyAt = async (
  source: KeySource | null,
  environment: ServingContext['environment'],
): Promise<KeyResult | null> => (source === null ? null : readKey(source, environment));

/** An address for messages and records: without user name and password. */
export function shownUrl(url: string): string {
  const address = parseAddress(url);
  return address.kind === 'address' ? address.shown : 'an address that cannot be read';
}

/** Does something with connections to a server, and closes them. */
export async function withTransport<T>(
  url: string,
  key: Secret | null,
  { clock = systemClock }: Pick<ServingContext, 'clock'>,
  use: (transport: Transport) => Promise<T>,
): Promise<T> {
  const address = parseAddress(url);
  // Addresses are checked where they are configured, typed or told by a router, and written by us where they are kept.
  if (address.kind === 'badAddress') throw new Error(address.message);
  const transport = await Transport.open({ address, key, clock });
  try {
    return await use(transport);
  } finally {
    await transport.close();
  }
}

/** What the GPUs hold now. */
export const gpusNow = ({ environment, folder, signal }: ServingContext): Promise<ReadGpusResult> =>
  readGpus({ environment, folder, signal });

/** The time for records, in ISO 8601. */
export const now = (): string => new Date().toISOString();
