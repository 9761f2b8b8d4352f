import type { Command } from 'commander';
import { expect, test } from 'vitest';
import type { CommandContext } from '../../commands/context.ts';
import { createProgram } from '../../commands/program.ts';

const program = createProgram({ environment: {} } as CommandContext);

const all = (command: Command): readonly Command[] => [
  command,
  ...command.commands.flatMap((child) => all(child as Command)),
];

test('help fits into 80 columns, for every command', () => {
  const tooLong = all(program).flatMap((command) =>
    command
      .helpInformation()
      .split('\n')
      .filter((line) => line.length > 80),
  );
  expect(tooLong).toEqual([]);
});

test('what a command takes alone comes before what all take', () => {
  for (const [name, option] of [
    ['search', '--theorems'],
    ['replay', '--verify'],
    ['compare', '--baseline'],
  ] as const) {
    const text = program.commands.find((command) => command.name() === name)!.helpInformation();
    const every = text.indexOf('Options of every command:');
    expect(text.indexOf(option), name).toBeLessThan(every);
    expect(text.indexOf('--json'), name).toBeGreaterThan(every);
  }
  expect(
    all(program)
      .map((command) => command.helpInformation())
      .join(''),
  ).not.toMatch(/Options:\n\n/);
});
