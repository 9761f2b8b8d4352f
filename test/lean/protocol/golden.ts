import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Transport } from '../../../src/lean/transport.ts';

/*
 * Golden exchanges: `<name>.in` holds request lines, `<name>.expected.jsonl` one normalised answer per request. Blank lines
 * and lines that begin with `#` are comments. In a request `@3.0` stands for the name of the first goal of state 3.
 * `UPDATE_GOLDEN=1` writes what the worker answers; read the difference before it is committed.
 */

const FOLDER = join(import.meta.dirname, 'golden');

export const GOLDEN_NAMES: readonly string[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.in'))
  .map((file) => file.slice(0, -'.in'.length))
  .sort();

export interface Exchange {
  readonly request: string;
  readonly answer: string;
}

export function readRequests(name: string): readonly string[] {
  return readFileSync(join(FOLDER, `${name}.in`), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
}

export function readExpected(name: string): readonly string[] {
  return readFileSync(join(FOLDER, `${name}.expected.jsonl`), 'utf8')
    .trimEnd()
    .split('\n');
}

export function writeExpected(name: string, exchanges: readonly Exchange[]): void {
  writeFileSync(join(FOLDER, `${name}.expected.jsonl`), `${exchanges.map((exchange) => exchange.answer).join('\n')}\n`);
}

/** Plays a file's requests in order and normalises the answers. */
export async function play(transport: Transport, requests: readonly string[]): Promise<readonly Exchange[]> {
  const names = new Map<string, string>();
  const states = new Map<string, number>();
  const renumber = numbering();
  const exchanges: Exchange[] = [];
  for (const request of requests) {
    const [, label, line] = /^(?:(\w+) := )?(.*)$/.exec(request)!;
    const sent = line!
      .replace(/\$(\w+)/g, (place, name: string) => String(states.get(name) ?? place))
      .replace(/@\d+\.\d+/g, (place) => names.get(place) ?? place);
    const reply = await transport.ask(sent, { timeoutMs: 60_000 });
    if (reply.kind === 'lost') throw new Error(`${request}: ${reply.reason}: ${reply.detail}`);
    rememberGoals(reply.text, names);
    if (label) states.set(label, stateOf(reply.text));
    exchanges.push({ request, answer: renumber(withoutMeasurements(reply.text)) });
  }
  return exchanges;
}

function stateOf(text: string): number {
  const { nextStateId, stateId } = JSON.parse(text) as { nextStateId?: number; stateId?: number };
  return nextStateId ?? stateId ?? -1;
}

function rememberGoals(text: string, names: Map<string, string>): void {
  const answer = JSON.parse(text) as { nextStateId?: number; goals?: { name: string }[] };
  if (answer.nextStateId === undefined) return;
  answer.goals?.forEach((goal, index) => {
    names.set(`@${answer.nextStateId}.${index}`, goal.name);
  });
}

/** Times and heartbeats say nothing about being right. */
function withoutMeasurements(text: string): string {
  return JSON.stringify(
    JSON.parse(text, (key, value: unknown) => (key === 'ms' || key === 'heartbeats' ? undefined : value)),
  );
}

/** Numbers of invented names, in order of appearance in one file. */
function numbering(): (text: string) => string {
  const seen = new Map<string, string>();
  return (text) =>
    text.replace(/(_uniq\.|\?m\.|\?u\.)\d+/g, (whole, prefix: string) => {
      const known = seen.get(whole) ?? `${prefix}${seen.size + 1}`;
      seen.set(whole, known);
      return known;
    });
}
