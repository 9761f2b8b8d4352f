import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { beforeAll, describe, expect, test } from 'vitest';
import type { CommandContext } from '../commands/context.ts';
import { createProgram } from '../commands/program.ts';
import { packageRoot } from '../src/storage/paths.ts';
import { splitWords } from '../src/text/words.ts';
import { runCli } from './helpers/cli.ts';
import { openTestHost } from './helpers/lean.ts';
import { temporaryFolder } from './storage/temporary.ts';

const root = packageRoot();
const pages = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => join('docs', name))].filter((name) =>
  name.endsWith('.md'),
);
const textOf = (page: string): string => readFileSync(join(root, page), 'utf8');

/** Commands in the code blocks of a page, without the remarks beside them. */
function examplesOf(page: string): string[] {
  const blocks = textOf(page).matchAll(/^```\w*\n([\s\S]*?)^```$/gm);
  return [...blocks].flatMap(([, block = '']) =>
    block
      .split('\n')
      .filter((line) => /^proofdeck \w/.test(line))
      .map((line) => withoutRemark(line)),
  );
}

/** A remark is set off by three blanks or a `#`, outside quotes. */
function withoutRemark(line: string): string {
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    if (line[i] === "'") quoted = !quoted;
    if (!quoted && (line.startsWith('   ', i) || line.startsWith(' #', i))) return line.slice(0, i).trimEnd();
  }
  return line.trimEnd();
}

const examples = pages.flatMap((page) => examplesOf(page).map((line): [string, string] => [line, page]));

const silent: CommandContext = {
  out: () => {},
  note: () => {},
  environment: {},
  folder: root,
  readInput: async () => '',
  confirm: async () => false,
  interactive: false,
  signal: new AbortController().signal,
};

class Reached extends Error {}

function leaves(command: Command): Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap((child) => leaves(child as Command));
}

test('there are examples to try', () => expect(examples.length).toBeGreaterThan(20));

test.each(examples)('%s (%s) is understood', async (line) => {
  const program = createProgram(silent);
  program.hook('preAction', () => {
    throw new Reached();
  });
  await expect(program.parseAsync(splitWords(line).slice(1), { from: 'user' })).rejects.toBeInstanceOf(Reached);
});

test('every command and every option is described', () => {
  const described = pages.map(textOf).join('\n');
  const program = createProgram(silent);
  const missing = [program, ...leaves(program)].flatMap((command) => [
    ...(command === program || described.includes(command.name()) ? [] : [command.name()]),
    ...command.options
      .filter(({ long }) => long && !described.includes(long))
      .map(({ long }) => `${command.name()} ${long}`),
  ]);
  expect(missing).toEqual([]);
});

test('links between pages lead somewhere', () => {
  const broken = pages.flatMap((page) =>
    [...textOf(page).matchAll(/\]\((?!https?:)([^)#]+)(#[^)]*)?\)/g)]
      .map(([, target = '']) => join(page.startsWith('docs') ? 'docs' : '', target))
      .filter((target) => !pages.includes(target)),
  );
  expect(broken).toEqual([]);
});

describe('in order, on one home, with real Lean', () => {
  /** Files that examples read and write. */
  const scratchFile = /^(s|proofs|paths|left|file|all|positives)\.(jsonl?|lean|parquet|arrow)$/;
  /** What needs something that is not here (a trained model, a server), asks, runs for minutes, or serves until its input ends. */
  const cannotRun =
    /--lean |--value |--provider ranker|^proofdeck (worker|bench|doctor|llm serve|ebm|ranker)|sessions delete|--run (before|rows|more)\b|compare before/;
  beforeAll(async () => (await openTestHost()).close());

  test('the examples work', { timeout: 600_000 }, async () => {
    const home = temporaryFolder();
    const proofs = '{"name":"t","statement":"∀ n : Nat, n = n","proof":["intro n","rfl"]}\n';
    writeFileSync(join(home, 'proofs.jsonl'), proofs);
    writeFileSync(join(home, 'file.lean'), 'theorem t (n : Nat) : n + 0 = n := rfl\n');
    const lines = [...new Set(examples.map(([line]) => line))].filter((line) => !cannotRun.test(line));
    // Sessions and runs are looked at once there is one.
    const turn = (line: string): number => (line.includes(' prove ') ? 0 : / (search|eval) /.test(line) ? 1 : 2);
    const ordered = lines.toSorted((a, b) => turn(a) - turn(b));
    for (const line of ordered) {
      const words = splitWords(line)
        .slice(1)
        .map((word) => (scratchFile.test(word) ? join(home, word) : word));
      const { code, err } = await runCli(home, words);
      // A search may end without a proof; nothing else may fail.
      const allowed = line.includes('Nat.add_comm --timeout') ? [0, 1] : [0];
      expect(allowed, `${line}\n${err}`).toContain(code);
    }
  });
});
