import type { ClientEvent } from '../../src/inference/client-state.ts';
import type { ProviderServer } from '../../src/policy/provider.ts';
import { duration } from '../../src/text/quantity.ts';

/** What happened to our connection to a server, in words; null for what only figures tell. */
export function describeClientEvent({ profile, url }: ProviderServer, event: ClientEvent): string | null {
  const server = `the server of ${profile} (${url})`;
  switch (event.kind) {
    case 'lost':
      return `${server} does not answer, and is waited for: ${event.message}`;
    case 'back':
      return `${server} answers again after ${duration(event.awayMs)}`;
    case 'modelChanged':
      return `${server} has other weights now: ${event.model}${event.weightVersion === null ? '' : `, version ${event.weightVersion}`}`;
    case 'retry':
    case 'failed':
      return null;
  }
}
