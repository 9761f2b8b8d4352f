import type { ServerAddress } from '../http/address.ts';
import type { CallerOptions } from '../http/caller.ts';
import type { DeadlineOptions } from '../http/deadline.ts';
import type { ServerKind } from '../server-identity.ts';

export interface OpenAiOptions extends CallerOptions, DeadlineOptions {
  /** The model to be used. @default the only one that is served */
  readonly model?: string | undefined;
  /** What kind of server it is. @default found out by asking */
  readonly server?: ServerKind | undefined;
  /** Tokens of prompt and answer together: for Ollama, which has to be told, and where the server does not tell. */
  readonly contextLength?: number | undefined;
}

/** An address given with the `/v1` that other clients want at its end means the same server. */
export function withoutVersion(address: ServerAddress): ServerAddress {
  const cut = (text: string): string => text.replace(/\/v1$/, '');
  return { ...address, prefix: cut(address.prefix), shown: cut(address.shown) };
}
