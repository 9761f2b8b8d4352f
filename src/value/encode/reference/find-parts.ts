import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the parts of a reference's value model are; null for one that is not there. */
export interface ReferenceParts {
  readonly config: string | null;
  readonly weights: string | null;
  readonly embeddings: string | null;
}

/**
 * The parts in a checkpoint folder of the reference, of either layout: `final.mpk`, or `final/model.mpk`, else the newest step
 * (`step_500.mpk`, `step_500/model.mpk`), else `model.mpk`.
 */
export async function findParts(folder: string): Promise<ReferenceParts> {
  const names = await readdir(folder).catch((): string[] => []);
  const steps = names
    .flatMap((name) => {
      const step = /^step_(\d+)(\.mpk)?$/.exec(name);
      return step === null ? [] : [{ step: Number(step[1]), name }];
    })
    .sort((a, b) => b.step - a.step)
    .map(({ name }) => (name.endsWith('.mpk') ? name : join(name, 'model.mpk')));
  return {
    config: await firstFile(folder, ['energy_head_config.json', join('..', 'energy_head_config.json')]),
    weights: await firstFile(folder, ['final.mpk', join('final', 'model.mpk'), 'model.mpk', ...steps]),
    embeddings: await firstFile(folder, ['embeddings.parquet', join('..', 'embeddings.parquet')]),
  };
}

async function firstFile(folder: string, names: readonly string[]): Promise<string | null> {
  for (const name of names) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (found?.isFile()) return path;
  }
  return null;
}
