import type { Goal } from '../lean/goal.ts';
import type { PoolOutcome, TacticAnswer } from '../lean/pool/types.ts';
import type { PolicyState, ProposeRequest, ProposeResult } from '../policy/provider.ts';
import type { ScoreResult, ValueModel, ValueState } from '../value/score/value-model.ts';
import type { InputEvent } from './events.ts';
import type { SearchSettings } from './settings.ts';
import { pathTactics, type SearchState } from './state.ts';
import { failedAttempts } from './whole-proof/corrections.ts';
import { samplingOf } from './whole-proof/sampling.ts';

/*
 * What is asked of provider and Lean, and how their answers are recorded.
 */

type Answered = Extract<InputEvent, { kind: 'tactic.answered' }>;
/** Puts the texts of goals into the log before an event names them, and returns their hashes. */
type StoreGoals = (goals: readonly Goal[]) => string[];

/** A proof state as the provider is shown it in this round. */
function policyState(state: SearchState, node: number, round: number): PolicyState {
  const record = state.nodes[node];
  const failed = failedAttempts(state, node, round);
  const goals = (record?.goals ?? []).flatMap((hash) => state.goals.get(hash) ?? []);
  const { problem } = state;
  return {
    goals,
    path: pathTactics(state, node),
    depth: record?.depth ?? 0,
    ...(failed.length > 0 && { failed }),
    ...(problem && {
      theorem: { name: problem.name, statement: problem.statement, imports: problem.imports },
    }),
  };
}

interface AskedNode {
  readonly node: number;
  readonly round: number;
}

/** One question to the provider, about nodes for which the same is wanted. */
export interface ProposeQuestion {
  readonly nodes: readonly AskedNode[];
  readonly ask: Omit<ProposeRequest, 'lane' | 'signal'>;
}

/** What the provider is asked for these nodes. */
export function proposeQuestions(state: SearchState, nodes: readonly AskedNode[]): readonly ProposeQuestion[] {
  const wanted = nodes.map((one) => ({ ...one, ...samplingOf(state, one.node) }));
  const groups = Map.groupBy(wanted, ({ node: _, ...same }) => JSON.stringify(same));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { round, count, temperature, maxTokens } = first;
    return {
      nodes: group.map(({ node }) => ({ node, round })),
      ask: {
        states: group.map(({ node }) => policyState(state, node, round)),
        count,
        temperature,
        ...(maxTokens !== null && { wholeProofs: { maxTokens } }),
        round,
        seed: state.settings.seed,
      },
    };
  });
}

/** The events that one answer of the provider for these nodes is; `ms` is shared out among them. */
export function proposalEvents(
  nodes: readonly { readonly node: number; readonly round: number }[],
  result: ProposeResult,
  ms: number,
): readonly InputEvent[] {
  const share = Math.round((ms / nodes.length) * 10) / 10;
  return nodes.map(({ node, round }, i): InputEvent => {
    if (result.kind === 'providerFailed') {
      const { message, retriable } = result;
      return { kind: 'provider.failed', node, round, message, retriable, ms: share };
    }
    const proposal = result.proposals[i] ?? { candidates: [], exhausted: true };
    return {
      kind: 'candidates.proposed',
      node,
      round,
      candidates: [...proposal.candidates],
      exhausted: proposal.exhausted,
      ...(proposal.dropped?.length && { dropped: [...proposal.dropped] }),
      ...(proposal.cached === true && { cached: true as const }),
      ms: share,
    };
  });
}

/** A proof state as the value model is shown it. */
function valueState(state: SearchState, node: number): ValueState {
  const record = state.nodes[node];
  const parent = record?.parent == null ? undefined : state.nodes[record.parent];
  const texts = (hashes: readonly string[] = []) => hashes.flatMap((hash) => state.goals.get(hash) ?? []);
  return {
    goals: texts(record?.goals),
    rootGoals: texts(state.nodes[0]?.goals),
    parentGoals: parent === undefined ? null : texts(parent.goals),
    path: pathTactics(state, node),
  };
}

/** Asks the value model about nodes. It must not reject: a search would hang. */
export async function askValue(
  value: ValueModel | null,
  state: SearchState,
  nodes: readonly number[],
  signal: AbortSignal,
): Promise<ScoreResult> {
  const failed = (message: string): ScoreResult => ({ kind: 'valueFailed', message, retriable: false });
  if (value === null) return failed(`the value model ${state.value?.name ?? ''} of this search is not loaded`);
  try {
    const states = nodes.map((node) => valueState(state, node));
    return await value.score(states, signal);
  } catch (error) {
    return failed(
      `the value model ${value.name} broke down: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** The event that one answer of the value model for these nodes is. */
export function scoresEvent(nodes: readonly number[], result: ScoreResult, ms: number): InputEvent {
  const failed = (message: string, retriable: boolean): InputEvent => ({
    kind: 'value.failed',
    nodes: [...nodes],
    message,
    retriable,
    ms,
  });
  if (result.kind === 'valueFailed') return failed(result.message, result.retriable);
  const { energies, cached } = result;
  const scores: { node: number; energy: number }[] = [];
  const refused: { node: number; message: string }[] = [];
  for (const [i, node] of nodes.entries()) {
    const energy = energies[i];
    if (typeof energy === 'object') refused.push({ node, message: energy.message });
    else if (Number.isFinite(energy)) scores.push({ node, energy: energy as number });
    else return failed(`the value model gave ${energy ?? 'nothing'} as the energy of node ${node}`, false);
  }
  return {
    kind: 'values.scored',
    scores,
    ...(refused.length > 0 && { refused }),
    ...(cached > 0 && { cached }),
    ms,
  };
}

/** What Lean said to a tactic. */
export function answeredEvent(node: number, candidate: number, answer: TacticAnswer, store: StoreGoals): Answered {
  const { outcome, worker, ms, heartbeats, syntaxKind } = answer;
  return {
    kind: 'tactic.answered',
    node,
    candidate,
    worker,
    outcome: recordable(outcome, store),
    ...(syntaxKind !== undefined && { syntaxKind }),
    ...(heartbeats !== undefined && { heartbeats }),
    ms: Math.round(ms * 10) / 10,
  };
}

function recordable(outcome: PoolOutcome, store: StoreGoals): Answered['outcome'] {
  if (outcome.kind !== 'goals') return outcome;
  const messages = outcome.messages?.length ? { messages: [...outcome.messages] } : {};
  return { kind: 'goals', goals: store(outcome.goals), ...messages };
}

/** The limits of one try: thousands of heartbeats, recursion depth, milliseconds of wall clock. */
export function tacticLimits({ tactic_heartbeats, tactic_recursion, tactic_timeout }: SearchSettings) {
  return { heartbeats: tactic_heartbeats, recursion: tactic_recursion, timeoutMs: tactic_timeout * 1000 };
}
