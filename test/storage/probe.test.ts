import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileSystemOf } from '../../src/storage/file-system.ts';
import { probeFolder } from '../../src/storage/probe.ts';
import { temporaryFolder } from './temporary.ts';

const mounts = [
  '22 1 259:1 / / rw,relatime shared:1 - ext4 /dev/root rw',
  '30 22 0:40 / /mnt/a\\040b rw shared:9 - nfs4 host:/export rw',
  '31 22 0:41 / /mnt/usb rw - fuse.sshfs me@host:/ rw',
  '32 22 0:42 / / rw,relatime - overlay overlay rw',
].join('\n');

test('the file system of a folder is that of the innermost mount, the latest where several cover it', () => {
  expect(fileSystemOf('/', mounts)).toMatchObject({ type: 'overlay', mountPoint: '/', network: false });
  const folder = temporaryFolder();
  const inside = mounts.replace('/mnt/usb', folder);
  expect(fileSystemOf(folder, inside)).toMatchObject({ type: 'fuse.sshfs', network: true });
  expect(fileSystemOf('/', '')).toMatchObject({ type: 'unknown', network: false });
});

test('a usable folder is measured and left as it was', async () => {
  const folder = join(temporaryFolder(), 'home');
  const probe = await probeFolder(folder);
  if (probe.kind !== 'probed') throw new Error(probe.message);
  expect(probe.locking).toBe(true);
  expect(probe.fsyncMaxMs).toBeGreaterThanOrEqual(probe.fsyncMedianMs);
  expect(readdirSync(folder)).toEqual([]);
});

test('a folder that cannot be made is named with the reason', async () => {
  expect(await probeFolder('/proc/nothing')).toMatchObject({ kind: 'storageFailed', path: '/proc/nothing' });
});
