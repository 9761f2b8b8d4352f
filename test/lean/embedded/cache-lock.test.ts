import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { processStart, tryLock } from '../../../src/lean/embedded/cache-lock.ts';
import { temporaryFolder } from './fixtures/temporary.ts';

const lockFile = (): string => join(temporaryFolder(), 'entry.lock');
const record = (fields: object): string =>
  JSON.stringify({
    pid: process.pid,
    host: hostname(),
    started: processStart(process.pid),
    fraction: 0.5,
    text: 'importing',
    ...fields,
  });
const MINUTES = 60_000;

describe('tryLock', () => {
  it('gives the lock to one at a time and tells the other how far the holder is', () => {
    const file = lockFile();
    const first = tryLock(file);
    if (first.kind !== 'held') throw new Error('not held');
    first.renew(0.25, 'importing the library');
    expect(tryLock(file)).toMatchObject({
      kind: 'busy',
      holder: { pid: process.pid, fraction: 0.25, text: 'importing the library' },
    });
    first.release();
    expect(existsSync(file)).toBe(false);
    expect(tryLock(file).kind).toBe('held');
  });

  it('takes over from a process that is gone', () => {
    const file = lockFile();
    writeFileSync(file, record({ pid: spawnSync('true').pid }));
    expect(tryLock(file).kind).toBe('held');
  });

  it.runIf(processStart(process.pid) !== null)('takes over when the pid belongs to another process by now', () => {
    const file = lockFile();
    writeFileSync(file, record({ started: 'another time' }));
    expect(tryLock(file).kind).toBe('held');
  });

  it('waits for a process of another machine until it has not renewed for a minute', () => {
    const file = lockFile();
    writeFileSync(file, record({ pid: 1, host: 'elsewhere' }));
    expect(tryLock(file).kind).toBe('busy');
    expect(tryLock(file, () => Date.now() + 2 * MINUTES).kind).toBe('held');
  });

  it('takes a record that cannot be read for one that is being written, at first', () => {
    const file = lockFile();
    writeFileSync(file, '');
    expect(tryLock(file)).toEqual({ kind: 'busy', holder: undefined });
    utimesSync(file, 1, 1);
    expect(tryLock(file).kind).toBe('held');
  });

  it('does not remove the lock of whoever took it over', () => {
    const file = lockFile();
    const slept = tryLock(file);
    if (slept.kind !== 'held') throw new Error('not held');
    writeFileSync(file, record({ pid: 1, host: 'elsewhere' }));
    slept.release();
    expect(readFileSync(file, 'utf8')).toContain('elsewhere');
  });
});
