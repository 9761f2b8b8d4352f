import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultWorkers, memoryRefusal, type Resources, resources } from '../../../src/lean/pool/resources.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'proofdeck-resources-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const GB = 1e9;
const NEED = { firstBytes: 0.6 * GB, furtherBytes: 0.45 * GB };

function read(files: Readonly<Record<string, string>>, parallelism = 8): Resources {
  const all = {
    'proc/meminfo': 'MemTotal:       32000000 kB\nMemAvailable:   16000000 kB\n',
    'proc/self/cgroup': '0::/\n',
    ...files,
  };
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const file = (name: string): string => join(folder, name);
  return resources({
    cgroupRoot: file('cgroup'),
    membership: file('proc/self/cgroup'),
    meminfo: file('proc/meminfo'),
    parallelism,
  });
}

describe('resources', () => {
  it('are the machine’s without cgroups', () => {
    expect(read({})).toEqual({
      cores: 8,
      freeBytes: 16_384_000_000,
      totalBytes: 32_768_000_000,
      limitedBy: { cores: 'machine', memory: 'machine' },
    });
  });

  it('are the least of all cgroups above (version 2)', () => {
    const found = read({
      'proc/self/cgroup': '0::/pod/box\n',
      'cgroup/pod/cpu.max': '150000 100000\n',
      'cgroup/pod/box/cpu.max': 'max 100000\n',
      'cgroup/pod/memory.max': '4000000000\n',
      'cgroup/pod/memory.current': '3000000000\n',
      'cgroup/pod/memory.stat': 'anon 1\ninactive_file 1000000000\nactive_file 5\n',
      'cgroup/pod/box/memory.max': 'max\n',
    });
    expect(found).toEqual({
      cores: 1.5,
      freeBytes: 2 * GB,
      totalBytes: 4 * GB,
      limitedBy: { cores: 'cgroup', memory: 'cgroup' },
    });
  });

  it('are read in a container whose path is the host’s', () => {
    const found = read({
      'proc/self/cgroup': '0::/docker/4711\n',
      'cgroup/cpu.max': '200000 100000\n',
      'cgroup/memory.max': '2000000000\n',
      'cgroup/memory.current': '0\n',
    });
    expect(found).toMatchObject({ cores: 2, freeBytes: 2 * GB });
  });

  it('are read from version 1', () => {
    const found = read({
      'proc/self/cgroup': '5:cpu,cpuacct:/box\n4:memory:/box\n1:name=systemd:/box\n',
      'cgroup/cpu,cpuacct/box/cpu.cfs_quota_us': '300000\n',
      'cgroup/cpu,cpuacct/box/cpu.cfs_period_us': '100000\n',
      'cgroup/memory/box/memory.limit_in_bytes': '5000000000\n',
      'cgroup/memory/box/memory.usage_in_bytes': '2000000000\n',
    });
    expect(found).toMatchObject({ cores: 3, freeBytes: 3 * GB, totalBytes: 5 * GB });
  });

  it('have no limit where version 1 says -1', () => {
    const found = read({
      'proc/self/cgroup': '5:cpu:/\n',
      'cgroup/cpu/cpu.cfs_quota_us': '-1\n',
      'cgroup/cpu/cpu.cfs_period_us': '100000\n',
    });
    expect(found).toMatchObject({ cores: 8, limitedBy: { cores: 'machine' } });
  });
});

describe('the number of workers', () => {
  const available = (cores: number, freeBytes: number): Resources => ({
    cores,
    freeBytes,
    totalBytes: 2 * freeBytes,
    limitedBy: { cores: 'machine', memory: 'cgroup' },
  });

  it('is one per core, as many as memory holds, and at least one', () => {
    expect(defaultWorkers(NEED, available(4, 16 * GB))).toBe(4);
    expect(defaultWorkers(NEED, available(4, 1.1 * GB))).toBe(2);
    expect(defaultWorkers(NEED, available(0.5, 0.1 * GB))).toBe(1);
  });

  it('is refused with figures when memory does not hold it', () => {
    expect(memoryRefusal(3, 0, NEED, 'embedded', available(4, 1.1 * GB))).toBe(
      '3 embedded workers need 1.5 GB of memory and the cgroup has 1.1 GB free of 2.2 GB: use at most 2',
    );
    expect(memoryRefusal(2, 0, NEED, 'embedded', available(4, 1.1 * GB))).toBeNull();
  });

  it('counts what runs already', () => {
    expect(memoryRefusal(3, 1, NEED, 'embedded', available(4, 1 * GB))).toBeNull();
    expect(memoryRefusal(4, 1, NEED, 'embedded', available(4, 1 * GB))).toContain(
      '3 more embedded workers need 1.4 GB',
    );
  });
});
