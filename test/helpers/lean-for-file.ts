import { afterAll, beforeAll } from 'vitest';
import { LeanClient } from '../../src/lean/client.ts';
import type { EmbeddedHost } from '../../src/lean/embedded/embedded-host.ts';
import { PROOFDECK_DIALECT } from '../../src/lean/protocol/dialect.ts';
import { openTestHost } from './lean.ts';

/** Real Lean for all tests of a file, started before them and closed after them. */
export function leanForFile() {
  let host: EmbeddedHost | null = null;
  let client: LeanClient | null = null;
  beforeAll(async () => {
    host = await openTestHost({ recycleBytes: 0 });
    const transport = host.transport();
    const started = await transport.start();
    if (started.kind !== 'ready') throw new Error(JSON.stringify(started));
    client = new LeanClient(transport, PROOFDECK_DIALECT);
  });
  afterAll(() => host?.close());
  const lean = {
    get client(): LeanClient {
      if (client === null) throw new Error('Lean is asked before the tests');
      return client;
    },
    /** Starts a goal. Throws when Lean does not take it. */
    start: async (expr: string) => {
      const started = await lean.client.start({ expr });
      if (started.kind !== 'started') throw new Error(JSON.stringify(started));
      return started;
    },
  };
  return lean;
}
