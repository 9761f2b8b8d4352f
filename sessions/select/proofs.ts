import type { SearchNode, SearchState } from '../../src/search/state.ts';
import type { ProofEnd } from '../../src/search/whole-proof/events.ts';
import { cleanLine } from '../../src/text/clean.ts';
import { counted } from '../../src/text/quantity.ts';
import { type Figure, figure } from './figure.ts';
import { oncePerState } from './memo.ts';

/** Why a whole proof went no further, for a person. */
export function endSentence(end: ProofEnd): string {
  switch (end.kind) {
    case 'closed':
      return `no goals left, node ${end.node}`;
    case 'failed':
      return 'Lean did not take its next tactic';
    case 'visited':
      return `its state is that of node ${end.of}`;
    case 'depth':
      return 'too deep (max_depth)';
    case 'unchanged':
      return `the target stayed the same for ${counted(end.steps, 'step')} (max_goal_unchanged_steps)`;
    case 'haveGoals':
      return `its have leaves ${counted(end.goals, 'goal')}, more than before`;
    case 'haveChain':
      return `${end.steps} times have in a row (max_consecutive_have)`;
    case 'unfinished':
      return `it is over, and ${counted(end.goals, 'goal')} ${end.goals === 1 ? 'is' : 'are'} left`;
    case 'blocked':
      return `its next tactic is blocked: ${end.family}`;
    case 'empty':
      return 'its next tactic is empty';
    case 'forbidden':
      return `it holds ${end.word}, which proves nothing`;
    case 'givenUp':
      return 'given up: the search ended first';
  }
}

/** Whole proofs that end with one step, and why. */
export interface EndedHere {
  readonly end: ProofEnd;
  readonly proofs: readonly number[];
}

/** The proofs that end with each step, by node and candidate; taken once per state. */
const endsByStep = oncePerState((state: SearchState): ReadonlyMap<string, readonly EndedHere[]> => {
  const steps = new Map<string, Map<string, { end: ProofEnd; proofs: number[] }>>();
  for (const { id, end, cut } of state.proofs) {
    if (end === null || cut === null) continue;
    const key = `${cut.node}.${cut.candidate}`;
    const here = steps.get(key) ?? new Map();
    steps.set(key, here);
    const kind = JSON.stringify(end);
    const same = here.get(kind);
    if (same === undefined) here.set(kind, { end, proofs: [id] });
    else same.proofs.push(id);
  }
  return new Map([...steps].map(([key, here]) => [key, [...here.values()]]));
});

/** The whole proofs that end with a candidate of a node. */
function proofsEndingAt(state: SearchState, node: number, candidate: number): readonly EndedHere[] {
  return state.proofs.length === 0 ? [] : (endsByStep(state).get(`${node}.${candidate}`) ?? []);
}

/** The whole proofs whose way goes over a candidate: its own, and those with the same tactic there. */
function proofsOver({ candidates }: SearchNode, index: number): readonly number[] {
  return candidates.flatMap(({ index: own, proof, status }) => {
    if (proof === undefined) return [];
    const way = status.kind === 'dropped' && 'of' in status.reason ? status.reason.of : own;
    return way === index ? [proof] : [];
  });
}

const listed = 6;

/** `proof 3`, `proofs 3, 5, 8`, and how many more where they are many. */
function proofNames(proofs: readonly number[]): string {
  const shown = proofs.slice(0, listed).join(', ');
  const more = proofs.length > listed ? ` and ${proofs.length - listed} more` : '';
  return `${proofs.length === 1 ? 'proof' : 'proofs'} ${shown}${more}`;
}

/** Which proofs end with a candidate, in a sentence; empty where none do, or where the candidate's own status says it. */
export function endsNote(state: SearchState, node: number, candidate: number): string {
  return proofsEndingAt(state, node, candidate)
    .filter(({ end }) => !tellsItself.has(end.kind))
    .map(({ end, proofs }) => `${proofNames(proofs)} cut: ${endSentence(end)}`)
    .join('; ');
}

const tellsItself: ReadonlySet<ProofEnd['kind']> = new Set([
  'closed',
  'failed',
  'visited',
  'blocked',
  'empty',
  'forbidden',
  'givenUp',
]);

/** Where a candidate stands among whole proofs, in sentences; none where it belongs to none. */
export function proofLines(state: SearchState, node: SearchNode, index: number): readonly string[] {
  const own = node.candidates[index];
  const proof = own?.proof === undefined ? undefined : state.proofs[own.proof];
  const lines: string[] = [];
  if (proof !== undefined) {
    const others = proofsOver(node, index).filter((id) => id !== proof.id);
    const shared =
      others.length === 0 ? '' : `; ${proofNames(others)} ${others.length === 1 ? 'goes' : 'go'} this way too`;
    const step = `step ${(own?.step ?? 0) + 1} of ${proof.tactics.length}`;
    lines.push(`proof ${proof.id}, ${step}, sampled at node ${proof.node} in round ${proof.round + 1}${shared}`);
    const { end } = proof;
    if (own?.status.kind === 'dropped' && end !== null && proof.cut?.node === node.id)
      lines.push(`proof ${proof.id} ends here: ${endSentence(end)}`);
  }
  for (const { end, proofs } of proofsEndingAt(state, node.id, index))
    if (own?.status.kind !== 'dropped')
      lines.push(`${proofNames(proofs)} ${proofs.length === 1 ? 'ends' : 'end'} here: ${endSentence(end)}`);
  return lines;
}

/** What became of the whole proofs at a node, in sentences; none where none came. */
export function proofsAtNode(state: SearchState, node: SearchNode): readonly string[] {
  const { replays } = node;
  if (replays === undefined) return [];
  const { visits, successes } = replays;
  const ends = node.candidates.flatMap(({ index, tactic }) =>
    proofsEndingAt(state, node.id, index).map(
      ({ end, proofs }) => `${proofNames(proofs)} at #${index} ${shortTactic(tactic)}: ${endSentence(end)}`,
    ),
  );
  return [`${counted(visits, 'whole proof')} came here, ${successes} got on`, ...ends];
}

const longestTactic = 36;

function shortTactic(tactic: string): string {
  const line = cleanLine(tactic, ' ');
  return line.length <= longestTactic ? line : `${line.slice(0, longestTactic)}…`;
}

/** Rounds and proofs of a whole-proof search against their limits; none of another one. */
export function roundFigures({ statistics: { proofs: p }, settings }: SearchState): readonly Figure[] {
  if (settings.strategy !== 'whole-proof' && p.hybridRounds === 0) return [];
  const isSpent = (n: number, most: number) => (n >= most ? 'warn' : 'plain');
  return [
    figure(
      'rounds',
      `${p.hybridRounds}/${settings.hybrid_max_rounds}`,
      isSpent(p.hybridRounds, settings.hybrid_max_rounds),
    ),
    figure(
      'proofs',
      `${p.hybridProofsGenerated}/${settings.hybrid_budget}`,
      isSpent(p.hybridProofsGenerated, settings.hybrid_budget),
    ),
  ];
}

/** What became of the proofs of a whole-proof search; nothing of another one. */
export function proofFigures({ statistics: { proofs: p }, settings }: SearchState): readonly Figure[] {
  if (settings.strategy !== 'whole-proof' && p.hybridRounds === 0) return [];
  const some = (name: string, n: number): readonly Figure[] => (n > 0 ? [figure(name, n)] : []);
  return [
    figure('shared steps', p.trieCacheHits),
    ...(p.closed > 0 ? [figure('closed', p.closed, 'ok')] : []),
    figure('failed', p.failed, p.failed > 0 ? 'fail' : 'plain'),
    ...some('at a known state', p.visited),
    ...some('unfinished', p.unfinished),
    ...some('too deep', p.depthCapped),
    ...some('target unchanged', p.contextStuffingBlocked),
    ...some('have chain', p.haveChainPruned),
    ...some('have with more goals', p.haveGoalIncreasePruned),
    ...some('with sorry', p.forbidden),
    ...some('given up', p.other),
  ];
}
