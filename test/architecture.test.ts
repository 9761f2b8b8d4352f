import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

/*
 * Dependencies point one way: commands -> views, sessions -> src; views -> sessions -> src. The engine imports no screen, and the
 * views touch no process, file or network.
 */
const root = resolve(import.meta.dirname, '..');
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  src: ['src'],
  sessions: ['sessions', 'src'],
  views: ['views', 'sessions', 'src'],
  commands: ['commands', 'views', 'sessions', 'src'],
};
const SCREEN_PACKAGES = /^(ink|react)($|[-/])/;
const OUTSIDE_WORLD =
  /^node:(child_process|fs|fs\/promises|net|http|https|dgram|worker_threads)$|^(execa|undici|write-file-atomic)$/;

interface Import {
  readonly file: string;
  readonly from: string;
}

function importsOf(folder: string): Import[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.tsx?$/.test(name),
  );
  return files.flatMap((name) => {
    const text = readFileSync(join(root, folder, name), 'utf8');
    const found = text.matchAll(/(?:from\s+|import\(\s*|^import\s+)'([^']+)'/gm);
    return [...found].map((match) => ({ file: join(folder, name), from: match[1] as string }));
  });
}

const folderOf = ({ file, from }: Import): string =>
  relative(root, resolve(root, dirname(file), from)).split('/')[0] as string;

test.each(Object.entries(MAY_IMPORT))('%s imports only %j', (folder, allowed) => {
  const imports = importsOf(folder);
  expect(imports.length).toBeGreaterThan(0);
  const wrong = imports.filter((one) => one.from.startsWith('.') && !allowed.includes(folderOf(one)));
  expect(wrong).toEqual([]);
});

test('only the views import the screen', () => {
  const wrong = ['src', 'sessions', 'commands'].flatMap(importsOf).filter(({ from }) => SCREEN_PACKAGES.test(from));
  expect(wrong).toEqual([]);
});

test('the views touch no process, file or network', () => {
  expect(importsOf('views').filter(({ from }) => OUTSIDE_WORLD.test(from))).toEqual([]);
});

test('the engine prints nothing', () => {
  const files = ['src', 'sessions'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  );
  const printing = files.filter(
    (file) =>
      /\.ts$/.test(file) &&
      /\bconsole\.|process\.std(out|err)\.write/.test(withoutTexts(readFileSync(join(root, file), 'utf8'))),
  );
  expect(printing).toEqual([]);
});

const withoutTexts = (source: string): string => source.replace(/'[^'\n]*'/g, "''");
