import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { writeLearnable } from '../fixtures/learnable-trajectories.ts';
import { runCli } from '../helpers/cli.ts';
import { temporaryFolder } from '../storage/temporary.ts';

test('ranker train --detach works in a process of its own, whose log says how it ended', async () => {
  const home = temporaryFolder();
  const rows = await writeLearnable(join(home, 'rows.parquet'), 12);
  const train = (...words: readonly string[]) => runCli(home, ['ranker', 'train', '--steps', '2', ...words]);
  const folder = join(home, 'models', 'ranker', 'small');
  const begun = await train(rows, '--name', 'small', '--detach');
  expect(begun).toMatchObject({ code: 0, out: `${folder}\n` });
  const log = (): string => readFileSync(join(folder, 'events.jsonl'), 'utf8');
  await vi.waitFor(() => expect(log()).toContain('"status":"done"'), { timeout: 100_000, interval: 50 });
  expect(existsSync(join(folder, 'model.onnx'))).toBe(true);

  const few = await writeLearnable(join(home, 'few.parquet'), 3);
  const refused = await train(few, '--name', 'few', '--detach');
  expect(refused).toMatchObject({
    code: 1,
    err: expect.stringContaining('3 theorems with an accepted proof are too few'),
  });
  expect(existsSync(join(home, 'models', 'ranker', 'few'))).toBe(false);
});
