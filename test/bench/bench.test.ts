import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { benchCommand } from '../../commands/bench.ts';
import { type CommandContext, CommandExit } from '../../commands/context.ts';
import type { Bench, BenchOutcome } from '../../sessions/bench/measurement.ts';
import { BENCHES } from '../../sessions/bench/registry.ts';
import { runBenches } from '../../sessions/bench/run.ts';
import { testCacheRoot } from '../helpers/lean.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'proofdeck-bench-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const signal = new AbortController().signal;
const run = (benches: readonly Bench[]) =>
  runBenches(benches, { quick: true, cacheRoot: testCacheRoot(), environment: process.env, signal }, folder, () => {});

describe('each measurement', () => {
  // Slow: most of them start Lean, and two the workbench.
  it.each(BENCHES.map(({ name }) => name))('%s runs and yields figures', { timeout: 300_000 }, async (name) => {
    const [result] = await run(BENCHES.filter((one) => one.name === name));
    expect(result).not.toMatchObject({ kind: 'failed' });
    if (result?.kind !== 'measured') {
      expect(name).toBe('cold-start');
      return;
    }
    expect(result.figures.length).toBeGreaterThan(0);
    for (const { name: figure, unit, median, min, max, n } of result.figures) {
      expect([figure, Number.isFinite(median), min <= median && median <= max, n > 0, unit !== '']).toEqual([
        figure,
        true,
        true,
        true,
        true,
      ]);
    }
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('runBenches', () => {
  const bench = (name: string, work: () => Promise<BenchOutcome>): Bench => ({ name, about: name, run: work });

  it('goes on after a measurement that went wrong, and says why', async () => {
    const results = await run([
      bench('broken', () => Promise.reject(new Error('no such thing'))),
      bench('skipped', async () => ({ kind: 'skipped', reason: 'not here' })),
    ]);
    expect(results).toMatchObject([
      { name: 'broken', kind: 'failed', message: 'no such thing' },
      { name: 'skipped', kind: 'skipped' },
    ]);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('the command', () => {
  async function bench(...args: string[]): Promise<{ output: string; exit: CommandExit | null }> {
    const output: string[] = [];
    const context: CommandContext = {
      out: (text) => output.push(text),
      note: () => {},
      environment: { ...process.env, PROOFDECK_CACHE: testCacheRoot(), TMPDIR: folder },
      folder,
      readInput: async () => '',
      confirm: async () => false,
      interactive: false,
      signal,
    };
    const program = new Command();
    benchCommand(program, context);
    try {
      await program.parseAsync(['bench', ...args], { from: 'user' });
      return { output: output.join('\n'), exit: null };
    } catch (error) {
      if (error instanceof CommandExit) return { output: output.join('\n'), exit: error };
      throw error;
    }
  }

  it('prints a document with the facts of the machine', async () => {
    const { output } = await bench('--only', 'cold-start', 'events', '--quick', '--json');
    const document = JSON.parse(output);
    expect(document).toMatchObject({ schema: 'proofdeck.bench/1', quick: true, machine: { node: process.version } });
    expect(document.measurements.map(({ name, kind }: { name: string; kind: string }) => [name, kind])).toEqual([
      ['cold-start', 'skipped'],
      ['events', 'measured'],
    ]);
    expect(document.measurements[1].figures[0]).toMatchObject({ unit: 'events/s', n: 1 });
  });

  it('prints a table', async () => {
    const { output } = await bench('--only', 'events', '--quick');
    expect(output).toMatch(/median +min +max +p95 +n +unit +budget/);
    expect(output).toMatch(/reducer +[\d,]+ +[\d,]+ +[\d,]+ +1 events\/s/);
  });

  it('names the measurements, and refuses others', async () => {
    expect((await bench('--list')).output.split('\n')).toHaveLength(BENCHES.length);
    expect((await bench('--only', 'nothing')).exit).toMatchObject({
      code: 2,
      message: expect.stringContaining('warm-start'),
    });
  });
});
