import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { outFiles } from '../../../sessions/runs/out-files.ts';
import { findInputs, type Series } from '../../../sessions/trajectories/inputs.ts';
import { temporaryFolder } from '../../storage/temporary.ts';
import { madeUpRun, madeUpRunner, madeUpSupply, toTheEnd } from '../runs/made-up-run.ts';

async function names(folder: string, given: string, series: Series): Promise<readonly string[]> {
  const found = await findInputs(folder, folder, [given], series);
  if (found.kind !== 'inputs') throw new Error(found.message);
  return found.paths.map((path) => basename(path));
}

const isNoisy = (name: string): boolean => name.includes('noisy');

test.each(['parts', 'table.parquet'])('what --out %s leaves is told apart into the two series', async (out) => {
  const home = temporaryFolder();
  const run = await madeUpRun(home, { noisy: 1.5 });
  const files = outFiles(run, join(home, 'out', out), null);
  await toTheEnd(run, madeUpRunner(run, madeUpSupply(), { onPart: files.onPart, onEnd: files.finish }));
  const folder = out === 'parts' ? join('out', out) : 'out';
  const all = await names(home, folder, 'all');
  expect(all.some(isNoisy) && !all.every(isNoisy)).toBe(true);
  expect(await names(home, folder, 'noisy')).toEqual(all.filter(isNoisy));
  expect(await names(home, folder, 'main')).toEqual(all.filter((name) => !isNoisy(name)));
});
