import { expect, test } from 'vitest';
import { runCli } from '../../helpers/cli.ts';
import { temporaryFolder } from '../../storage/temporary.ts';

test.each([
  ['too many workers', ['--workers', '1000'], 5, 'embedded workers need'],
  ['a worker that is not there', ['--lean', 'pantograph', '--lean-path', '/nowhere/repl'], 5, '/nowhere/repl'],
  ['a module that is not there', ['--imports', 'Mathlib'], 2, 'no module Mathlib'],
  ['a value model that is not there', ['--value', 'mine'], 5, 'the value model "mine"'],
  ['a place that cannot be written', ['--out', '/dev/null/x.parquet'], 2, '/dev/null/x.parquet'],
])('a dry run with %s ends as the run would, and shows its plan', async (_, options, code, message) => {
  const home = temporaryFolder();
  const result = await runCli(home, ['search', '--theorems', 'core_panel', '--limit', '2', '--dry-run', ...options]);
  expect(result.err).toContain(message);
  expect(result.code).toBe(code);
  expect(result.out).toContain('core_panel');
});

test('with a value model and nothing set, the settings say that they are its defaults', async () => {
  const { out } = await runCli(temporaryFolder(), [
    ...['search', '--theorems', 'core_panel', '--limit', '2', '--dry-run', '--json', '--value', 'mine'],
  ]);
  const origin = 'value model default';
  expect(JSON.parse(out).configuration).toMatchObject({
    'search.temperature': { value: 1, origin },
    'search.num_candidates': { value: 8, origin },
  });
});
