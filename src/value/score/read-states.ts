import { z } from 'zod';
import type { StateTexts } from './value-model.ts';

/** Between two states in a text: a line of hyphens, since a state has blank lines of its own. */
const SEPARATOR = /^-{3,}\s*$/m;

const recordSchema = z
  .object({
    state: z.string().optional(),
    /** As trajectories call it. */
    state_pp: z.string().optional(),
    root: z.string().nullish(),
    tactic: z.string().nullish(),
    tactic_applied: z.string().nullish(),
  })
  .refine(({ state, state_pp }) => state !== undefined || state_pp !== undefined, {
    message: 'has neither "state" nor "state_pp"',
  });
const entrySchema = z.union([z.string(), recordSchema]);

export type ReadStates =
  | { readonly kind: 'states'; readonly states: readonly StateTexts[] }
  | { readonly kind: 'unreadable'; readonly message: string };

/**
 * Proof states from a text: a JSON array or JSON lines of strings or of `{"state", "root", "tactic"}`, or else states as Lean
 * prints them, with a line of hyphens between two.
 * @param where what the text is of, for messages
 */
export function readStates(text: string, where: string): ReadStates {
  const trimmed = text.trim();
  if (trimmed === '') return { kind: 'unreadable', message: `${where} holds no state` };
  if (trimmed.startsWith('[')) return fromArray(trimmed, where);
  if (trimmed.startsWith('{') || trimmed.startsWith('"')) return fromLines(trimmed, where);
  const states = text
    .split(SEPARATOR)
    .map((one) => one.replace(/^\n+|\s+$/g, ''))
    .filter((one) => one !== '');
  const odd = states.find((state) => !/^(⊢|\|-)\s/m.test(state));
  if (odd !== undefined)
    return {
      kind: 'unreadable',
      message: `${where}: no goal ("⊢ …") is in ${JSON.stringify(odd.slice(0, 60))}; a state is as Lean prints it, and a line of "---" stands between two`,
    };
  return { kind: 'states', states: states.map((state) => ({ state, goal: null, tactic: null })) };
}

function fromArray(text: string, where: string): ReadStates {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { kind: 'unreadable', message: `${where} is no JSON array: ${(error as Error).message}` };
  }
  return entries(json as readonly unknown[], (i) => `${where}, entry ${i + 1}`);
}

function fromLines(text: string, where: string): ReadStates {
  const found: unknown[] = [];
  const places: number[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    try {
      found.push(JSON.parse(line));
    } catch (error) {
      return { kind: 'unreadable', message: `${where}:${i + 1} is no JSON: ${(error as Error).message}` };
    }
    places.push(i + 1);
  }
  return entries(found, (i) => `${where}:${places[i]}`);
}

function entries(found: readonly unknown[], placeOf: (i: number) => string): ReadStates {
  const states: StateTexts[] = [];
  for (const [i, one] of found.entries()) {
    const parsed = entrySchema.safeParse(one);
    if (!parsed.success)
      return {
        kind: 'unreadable',
        message: `${placeOf(i)} is no state: expected a string or {"state": "…"}, got ${JSON.stringify(one)?.slice(0, 60)}`,
      };
    const entry = parsed.data;
    states.push(
      typeof entry === 'string'
        ? { state: entry, goal: null, tactic: null }
        : {
            state: entry.state ?? entry.state_pp ?? '',
            // Trajectories have "" for what is not there.
            goal: entry.root || null,
            tactic: entry.tactic || entry.tactic_applied || null,
          },
    );
  }
  return { kind: 'states', states };
}
