import { shownKey } from '../keys.ts';
import { actions } from './table.ts';

/** The table of all actions for docs/workbench.md; a test holds the page to it. */
export function keysTable(): string {
  const rows = actions.map(({ id, keys, description, screens }) => {
    const shown = keys.length === 0 ? `\`:${id}\`` : keys.map((key) => `\`${shownKey(key)}\``).join(' ');
    const where = screens.length === 5 ? 'all' : screens.join(', ');
    return `| ${shown} | \`${id}\` | ${description} | ${where} |`;
  });
  return ['| Key | Action | What it does | Screens |', '|---|---|---|---|', ...rows].join('\n');
}
