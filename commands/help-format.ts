import { type Command, Help, type HelpConfiguration } from 'commander';

const own = 'Options:';
const shared = ['Options of a search:', 'Options of commands that use Lean:', 'Options of every command:'] as const;

/** Has `add` add options that help lists under a heading of their own, behind those of the command itself. */
export function withHeading(
  command: Command,
  heading: (typeof shared)[number],
  add: (command: Command) => void,
): Command {
  const before = command.optionsGroup();
  command.optionsGroup(heading);
  add(command);
  return command.optionsGroup(before === '' ? own : before);
}

/** What a command takes alone comes before what many take; long descriptions are broken in narrow columns too. */
export const HELP_FORMAT: HelpConfiguration = {
  minWidthToWrap: 24,
  groupItems(unsorted, visible, groupOf) {
    const groups = new Help().groupItems(unsorted, visible, groupOf);
    const place = (heading: string): number => (shared as readonly string[]).indexOf(heading);
    return new Map([...groups].sort(([a], [b]) => place(a) - place(b)));
  },
};
