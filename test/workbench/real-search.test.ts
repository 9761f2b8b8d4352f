import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { openApp } from '../fixtures/app.ts';
import type { Terminal } from '../fixtures/terminal.ts';
import { runCli } from '../helpers/cli.ts';
import { openTestHost } from '../helpers/lean.ts';
import { temporaryFolder } from '../storage/temporary.ts';

/* The real application in a real terminal with real Lean: the main job from end to end. */

beforeAll(async () => (await openTestHost()).close());

const start = (home: string, ...args: string[]): Terminal =>
  openApp(home, ['--workers', '1', ...args], { columns: 120, rows: 36 });

const proved = (screen: string): boolean => /verdict \+ proved V3/.test(screen);

describe('a person', () => {
  test('steps through a search, types a tactic, goes back in time, branches, and comes back another day', async () => {
    const home = temporaryFolder();
    const first = start(home);
    await first.until('Lean', (screen) => screen.includes('Lean ready'));
    first.send(':step ∀ p q : Prop, p ∧ q → q ∧ p\r');
    await first.until('the goal', (screen) => screen.includes('⊢ ∀ (p q : Prop), p ∧ q → q ∧ p'));
    first.send('.');
    await first.until(
      'one expansion',
      (screen) => /paused \(after a step\)/.test(screen) && /expansions 1\//.test(screen),
    );
    first.send('1gt');
    await first.until('the tactic line', (screen) => screen.includes('tactic to try at node 0'));
    first.send('intro p q h; exact ⟨h.2, h.1⟩\r');
    await first.until('the verdict', proved);
    first.send(',,,');
    await first.until('the past', (screen) => screen.includes('TIME TRAVEL') && !proved(screen));
    first.send('L');
    await first.until('the present', proved);
    first.send('1gf');
    await first.until('the branch', (screen) => screen.includes('branched from node 0 of s1'));
    first.send('c');
    await first.until('the verdict of the branch', proved);
    first.send('qq');
    expect(await first.exited).toBe(0);

    const second = start(home, '--session', 'last');
    await second.until('the branch as it was left', proved);
    second.send(':note looked at it again\r');
    await second.until('the note', (screen) => screen.includes('noted'));
    second.send('qq');
    expect(await second.exited).toBe(0);
    expect(await runCli(home, ['replay', 'last', '--verify'])).toMatchObject({ code: 0 });
    expect((await runCli(home, ['sessions', 'show', 'last'])).out).toContain('looked at it again');
  });

  test('is told what is wrong with a statement, and can go on', async () => {
    const terminal = start(temporaryFolder());
    await terminal.until('Lean', (screen) => screen.includes('Lean ready'));
    terminal.send(':prove nonsense here\r');
    await terminal.until('what Lean said', (screen) => /Unknown identifier/i.test(screen));
    terminal.send(':inspect Nat.add_comm\r');
    await terminal.until('the theorem', (screen) => screen.includes('n + m = m + n'));
    terminal.send(':set num_candidates=zero\r');
    await terminal.until('the refusal', (screen) => screen.includes('num_candidates'));
    terminal.send(':corpus list\r');
    await terminal.until('the output of a command', (screen) => screen.includes('402 theorems'));
    terminal.send('\u001Bqq');
    expect(await terminal.exited).toBe(0);
  });

  test('loses nothing when the workbench is killed in the middle', async () => {
    const home = temporaryFolder();
    const killed = start(home);
    await killed.until('Lean', (screen) => screen.includes('Lean ready'));
    killed.send(':prove ∀ n : Int, 7 ∣ n ^ 7 - n + 1\r');
    const shown = await killed.until('three expansions', (screen) => /expansions [3-9]\d*\//.test(screen));
    const [, expansions] = /expansions (\d+)\//.exec(shown) ?? [];
    killed.kill('SIGKILL');
    await killed.exited;
    const [id] = readdirSync(join(home, 'sessions'));
    expect(await runCli(home, ['replay', id as string, '--verify'])).toMatchObject({ code: 0 });
    const again = start(home, '--session', id as string);
    const reopened = await again.until('the search again', (screen) => /expansions \d+\//.test(screen));
    expect(Number(/expansions (\d+)\//.exec(reopened)?.[1])).toBeGreaterThanOrEqual(Number(expansions));
    again.send('c');
    await again.until(
      'more expansions',
      (screen) => Number(/expansions (\d+)\//.exec(screen)?.[1]) > Number(expansions) + 1,
    );
    again.kill('SIGTERM');
    expect(await again.exited).toBe(143);
  });
});
