import { parse, TomlError } from 'smol-toml';
import { nearest } from './nearest.ts';
import { type ConfigProblem, describeOrigin, type Entry, type Origin } from './origin.ts';
import { keySchemas } from './schema.ts';

export type CheckResult =
  | { readonly kind: 'entry'; readonly entry: Entry }
  | { readonly kind: 'problem'; readonly problem: ConfigProblem };

/** Checks a key and its value. */
export function checkEntry(entry: Entry): CheckResult {
  const schema = keySchemas.get(entry.key);
  if (schema === undefined) return unknownKey(entry.key, entry.origin);
  const parsed = schema.safeParse(entry.value);
  if (parsed.success) return { kind: 'entry', entry: { ...entry, value: parsed.data } };
  const reason = parsed.error.issues.map((issue) => issue.message).join('; ');
  return problem(
    entry.key,
    `${entry.key} cannot be ${JSON.stringify(entry.value)} (${describeOrigin(entry.origin)}): ${reason}`,
  );
}

/**
 * Reads a setting as it is typed, `max_nodes=50` or `search.block=["simp"]`. The section may be left out where only one
 * has the key; text needs no quotes and a list of texts may be separated by commas.
 */
export function parseSetting(text: string, origin: Origin): CheckResult {
  const equals = text.indexOf('=');
  if (equals <= 0) return problem(null, `${describeOrigin(origin)}: expected key=value, got ${JSON.stringify(text)}`);
  const typed = text.slice(0, equals).trim();
  const key = wholeKey(typed);
  if (key === null) return unknownKey(typed, origin);
  return checkText(key, text.slice(equals + 1).trim(), origin);
}

/** Checks a value given as text, from the command line or the environment. */
export function checkText(key: string, text: string, origin: Origin): CheckResult {
  const readings = [tomlValue(text), text, text === '' ? [] : text.split(',').map((part) => part.trim())];
  for (const value of readings) {
    const result = value === undefined ? null : checkEntry({ key, value, origin });
    if (result?.kind === 'entry') return result;
  }
  return checkEntry({ key, value: readings[0] ?? text, origin });
}

/** The whole key for what was typed: as it stands, or with its section put before it; null when there is none or several. */
function wholeKey(typed: string): string | null {
  if (keySchemas.has(typed)) return typed;
  const matching = [...keySchemas.keys()].filter((key) => key.endsWith(`.${typed}`));
  return matching.length === 1 ? (matching[0] ?? null) : null;
}

function tomlValue(text: string): unknown {
  try {
    return parse(`value = ${text}`).value;
  } catch (error) {
    if (error instanceof TomlError) return undefined;
    throw error;
  }
}

function unknownKey(key: string, origin: Origin): CheckResult {
  const keys = [...keySchemas.keys()];
  const found =
    nearest(key, keys) ??
    nearest(
      key,
      keys.map((k) => k.slice(k.indexOf('.') + 1)),
    );
  const hint = found === null ? '; docs/configuration.md lists the keys' : `; did you mean ${found}?`;
  return problem(key, `there is no setting ${JSON.stringify(key)} (${describeOrigin(origin)})${hint}`);
}

function problem(key: string | null, message: string): CheckResult {
  return { kind: 'problem', problem: { key, message } };
}
