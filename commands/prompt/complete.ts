import type { Command } from 'commander';
import type { LiveWorkbench } from '../../sessions/live/live-workbench.ts';
import { keySchemas } from '../../src/config/schema.ts';
import { panelNames } from '../../src/corpus/panels.ts';
import { FAMILIES } from '../../src/policy/family.ts';
import { PROMPT_LINES } from './lines.ts';

const MOST = 12;

/** Whole lines that a prompt line could become, best first. */
export function completeLine(line: string, workbench: LiveWorkbench, program: Command): readonly string[] {
  const text = line.trimStart();
  const space = text.search(/\s/);
  if (space < 0) {
    const names = [...PROMPT_LINES.map(({ name }) => name), ...program.commands.map((command) => command.name())];
    return [...new Set(names)]
      .filter((name) => name.startsWith(text))
      .toSorted()
      .slice(0, MOST)
      .map((name) => `${name} `);
  }
  const name = text.slice(0, space);
  const at = Math.max(text.lastIndexOf(' '), text.lastIndexOf(',')) + 1;
  const head = text.slice(0, at);
  const word = text.slice(at);
  const before = text.slice(0, at).trim().split(/\s+/).at(-1);
  const words = word.startsWith('--')
    ? optionsOf(program, name)
    : before === '--theorems' || before === '--corpus'
      ? corpora
      : argumentsOf(name, workbench, program);
  return words
    .filter((one) => one.startsWith(word) && one !== word)
    .slice(0, MOST)
    .map((one) => head + one);
}

function optionsOf(program: Command, name: string): string[] {
  const command = program.commands.find((one) => one.name() === name);
  return (command?.options ?? []).flatMap((option) => (option.long ? [option.long] : [])).toSorted();
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

function argumentsOf(name: string, workbench: LiveWorkbench, program: Command): string[] {
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
    case 'sessions':
      return ['list', 'show', 'export', 'delete'];
    case 'corpus':
      return ['list', 'show'];
    case 'watch':
    case 'resume':
      return ['last', ...runIds(workbench)];
    case 'compare':
      return ['last', ...runIds(workbench)];
    case 'runs':
    case 'replay':
      return [...subcommands(program, name), 'last', ...runIds(workbench)];
    default:
      return [];
  }
}

function searchKeys(): string[] {
  return [...keySchemas.keys()].flatMap((key) => (key.startsWith('search.') ? [key.slice('search.'.length)] : []));
}
