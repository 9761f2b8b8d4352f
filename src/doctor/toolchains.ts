/** A fault of Lean itself that its makers have made public and fixed. */
export interface KnownFault {
  /** First version known to have it; null where that is not recorded. */
  readonly since: readonly [number, number, number] | null;
  /** First version without it. */
  readonly fixedIn: readonly [number, number, number];
  readonly fault: string;
  readonly source: string;
}

/**
 * Public soundness faults of the official kernel, newest fix first. Only what release notes, fixes or security records
 * state; a version that is not listed is not therefore free of faults.
 */
const KNOWN_FAULTS: readonly KnownFault[] = [
  {
    since: null,
    fixedIn: [4, 34, 1],
    fault: 'an over- or underflow of reference counts can corrupt the kernel, on machines with 18 GB or more',
    source: 'https://lean-lang.org/doc/reference/latest/releases/v4.34.1/',
  },
  {
    since: null,
    fixedIn: [4, 34, 0],
    fault: 'the kernel accepts crafted proofs of False (lean4 #14806, #14807)',
    source: 'https://lean-lang.org/doc/reference/latest/releases/v4.34.0/',
  },
  {
    since: null,
    fixedIn: [4, 33, 1],
    fault: 'the kernel accepts inductive types with hidden non-uniform occurrences (lean4 #14582)',
    source: 'https://lean-lang.org/doc/reference/latest/releases/v4.33.1/',
  },
  {
    since: null,
    fixedIn: [4, 32, 2],
    fault: 'the kernel does not check parameters of nested inductive types: a proof of False (CVE-2026-72844)',
    source: 'https://github.com/leanprover/lean4/pull/14577',
  },
  {
    since: null,
    fixedIn: [4, 32, 1],
    fault: 'metaprograms can have the kernel accept a proof of False through an opaque constant (CVE-2026-72711)',
    source: 'https://lean-lang.org/doc/reference/latest/releases/v4.32.1/',
  },
  {
    since: [4, 14, 0],
    fixedIn: [4, 20, 0],
    fault: 'the kernel computes Nat.pow wrongly on crafted terms: a proof of False',
    source: 'https://github.com/leanprover/lean4/pull/8060',
  },
];

/** Version in a toolchain's name or in what `lean --version` prints; null for nightlies and private builds. */
export function leanVersion(text: string): readonly [number, number, number] | null {
  const match = /(?:^|[:\s(])v?(\d+)\.(\d+)\.(\d+)(-rc\d+)?\b/.exec(text);
  if (!match) return null;
  // A release candidate does not have what its release fixes for certain: it is judged as the version before.
  const [major, minor, patch] = [Number(match[1]), Number(match[2]), Number(match[3])];
  return match[4] === undefined ? [major, minor, patch] : [major, minor, patch - 1];
}

/** The public faults that a version of Lean has. */
export function faultsOf(version: readonly [number, number, number]): readonly KnownFault[] {
  return KNOWN_FAULTS.filter(
    ({ since, fixedIn }) => isBefore(version, fixedIn) && (since === null || !isBefore(version, since)),
  );
}

/** `v4.34.1`: the first version without any fault that we know. */
export function firstGoodVersion(): string {
  const newest = KNOWN_FAULTS.reduce((best, { fixedIn }) => (isBefore(best, fixedIn) ? fixedIn : best), [
    0, 0, 0,
  ] as readonly [number, number, number]);
  return `v${newest.join('.')}`;
}

function isBefore(a: readonly [number, number, number], b: readonly [number, number, number]): boolean {
  for (let i = 0; i < 3; i++) {
    if (a[i] !== b[i]) return (a[i] as number) < (b[i] as number);
  }
  return false;
}
