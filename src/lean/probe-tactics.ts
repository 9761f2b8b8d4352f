import type { LeanClient } from './client.ts';
import { envParseAnswerSchema, goalStartAnswerSchema, goalTacticAnswerSchema } from './protocol/wire.ts';
import type { EnvironmentFailure, TacticsAnswer } from './replies.ts';

/**
 * Parses each word as a tactic and compares what Lean says with what it says of a word of the same length that no
 * environment knows; the wording itself changes between releases.
 */
export async function probeTactics(client: LeanClient, words: readonly string[]): Promise<TacticsAnswer> {
  const parse = client.dialect.parseCommand ? null : await trivialGoal(client);
  if (parse && typeof parse !== 'number') return parse;
  const complaints = new Map<string, string | null>();
  const complaint = async (word: string): Promise<string | null | EnvironmentFailure> => {
    if (complaints.has(word)) return complaints.get(word)!;
    const said = parse === null ? await parseComplaint(client, word) : await tacticComplaint(client, parse, word);
    if (said === null || typeof said === 'string') complaints.set(word, said);
    return said;
  };
  const available = new Set<string>();
  for (const word of words) {
    const unknown = 'zq'.repeat(word.length).slice(0, word.length);
    const [said, saidOfUnknown] = [await complaint(word), await complaint(unknown)];
    if (said !== null && typeof said !== 'string') return said;
    if (saidOfUnknown !== null && typeof saidOfUnknown !== 'string') return saidOfUnknown;
    if (said === null || said.replaceAll(word, '') !== saidOfUnknown?.replaceAll(unknown, '')) available.add(word);
  }
  if (typeof parse === 'number') await client.delete([parse]);
  return { kind: 'tactics', available };
}

async function trivialGoal(client: LeanClient): Promise<number | EnvironmentFailure> {
  const answer = await client.request('goal.start', { expr: 'forall (p : Prop), p -> p' }, goalStartAnswerSchema);
  if (answer.kind === 'error') return { kind: 'failed', message: answer.error.desc };
  return answer.kind === 'ok' ? answer.value.stateId : answer;
}

/** Lean's complaint about parsing a word as a tactic, or null when it parses. */
async function parseComplaint(client: LeanClient, word: string): Promise<string | null | EnvironmentFailure> {
  const answer = await client.request('env.parse', { input: word, category: 'tactic' }, envParseAnswerSchema);
  if (answer.kind === 'error') return answer.error.desc;
  return answer.kind === 'ok' ? null : answer;
}

async function tacticComplaint(
  client: LeanClient,
  stateId: number,
  word: string,
): Promise<string | null | EnvironmentFailure> {
  const answer = await client.request('goal.tactic', { stateId, goalId: 0, tactic: word }, goalTacticAnswerSchema);
  if (answer.kind !== 'ok') return answer.kind === 'error' ? null : answer;
  if (answer.value.nextStateId != null) await client.delete([answer.value.nextStateId]);
  return answer.value.parseError ?? null;
}
