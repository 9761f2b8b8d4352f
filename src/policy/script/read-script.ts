import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { hasCode, type StorageFailed, storageFailure } from '../../storage/failure.ts';
import { parseJson } from '../../text/parse-json.ts';
import { LogReader } from './read-log.ts';
import { Script } from './script.ts';
import { scriptLineSchema } from './script-line.ts';

export type ReadScript =
  | { readonly kind: 'script'; readonly script: Script }
  | { readonly kind: 'unreadable'; readonly message: string };

/** Files that hold searches, in the folders of sessions and runs. */
const isLog = (name: string): boolean => name.endsWith('.jsonl') && name !== 'control.jsonl';

/**
 * Reads what the `script` provider plays back: a recording, a file of raw responses, a log of searches, or all logs below the
 * folder of a session or a run.
 *
 * @param named a path, or the id of a session or a run in `home`
 */
export async function readScript(named: string, home: string): Promise<ReadScript> {
  const files = await filesOf([named, join(home, 'sessions', named), join(home, 'runs', named)]);
  if (files === null)
    return unreadable(`there is no file, session or run ${JSON.stringify(named)} to play back (script.file)`);
  if ('kind' in files) return unreadable(files.message);
  const script = new Script();
  for (const file of files) {
    const problem = await readFile(file, script);
    if (problem !== null) return unreadable(problem);
  }
  return script.length === 0 ? unreadable(`${named} holds no answers of a provider`) : { kind: 'script', script };
}

async function filesOf(places: readonly string[]): Promise<readonly string[] | StorageFailed | null> {
  for (const place of places) {
    try {
      const facts = await stat(place);
      if (!facts.isDirectory()) return [place];
      const names = await readdir(place, { recursive: true });
      return names.filter((name) => isLog(basename(name))).map((name) => join(place, name));
    } catch (error) {
      if (!hasCode(error, 'ENOENT') && !hasCode(error, 'ENOTDIR')) return storageFailure(error, place, 'read');
    }
  }
  return null;
}

/** Adds the lines of a file. Returns what is wrong with it, or null. */
async function readFile(file: string, script: Script): Promise<string | null> {
  try {
    return await readLines(file, script);
  } catch (error) {
    return storageFailure(error, file, 'read').message;
  }
}

async function readLines(file: string, script: Script): Promise<string | null> {
  const log = new LogReader((line) => script.add(line));
  const lines = createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity });
  let number = 0;
  // Only the last line may be torn: it was never finished.
  let torn: string | null = null;
  for await (const text of lines) {
    number += 1;
    if (text.trim() === '') continue;
    if (torn !== null) return torn;
    const json = parseJson(text);
    if (json === undefined) torn = `${file}, line ${number}: not JSON`;
    else if (isLogLine(json)) log.add(json);
    else {
      const line = scriptLineSchema.safeParse(json);
      if (!line.success) return `${file}, line ${number}: ${z.prettifyError(line.error)}`;
      script.add(line.data);
    }
  }
  return number === 1 ? torn : null;
}

const isLogLine = (json: unknown): json is Readonly<Record<string, unknown>> =>
  typeof json === 'object' && json !== null && 'seq' in json && 'kind' in json;

const unreadable = (message: string): ReadScript => ({ kind: 'unreadable', message });
