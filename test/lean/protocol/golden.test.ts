import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EmbeddedHost } from '../../../src/lean/embedded/embedded-host.ts';
import { openTestHost } from '../../helpers/lean.ts';
import { GOLDEN_NAMES, play, readExpected, readRequests, writeExpected } from './golden.ts';

describe('the worker protocol, against golden exchanges', () => {
  let host: EmbeddedHost;
  beforeAll(async () => {
    host = await openTestHost();
  });
  afterAll(() => host?.close());

  it.each(GOLDEN_NAMES)('%s', async (name) => {
    const transport = host.transport();
    try {
      const exchanges = await play(transport, readRequests(name));
      if (process.env.UPDATE_GOLDEN) writeExpected(name, exchanges);
      const expected = readExpected(name);
      expect(exchanges).toEqual(exchanges.map(({ request }, index) => ({ request, answer: expected[index] })));
      expect(expected.length).toBe(exchanges.length);
      expect(transport.generation).toBe(1);
    } finally {
      await transport.close();
    }
  });
});
