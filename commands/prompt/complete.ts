import type { Command } from 'commander';
import type { LiveWorkbench } from '../../sessions/live/live-workbench.ts';
import type { Completion } from '../../sessions/workbench.ts';
import { keySchemas } from '../../src/config/schema.ts';
import { panelNames } from '../../src/corpus/panels.ts';
import { FAMILIES } from '../../src/policy/family.ts';
import { PROMPT_LINES } from './lines.ts';

const MOST = 12;

/** Whole lines that a prompt line could become, best first. */
export function completeLine(line: string, workbench: LiveWorkbench, program: Command): readonly Completion[] {
  const text = line.trimStart();
  const space = text.search(/\s/);
  if (space < 0) {
    // A line of the workbench's own goes before the command of that name.
    const notes = new Map([
      ...program.commands.map((command) => [command.name(), command.description()] as const),
      ...PROMPT_LINES.map(({ name, description }) => [name, description] as const),
    ]);
    return [...notes]
      .filter(([name]) => name.startsWith(text))
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .slice(0, MOST)
      .map(([name, note]) => ({ line: `${name} `, note }));
  }
  const at = Math.max(text.lastIndexOf(' '), text.lastIndexOf(',')) + 1;
  const head = text.slice(0, at);
  const word = text.slice(at);
  const typed = text.slice(0, at).trim().split(/\s+/);
  const before = typed.at(-1);
  const words = word.startsWith('--')
    ? optionsOf(program, typed)
    : before === '--theorems' || before === '--corpus'
      ? corpora
      : argumentsOf(typed, workbench, program);
  return words
    .filter((one) => one.startsWith(word) && one !== word)
    .slice(0, MOST)
    .map((one) => ({ line: head + one, note: noteOn(deepest(program, typed), one) }));
}

/** The command that the words name, such as `llm serve start`; the program itself where they name none. */
function deepest(program: Command, words: readonly string[]): Command {
  const [first, ...rest] = words;
  const child = program.commands.find((one) => one.name() === first);
  return child === undefined ? program : deepest(child as Command, rest);
}

/** What a command below another, or an option, does. */
function noteOn(command: Command, word: string): string {
  const option = command.options.find(({ long }) => long === word);
  const below = command.commands.find((one) => one.name() === word);
  return option?.description ?? below?.description() ?? '';
}

function optionsOf(program: Command, typed: readonly string[]): string[] {
  const command = deepest(program, typed);
  if (command === program) return [];
  return command.options.flatMap((option) => (option.long ? [option.long] : [])).toSorted();
}

/** The corpora that come with proofdeck, as soon as they are known. */
let corpora: readonly string[] = [];
void panelNames().then(
  (names) => {
    corpora = names;
  },
  () => undefined,
);

function subcommands(program: Command, name: string): string[] {
  return program.commands.find((one) => one.name() === name)?.commands.map((one) => one.name()) ?? [];
}

/** Ids of runs, newest first; without their program where that is `adhoc`. */
function runIds(workbench: LiveWorkbench): string[] {
  return (workbench.snapshot().runs ?? []).map(({ id }) => id.replace(/^adhoc\//, ''));
}

function argumentsOf(typed: readonly string[], workbench: LiveWorkbench, program: Command): string[] {
  const [name = ''] = typed;
  switch (name) {
    case 'set':
      return searchKeys().map((key) => `${key}=`);
    case 'block':
    case 'allow':
      return [...FAMILIES];
    case 'provider':
      return [...workbench.profiles.keys()];
    case 'value':
      return ['load', 'unload'];
    case 'open':
    case 'takeover':
      return ['last', ...workbench.snapshot().sessions.map(({ id }) => id)];
    case 'watch':
    case 'resume':
      return ['last', ...runIds(workbench)];
    case 'compare':
      return ['last', ...runIds(workbench)];
    case 'runs':
    case 'replay':
      return [...subcommands(program, name), 'last', ...runIds(workbench)];
    default: {
      const command = deepest(program, typed);
      return command === program ? [] : command.commands.map((one) => one.name());
    }
  }
}

function searchKeys(): string[] {
  return [...keySchemas.keys()].flatMap((key) => (key.startsWith('search.') ? [key.slice('search.'.length)] : []));
}
