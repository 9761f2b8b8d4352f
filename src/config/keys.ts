import { parse } from 'smol-toml';
import { z } from 'zod';

/** Keys of actions that differ from the built-in ones; an action with no key at all has an empty list. */
export type KeyOverrides = Readonly<Record<string, readonly string[]>>;

/** What a key file is checked against: every action with its built-in keys and the views in which they hold. */
export interface RemappableAction {
  readonly id: string;
  readonly keys: readonly string[];
  readonly screens: readonly string[];
}

export type KeysResult =
  | { readonly kind: 'keys'; readonly overrides: KeyOverrides }
  | { readonly kind: 'badKeys'; readonly message: string };

const fileSchema = z.strictObject({
  keys: z.record(z.string(), z.union([z.string().transform((key) => [key]), z.array(z.string())])),
});

const namedKeys: ReadonlySet<string> = new Set([
  'enter',
  'escape',
  'tab',
  'shift-tab',
  'space',
  'up',
  'down',
  'left',
  'right',
  'home',
  'end',
  'pageup',
  'pagedown',
  'backspace',
  'delete',
]);
const expected = `one sign such as "x", ctrl- and a letter, or one of ${[...namedKeys].join(', ')}`;

/**
 * Reads a key file: a `[keys]` table of action ids, each with a key or a list of keys. Every bad entry is answered with
 * a sentence that names the file, the action and the key.
 *
 * @example parseKeys('[keys]\n"search.step" = ["s", "ctrl-n"]', 'configs/keys.toml', actions)
 */
export function parseKeys(text: string, file: string, actions: readonly RemappableAction[]): KeysResult {
  const bad = (problem: string): KeysResult => ({ kind: 'badKeys', message: `${file}: ${problem}` });
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    return bad(`not valid TOML: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
  }
  const parsed = fileSchema.safeParse(document);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return bad(
      `${issue?.path.join('.') || 'the file'}: ${issue?.message}; expected a [keys] table with a key or a list of keys for each action`,
    );
  }
  const overrides = parsed.data.keys;
  const known = new Set(actions.map(({ id }) => id));
  for (const [id, keys] of Object.entries(overrides)) {
    if (!known.has(id)) return bad(`there is no action "${id}"; the actions are listed in docs/workbench.md`);
    const badKey = keys.find((key) => !isKey(key));
    if (badKey !== undefined) return bad(`"${badKey}" for ${id} is not a key; expected ${expected}`);
  }
  const clash = findClash(actions.map((action) => ({ ...action, keys: overrides[action.id] ?? action.keys })));
  if (clash)
    return bad(
      `the key "${clash.key}" would mean both ${clash.first} and ${clash.second} in the ${clash.screen} view; give one of them another key`,
    );
  return { kind: 'keys', overrides };
}

function isKey(key: string): boolean {
  return (
    namedKeys.has(key) ||
    /^ctrl-[a-z]$/.test(key) ||
    (key !== ' ' && [...new Intl.Segmenter().segment(key)].length === 1)
  );
}

/** Two actions with one key in one view, or null. */
export function findClash(
  actions: readonly RemappableAction[],
): { readonly key: string; readonly screen: string; readonly first: string; readonly second: string } | null {
  const taken = new Map<string, string>();
  for (const { id, keys, screens } of actions) {
    for (const screen of screens) {
      for (const key of new Set(keys)) {
        const first = taken.get(`${screen} ${key}`);
        if (first !== undefined) return { key, screen, first, second: id };
        taken.set(`${screen} ${key}`, id);
      }
    }
  }
  return null;
}
