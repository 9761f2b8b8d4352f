import { allScreens } from '../deck.ts';
import { shownKey } from '../keys.ts';
import { actions } from './table.ts';

/** The table of all actions for docs/workbench.md; a test holds the page to it. */
export function keysTable(): string {
  const rows = actions.map(({ id, keys, description, screens }) => {
    const shown = keys.length === 0 ? `\`:${id}\`` : keys.map((key) => `\`${shownKey(key)}\``).join(' ');
    const where = screens.length === allScreens.length ? 'all' : screens.join(', ');
    return `| ${shown} | \`${id}\` | ${description} | ${where} |`;
  });
  return ['| Key | Action | What it does | Screens |', '|---|---|---|---|', ...rows].join('\n');
}

/** The built-in keys as a key file, for `configs/keys.toml`: to copy from. */
export function keysFile(): string {
  const lines = actions.flatMap(({ id, keys, description }) => [
    `# ${description}`,
    `${JSON.stringify(id)} = ${JSON.stringify(keys)}`,
  ]);
  return [
    "# The built-in keys. Copy the lines that you want to change into `keys.toml` in proofdeck's home folder (`.proofdeck/`)",
    '# or beside your `config.toml`; the format is described in docs/workbench.md.',
    '[keys]',
    ...lines,
    '',
  ].join('\n');
}
