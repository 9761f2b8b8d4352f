import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { acquireLock, acquireLockSoon, lockHolder } from '../../src/storage/lock.ts';
import { liveness, ownIdentity } from '../../src/storage/process-identity.ts';
import { temporaryFolder } from './temporary.ts';

describe('a lock', () => {
  test('keeps others out until it is released', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'lock');
    const first = await acquireLock(path);
    if (first.kind !== 'locked') throw new Error(first.kind);
    expect(await acquireLock(path)).toMatchObject({ kind: 'heldBy', holder: { pid: process.pid } });
    expect(lockHolder(path)?.nonce).toBe(first.lock.holder.nonce);
    first.lock.release();
    expect(lockHolder(path)).toBeNull();
    expect((await acquireLock(path)).kind).toBe('locked');
    expect(readdirSync(folder)).toEqual(['lock']);
  });

  test('of a process that is gone is taken at once', async () => {
    const path = join(temporaryFolder(), 'lock');
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(child, 'spawn');
    const holder = {
      ...ownIdentity(),
      pid: child.pid,
      startTicks: null,
      nonce: 'n',
      since: '2026-01-01T00:00:00.000Z',
    };
    writeFileSync(path, JSON.stringify(holder));
    expect(await acquireLock(path)).toMatchObject({ kind: 'heldBy', holder: { pid: child.pid } });
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await acquireLock(path)).toMatchObject({ kind: 'locked', takenFrom: null });
  });

  test('of a process whose number was given to a new one is taken at once', async () => {
    const path = join(temporaryFolder(), 'lock');
    const own = ownIdentity();
    if (own.startTicks === null) return;
    const holder = { ...own, startTicks: own.startTicks - 1, nonce: 'n', since: '2026-01-01T00:00:00.000Z' };
    writeFileSync(path, JSON.stringify(holder));
    expect(liveness(holder)).toBe('gone');
    expect((await acquireLock(path)).kind).toBe('locked');
  });

  test('of another machine that touches it is free once that has been silent for a minute', async () => {
    const path = join(temporaryFolder(), 'lock');
    const since = '2026-01-01T00:00:00.000Z';
    const holder = { ...ownIdentity(), host: 'elsewhere', nonce: 'n', since, beats: true };
    writeFileSync(path, JSON.stringify(holder));
    expect(await acquireLock(path)).toMatchObject({ kind: 'heldBy', holder: { host: 'elsewhere' } });
    const silent = new Date(Date.now() - 61_000);
    utimesSync(path, silent, silent);
    expect(lockHolder(path)).toBeNull();
    expect(await acquireLock(path)).toMatchObject({ kind: 'locked', takenFrom: null });
  });

  test('is touched again and again while it is held, and stays ours', async () => {
    const path = join(temporaryFolder(), 'lock');
    const result = await acquireLock(path, { beats: true, beatMs: 1 });
    if (result.kind !== 'locked') throw new Error(result.kind);
    const taken = statSync(path).mtimeMs;
    while (statSync(path).mtimeMs === taken) await new Promise((resolve) => setImmediate(resolve));
    expect(result.lock.stillOurs()).toBe(true);
    result.lock.release();
    expect(lockHolder(path)).toBeNull();
  });

  test('of another machine is left alone unless taken over', async () => {
    const path = join(temporaryFolder(), 'lock');
    const holder = { ...ownIdentity(), host: 'elsewhere', nonce: 'n', since: '2026-01-01T00:00:00.000Z' };
    writeFileSync(path, JSON.stringify(holder));
    expect(await acquireLock(path)).toMatchObject({ kind: 'heldBy', holder: { host: 'elsewhere' } });
    expect(await acquireLock(path, { takeOver: true })).toMatchObject({
      kind: 'locked',
      takenFrom: { host: 'elsewhere' },
    });
  });

  test('that was taken over tells its former holder, whose release does not touch it', async () => {
    const path = join(temporaryFolder(), 'lock');
    const first = await acquireLock(path);
    const second = await acquireLock(path, { takeOver: true });
    if (first.kind !== 'locked' || second.kind !== 'locked') throw new Error('both were to get it');
    expect(first.lock.stillOurs()).toBe(false);
    expect(second.lock.stillOurs()).toBe(true);
    first.lock.release();
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ nonce: second.lock.holder.nonce });
  });

  test('file that is damaged counts as free', async () => {
    const path = join(temporaryFolder(), 'lock');
    for (const text of ['', '{"pid":', '[]']) {
      writeFileSync(path, text);
      const locked = await acquireLock(path);
      if (locked.kind !== 'locked') throw new Error(locked.kind);
      locked.lock.release();
    }
  });

  test('is had by one at a time when many want it', async () => {
    const path = join(temporaryFolder(), 'lock');
    let inside = 0;
    let turns = 0;
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        const locked = await acquireLockSoon(path, 10_000);
        if (locked.kind !== 'locked') throw new Error(locked.kind);
        inside += 1;
        expect(inside).toBe(1);
        await new Promise((resolve) => setImmediate(resolve));
        inside -= 1;
        turns += 1;
        locked.lock.release();
      }),
    );
    expect(turns).toBe(8);
  });
});
