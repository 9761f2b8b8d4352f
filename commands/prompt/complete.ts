import type { Command } from 'commander';
import type { LiveWorkbench } from '../../sessions/live/live-workbench.ts';
import { keySchemas } from '../../src/config/schema.ts';
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
  const words = word.startsWith('--') ? optionsOf(program, name) : argumentsOf(name, workbench);
  return words
    .filter((one) => one.startsWith(word) && one !== word)
    .slice(0, MOST)
    .map((one) => head + one);
}

function optionsOf(program: Command, name: string): string[] {
  const command = program.commands.find((one) => one.name() === name);
  return (command?.options ?? []).flatMap((option) => (option.long ? [option.long] : [])).toSorted();
}

function argumentsOf(name: string, workbench: LiveWorkbench): string[] {
  switch (name) {
    case 'set':
      return searchKeys().map((key) => `${key}=`);
    case 'block':
    case 'allow':
      return [...FAMILIES];
    case 'provider':
      return [...workbench.profiles.keys()];
    case 'open':
    case 'takeover':
    case 'replay':
      return ['last', ...workbench.snapshot().sessions.map(({ id }) => id)];
    case 'sessions':
      return ['list', 'show', 'export', 'delete'];
    case 'corpus':
      return ['list', 'show'];
    default:
      return [];
  }
}

function searchKeys(): string[] {
  return [...keySchemas.keys()].flatMap((key) => (key.startsWith('search.') ? [key.slice('search.'.length)] : []));
}
