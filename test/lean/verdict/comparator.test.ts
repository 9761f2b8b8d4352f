import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findComparator } from '../../../src/lean/verdict/comparator.ts';

/*
 * The comparator itself needs a native Lean and a sandbox, so its word cannot be had here. These tests put small programs
 * in its place, and look at what they are asked and how their answers are read.
 */

let folder: string;
const PROBLEM = { name: 'swap', statement: '∀ p q : Prop, p ∧ q → q ∧ p' };
const TEXT = 'theorem swap : ∀ p q : Prop, p ∧ q → q ∧ p := fun _ _ h => ⟨h.2, h.1⟩';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'proofdeck-test-'));
  await mkdir(join(folder, 'bin'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function install(program: string, script: string): Promise<void> {
  const file = join(folder, 'bin', program);
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
}

async function installAll(lake: string): Promise<void> {
  for (const program of ['comparator', 'lean4export', 'landrun']) await install(program, 'exit 99');
  await install('lake', lake);
}

function environment(): Record<string, string> {
  return { PATH: `${join(folder, 'bin')}:/usr/bin:/bin`, HOME: folder, SECRET_TOKEN: 'x' };
}

test('a program that is missing means no comparator', async () => {
  await installAll('exit 0');
  await rm(join(folder, 'bin', 'landrun'));
  expect(await findComparator({ imports: [], environment: environment() })).toBeNull();
});

test('it is given the statement, the text and the axioms, and sees no secrets', async () => {
  await installAll(`cp *.lean *.toml *.json lean-toolchain "$HOME"; env > "$HOME/env"; echo "$@" > "$HOME/args"`);
  const checker = await findComparator({
    imports: ['Init'],
    toolchain: 'leanprover/lean4:v4.28.0',
    environment: environment(),
  });
  expect(await checker?.check(PROBLEM, TEXT)).toEqual({ kind: 'accepted', level: 'V4', checks: ['comparator'] });
  const given = (file: string) => readFile(join(folder, file), 'utf8');
  expect(await given('args')).toBe('env comparator config.json\n');
  expect(await given('Solution.lean')).toContain(`import Init\n\n\n${TEXT}`);
  expect(await given('Challenge.lean')).toContain('theorem swap : ∀ p q : Prop, p ∧ q → q ∧ p := by\n  sorry');
  expect(await given('lean-toolchain')).toBe('leanprover/lean4:v4.28.0\n');
  expect(JSON.parse(await given('config.json'))).toEqual({
    challenge_module: 'Challenge',
    solution_module: 'Solution',
    theorem_names: ['swap'],
    permitted_axioms: ['propext', 'Quot.sound', 'Classical.choice'],
    enable_nanoda: false,
  });
  expect(await given('env')).not.toContain('SECRET_TOKEN');
});

test('a second kernel raises the level', async () => {
  await installAll('exit 0');
  await install('nanoda_bin', 'exit 0');
  const checker = await findComparator({ imports: [], environment: environment() });
  expect(await checker?.check(PROBLEM, TEXT)).toEqual({
    kind: 'accepted',
    level: 'V5',
    checks: ['comparator', 'nanoda'],
  });
});

test('a refusal carries what the comparator said', async () => {
  await installAll('echo "Theorem statement does not match"; exit 1');
  const checker = await findComparator({ imports: [], environment: environment() });
  expect(await checker?.check(PROBLEM, TEXT)).toEqual({ kind: 'refused', message: 'Theorem statement does not match' });
});

test('a comparator that does not finish changes nothing', async () => {
  await installAll('exec sleep 60');
  const checker = await findComparator({ imports: [], environment: environment(), timeoutMs: 300 });
  expect(await checker?.check(PROBLEM, TEXT)).toMatchObject({ kind: 'unavailable' });
});
