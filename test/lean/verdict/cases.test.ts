import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isTheorem, type ProofInput } from '../../../src/lean/verdict/assemble.ts';
import type { Judge } from '../../../src/lean/verdict/judge.ts';
import { compareLevels } from '../../../src/lean/verdict/level.ts';
import { counts, type Verdict } from '../../../src/lean/verdict/verdict.ts';
import { openProvers, type Provers, START_TIMEOUT_MS } from './provers.ts';
import { readCases, type VerdictCase } from './read-cases.ts';

let provers: Provers;
let judge: Judge;

beforeAll(async () => {
  provers = await openProvers();
  judge = provers.judge({ textsPerProver: 1000 });
  await judge.warm();
}, START_TIMEOUT_MS);

afterAll(async () => {
  await judge?.close();
  await provers?.close();
});

const CASE_TIMEOUT_MS = 60_000;

test('every case file says what it is', () => {
  const folders = readdirSync(join(import.meta.dirname, 'cases')).sort();
  expect(folders).toEqual(['attacks', 'honest']);
  for (const attack of readCases('attacks')) {
    expect(attack.expect, attack.name).toMatch(/^(none|V1|below|badStatement|selfUse|file)$/);
    expect(attack.reasons, attack.name).not.toEqual([]);
  }
  for (const honest of readCases('honest')) expect(honest.expect, honest.name).toBeUndefined();
});

describe('attacks do not count', () => {
  test.each(readCases('attacks'))('$name', { timeout: CASE_TIMEOUT_MS }, async (attack) => {
    if (attack.expect === 'file') return expectFile(attack);
    const result = await judge.judge(attack.problem, proofOf(attack));
    if (result.kind === 'badStatement') {
      expect(attack.expect).toBe('badStatement');
      return expectReason(attack, result.message);
    }
    const { verdict } = result;
    expectReason(attack, verdict.reason);
    expect(counts(verdict), JSON.stringify(verdict)).toBe(false);
    expect(attack.expect).toBe(outcomeOf(attack, verdict));
  });
});

describe('honest proofs reach V3', () => {
  test.each(readCases('honest'))('$name', { timeout: CASE_TIMEOUT_MS }, async (honest) => {
    if (honest.mode === 'file') return expectFile(honest);
    const result = await judge.judge(honest.problem, proofOf(honest));
    if (result.kind === 'badStatement') throw new Error(result.message);
    const { verdict } = result;
    expect(verdict.reason).toBeUndefined();
    expect(verdict).toMatchObject({ level: 'V3', statementMatches: true, selfUse: false });
    expect(verdict.checks).toEqual(['elaborated', 'audited', 'kernel', 'replayed']);
    for (const axiom of verdict.axioms) expect(['propext', 'Quot.sound', 'Classical.choice']).toContain(axiom);
  });
});

function proofOf({ mode, body }: VerdictCase): ProofInput {
  if (mode === 'steps') return body.split('\n===\n');
  if (mode === 'script') expect(isTheorem(body)).toBe(false);
  return body;
}

function outcomeOf({ expect: wanted }: VerdictCase, verdict: Verdict): string {
  if (wanted === 'below' && compareLevels(verdict.level, 'V2') < 0) return 'below';
  return verdict.selfUse ? 'selfUse' : (verdict.level ?? 'none');
}

function expectReason({ reasons }: VerdictCase, reason: string | undefined): void {
  expect(reasons.length).toBeGreaterThan(0);
  expect(
    reasons.some((part) => reason?.includes(part)),
    `reason: ${reason}`,
  ).toBe(true);
}

async function expectFile(file: VerdictCase): Promise<void> {
  const result = await judge.judgeFile(file.body);
  if (result.kind === 'badFile') throw new Error(result.message);
  expect(result.verdicts.filter((verdict) => counts(verdict, 'V3')).map(({ name }) => name)).toEqual(file.accepted);
  const { stopped } = result;
  const reasons = [
    ...result.verdicts.map(({ reason }) => reason),
    stopped && `line ${stopped.line}: ${stopped.reason}`,
  ];
  if (file.expect === 'file') expectReason(file, reasons.join('\n'));
}
