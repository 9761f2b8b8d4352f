import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../storage/paths.ts';
import { readTheoremList, type TheoremListResult } from './theorem-list.ts';

const panelFolder = (): string => join(packageRoot(), 'presets', 'panels');

/** Names of the theorem lists that come with proofdeck, sorted. */
export async function panelNames(): Promise<string[]> {
  const files = await readdir(panelFolder());
  return files
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .toSorted();
}

/** Reads a corpus by reference: the name of a panel that comes with proofdeck, or the path of a theorem list. */
export async function readCorpus(reference: string): Promise<TheoremListResult> {
  if (/^[\w-]+$/.test(reference)) {
    const path = join(panelFolder(), `${reference}.json`);
    if (existsSync(path)) return readTheoremList(path);
    if (!existsSync(reference)) {
      const message = `no corpus is called "${reference}" and no such file exists; there are ${(await panelNames()).join(', ')}`;
      return { kind: 'unreadable', message };
    }
  }
  return readTheoremList(reference);
}
