import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cacheRoot, homeRoot, packageRoot } from '../../src/storage/paths.ts';

describe('paths', () => {
  it('finds the package', () => {
    expect(existsSync(join(packageRoot(), 'bin', 'proofdeck.cjs'))).toBe(true);
  });

  it('puts the cache where the environment says, in order', () => {
    const all = { PROOFDECK_CACHE: '/p', XDG_CACHE_HOME: '/x', HOME: '/h' };
    expect(cacheRoot(all)).toBe('/p');
    expect(cacheRoot({ ...all, PROOFDECK_CACHE: '' })).toBe('/x/proofdeck');
    expect(cacheRoot({ HOME: '/h' })).toBe('/h/.cache/proofdeck');
    expect(cacheRoot({ XDG_CACHE_HOME: 'relative', HOME: '/h' })).toBe('/h/.cache/proofdeck');
    expect(cacheRoot({})).toBe(join(homedir(), '.cache', 'proofdeck'));
  });

  it('takes the home from the flag, the environment, the working folder', () => {
    expect(homeRoot('/flag', { PROOFDECK_HOME: '/env' })).toBe('/flag');
    expect(homeRoot(undefined, { PROOFDECK_HOME: '/env' })).toBe('/env');
    expect(homeRoot(undefined, {})).toBe(resolve('.proofdeck'));
  });
});
