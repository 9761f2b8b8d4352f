import { describe, expect, it } from 'vitest';
import { faultsOf, firstGoodVersion, leanVersion } from '../../src/doctor/toolchains.ts';

describe('leanVersion', () => {
  it.each([
    ['leanprover/lean4:v4.28.0 (default)', [4, 28, 0]],
    ['Lean (version 4.32.1, x86_64-unknown-linux-gnu, commit abc, Release)', [4, 32, 1]],
    ['leanprover/lean4:v4.34.0-rc1', [4, 34, -1]],
    ['leanprover/lean4:nightly-2026-01-01', null],
    ['my-own-build', null],
  ] as const)('reads %s', (text, version) => {
    expect(leanVersion(text)).toEqual(version);
  });
});

describe('faultsOf', () => {
  it('knows what each release fixed', () => {
    expect(faultsOf([4, 32, 0]).map(({ fixedIn }) => fixedIn.join('.'))).toEqual([
      '4.34.1',
      '4.34.0',
      '4.33.1',
      '4.32.2',
      '4.32.1',
    ]);
    expect(faultsOf([4, 32, 2]).map(({ fixedIn }) => fixedIn.join('.'))).toEqual(['4.34.1', '4.34.0', '4.33.1']);
  });

  it('counts a fault only from the version on that is known to have it', () => {
    const hasPower = (version: readonly [number, number, number]) =>
      faultsOf(version).some(({ fault }) => fault.includes('Nat.pow'));
    expect([hasPower([4, 13, 0]), hasPower([4, 14, 0]), hasPower([4, 19, 0]), hasPower([4, 20, 0])]).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it('judges a release candidate as the version before it', () => {
    expect(faultsOf(leanVersion('v4.34.1-rc1') ?? [0, 0, 0])).toHaveLength(1);
  });

  it('finds nothing against the version that it recommends', () => {
    expect(faultsOf(leanVersion(firstGoodVersion()) ?? [0, 0, 0])).toEqual([]);
  });
});
