import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { runCli } from '../helpers/cli.ts';
import { openTestHost } from '../helpers/lean.ts';
import { temporaryFolder } from '../storage/temporary.ts';

// The first start may have to prepare the image; no test should be charged for that.
beforeAll(async () => (await openTestHost()).close());

test('the exported proofs of two searches check as they are', async () => {
  const home = temporaryFolder();
  const workers = ['--workers', '1'];
  expect(await runCli(home, ['prove', 'True', ...workers])).toMatchObject({ code: 0 });
  const second = ['prove', '∀ p q : Prop, p ∧ q → q ∧ p', '--session', 'last', ...workers];
  expect(await runCli(home, second)).toMatchObject({ code: 0 });
  const file = join(home, 'proofs.lean');
  expect(await runCli(home, ['sessions', 'export', 'last', '--proofs', '--out', file])).toMatchObject({ code: 0 });
  const checked = await runCli(home, ['check', file, '--level', 'V3']);
  expect(checked).toMatchObject({ code: 0, out: expect.stringContaining('2 of 2 accepted') });
});

test('a session without an accepted proof has none to export, and says so', async () => {
  const home = temporaryFolder();
  expect(await runCli(home, ['prove', 'False', '--max-nodes', '1', '--workers', '1'])).toMatchObject({ code: 1 });
  expect(await runCli(home, ['sessions', 'export', 'last', '--proofs'])).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringContaining('has no accepted proof'),
  });
});
