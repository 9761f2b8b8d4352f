import { appendFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Lock } from '../../src/storage/lock.ts';
import { acquireLock } from '../../src/storage/lock.ts';
import { scanLog } from '../../src/storage/log-reader.ts';
import { type LogWriter, openLog } from '../../src/storage/log-writer.ts';
import { temporaryFolder } from './temporary.ts';
import { tinyDisk } from './tiny-disk.ts';

async function lockIn(folder: string): Promise<Lock> {
  const locked = await acquireLock(join(folder, 'lock'));
  if (locked.kind !== 'locked') throw new Error('the lock of a new folder is free');
  return locked.lock;
}

async function writerIn(folder: string): Promise<{ path: string; writer: LogWriter; cutBytes: number }> {
  const path = join(folder, 'log');
  const opened = openLog(path, await lockIn(folder));
  if (opened.kind !== 'opened') throw new Error(opened.message);
  return { path, writer: opened.writer, cutBytes: opened.cutBytes };
}

async function linesOf(path: string): Promise<string[]> {
  const lines: string[] = [];
  await scanLog(path, (line) => {
    lines.push(line);
    return true;
  });
  return lines;
}

describe('a log', () => {
  test('holds every line, in order, once flushed resolves', async () => {
    const { path, writer } = await writerIn(temporaryFolder());
    const lines = Array.from({ length: 5000 }, (_, i) => `{"n":${i},"⊢":"${'∀'.repeat(i % 50)}"}`);
    for (const line of lines) writer.append(line);
    expect(await writer.flushed()).toBeNull();
    expect(readFileSync(path, 'utf8')).toBe(`${lines.join('\n')}\n`);
    expect(writer.close()).toBeNull();
  });

  test('writes the lines of one turn together, at its end', async () => {
    const { path, writer } = await writerIn(temporaryFolder());
    writer.append('a');
    writer.append('b');
    expect(readFileSync(path, 'utf8')).toBe('');
    const flushed = writer.flushed();
    writer.append('c');
    await flushed;
    expect(readFileSync(path, 'utf8')).toBe('a\nb\nc\n');
    writer.close();
  });

  test('cut anywhere, is read up to its last whole line and continued there', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'log');
    const text = 'first\nsecond ∀\nthird\n';
    const bytes = Buffer.from(text);
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      writeFileSync(path, bytes);
      truncateSync(path, cut);
      const whole = bytes.subarray(0, cut).toString('latin1').split('\n').length - 1;
      expect((await linesOf(path)).length).toBe(whole);
      rmSync(join(folder, 'lock'), { force: true });
      const { writer, cutBytes } = await writerIn(folder);
      expect(cutBytes).toBe(cut - (bytes.subarray(0, cut).lastIndexOf(10) + 1));
      writer.append('next');
      writer.close();
      expect(await linesOf(path)).toEqual([...text.split('\n').slice(0, whole), 'next']);
    }
  });

  test('is read the same in pieces of any size, and from any line on', async () => {
    const folder = temporaryFolder();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme', maxLength: 40 }), { maxLength: 20 }), async (texts) => {
        const path = join(folder, 'log');
        const lines = texts.map((text) => JSON.stringify(text));
        writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
        const offsets: number[] = [];
        const result = await scanLog(path, (_, offset) => offsets.push(offset) > 0);
        expect(result).toMatchObject({ kind: 'scanned', lines: lines.length, tornBytes: 0 });
        for (const [i, from] of offsets.entries()) {
          const rest: string[] = [];
          await scanLog(path, (line) => rest.push(line) > 0, from);
          expect(rest).toEqual(lines.slice(i));
        }
      }),
      { seed: 1, numRuns: 30 },
    );
  });

  test('whose lock was taken over is not written any more', async () => {
    const folder = temporaryFolder();
    const { path, writer } = await writerIn(folder);
    writer.append('mine');
    await writer.flushed();
    await acquireLock(join(folder, 'lock'), { takeOver: true });
    appendFileSync(path, 'theirs\n');
    writer.append('lost');
    expect(await writer.flushed()).toMatchObject({ kind: 'lockLost', path });
    writer.append('lost too');
    expect(writer.close()).toMatchObject({ kind: 'lockLost' });
    expect(await linesOf(path)).toEqual(['mine', 'theirs']);
  });

  test('on a full disk ends in a whole line, and goes on where it stopped when there is room', async (context) => {
    const disk = tinyDisk(64);
    if (disk === null) return context.skip('tmpfs cannot be mounted here');
    const ballast = join(disk, 'ballast');
    writeFileSync(ballast, Buffer.alloc(24 * 1024));
    const { path, writer } = await writerIn(disk);
    const lines = Array.from({ length: 400 }, (_, i) => `${i} ${'x'.repeat(100)}`);
    let acknowledged = 0;
    for (const [i, line] of lines.entries()) {
      writer.append(line);
      if ((await writer.flushed()) === null) acknowledged = i + 1;
    }
    expect(acknowledged).toBeGreaterThan(100);
    expect(acknowledged).toBeLessThan(400);
    expect(writer.failure).toMatchObject({ kind: 'storageFailed', code: 'noSpace', path });
    expect(writer.failure?.message).toContain('free some space');
    expect(readFileSync(path, 'utf8').endsWith('\n')).toBe(true);
    expect(await linesOf(path)).toEqual(lines.slice(0, acknowledged));
    rmSync(ballast);
    expect(writer.flush()).toBeNull();
    expect(await linesOf(path)).toEqual(lines);
    writer.close();
  });
});

test('a log in a folder that is a file is refused with its path and the reason', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), '');
  const opened = openLog(join(folder, 'file', 'log'), await lockIn(folder));
  expect(opened).toMatchObject({ kind: 'storageFailed', code: 'notAFolder', path: join(folder, 'file', 'log') });
});
