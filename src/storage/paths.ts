import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

type Environment = Readonly<Record<string, string | undefined>>;

let knownRoot: string | undefined;

/** Folder of proofdeck's own package.json; works from the sources and from the bundle in `dist/`. Throws when there is none above. */
export function packageRoot(): string {
  knownRoot ??= findPackageRoot(dirname(fileURLToPath(import.meta.url)));
  return knownRoot;
}

function findPackageRoot(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as { name?: unknown }).name === 'proofdeck')
      return folder;
    if (dirname(folder) === folder) throw new Error(`no package.json of proofdeck in ${from} or above`);
  }
}

/** Folder for what can be rebuilt, the Lean image above all: `$PROOFDECK_CACHE`, else `$XDG_CACHE_HOME/proofdeck`, else `~/.cache/proofdeck`. */
export function cacheRoot(environment: Environment = process.env): string {
  if (environment.PROOFDECK_CACHE) return resolve(environment.PROOFDECK_CACHE);
  // The XDG specification says that relative paths there are to be ignored.
  const xdg = environment.XDG_CACHE_HOME;
  if (xdg?.startsWith('/')) return join(xdg, 'proofdeck');
  return join(environment.HOME || homedir(), '.cache', 'proofdeck');
}

/** Folder of sessions, runs and models: `--home`, else `$PROOFDECK_HOME`, else `./.proofdeck`; always absolute. */
export function homeRoot(flag: string | undefined, environment: Environment = process.env): string {
  return resolve(flag || environment.PROOFDECK_HOME || '.proofdeck');
}
