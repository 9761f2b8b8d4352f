import { beforeAll, expect, test } from 'vitest';
import { runCli } from '../helpers/cli.ts';
import { openTestHost } from '../helpers/lean.ts';
import { temporaryFolder } from '../storage/temporary.ts';

// The first start may have to prepare the image; no test should be charged for that.
beforeAll(async () => (await openTestHost()).close());

test.each([
  [['prove', 'Nat'], /Nat is not a proposition \(its type is Type\)/],
  [['prove', '--theorem', 'Nat.add'], /Nat\.add is no theorem.*Nat → Nat → Nat/],
  [['prove', '--theorem', 'Nat.nope'], /there is no theorem Nat\.nope in the environment/],
  [['prove', '∀ n, n ='], /line 1, column \d+: /],
])('%j is refused before any search', async (args, message) => {
  const result = await runCli(temporaryFolder(), [...args, '--workers', '1']);
  expect(result).toMatchObject({ code: 2, out: '', err: expect.stringMatching(message) });
});
