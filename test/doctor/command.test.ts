import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type CommandContext, CommandExit } from '../../commands/context.ts';
import { doctorCommand } from '../../commands/doctor.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'proofdeck-doctor-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function doctor(
  args: readonly string[],
  environment: Record<string, string>,
): Promise<{ output: string; exit: CommandExit | null }> {
  const output: string[] = [];
  const context: CommandContext = {
    out: (text) => output.push(text),
    note: () => {},
    environment: { PATH: '', ...environment },
    folder,
    readInput: async () => '',
    confirm: async () => false,
    interactive: false,
    signal: new AbortController().signal,
  };
  const program = new Command();
  doctorCommand(program, context);
  let exit: CommandExit | null = null;
  try {
    await program.parseAsync(['doctor', '--home', join(folder, 'home'), ...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommandExit)) throw error;
    exit = error;
  }
  return { output: output.join('\n'), exit };
}

it('prints a table with remedies and no control bytes', async () => {
  const { output, exit } = await doctor([], { PROOFDECK_CACHE: join(folder, 'cache') });
  expect(exit).toBeNull();
  expect(output).toMatch(/^program\n {2}\+ Node/);
  expect(output).toMatch(/- Coq +missing +not installed\n +nothing, unless/);
  expect(output).toMatch(/\d+ ok, \d+ warnings, \d+ not there$/);
  expect(output).not.toMatch(/[\u0000-\u0009\u000B-\u001F]/);
});

it('prints the same as JSON', async () => {
  const { output } = await doctor(['--json'], { PROOFDECK_CACHE: join(folder, 'cache') });
  const document = JSON.parse(output);
  expect(document).toMatchObject({ schema: 'proofdeck.doctor/1', ready: true });
  expect(document.checks[0]).toMatchObject({ name: 'Node', group: 'program', needed: true, status: 'ok' });
});

it('ends with 5 when searches cannot run, and names what is missing', async () => {
  writeFileSync(join(folder, 'file'), '');
  const { exit, output } = await doctor(['--json'], { PROOFDECK_CACHE: join(folder, 'file', 'cache') });
  expect(exit).toMatchObject({ code: 5, message: expect.stringContaining('cache folder') });
  expect(JSON.parse(output)).toMatchObject({ ready: false });
});
