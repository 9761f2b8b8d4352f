import { expect, test } from 'vitest';
import { noteSilentServers } from '../../../sessions/servers/silent-servers.ts';
import type { ProviderServer } from '../../../src/policy/provider.ts';

test('a server that has requests and answers none is named, once for each silence', () => {
  const figures = { inFlight: 2, answered: 0 };
  const server = { profile: 'bfs', url: 'http://gpu7:30000', statistics: () => figures } as unknown as ProviderServer;
  const said: string[] = [];
  let look = () => {};
  let stopped = false;
  const stop = noteSilentServers(
    { servers: [server] },
    (text) => said.push(text),
    (ms, callback) => {
      expect(ms).toBe(30_000);
      look = callback;
      return () => {
        stopped = true;
      };
    },
  );
  look();
  expect(said).toEqual([]);
  look();
  look();
  expect(said).toEqual([
    expect.stringMatching(/^the server of bfs \(http:\/\/gpu7:30000\) has had 2 requests for 30 s/),
  ]);
  figures.answered = 1;
  look();
  expect(said).toHaveLength(1);
  look();
  expect(said).toHaveLength(2);
  figures.inFlight = 0;
  for (let i = 0; i < 3; i++) look();
  expect(said).toHaveLength(2);
  stop();
  expect(stopped).toBe(true);
});
