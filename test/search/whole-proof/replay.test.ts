import { afterEach, describe, expect, test } from 'vitest';
import { checkSearchState } from '../../../src/search/check.ts';
import { nodeScore } from '../../../src/search/score.ts';
import { puctParts } from '../../../src/search/whole-proof/puct.ts';
import { MadeUpSearch, type Sampled, type WorldOptions } from './made-up-lean.ts';

let searched: MadeUpSearch[] = [];
/** A search whose provider says this at the root, and nothing elsewhere. */
function search(proofs: readonly Sampled[], options: Partial<WorldOptions> = {}): MadeUpSearch {
  const one = new MadeUpSearch({ sample: (node) => (node === 0 ? proofs : []), ...options });
  searched.push(one);
  return one;
}
afterEach(() => {
  for (const one of searched) expect(checkSearchState(one.state)).toEqual([]);
  searched = [];
});

describe('proofs that begin alike', () => {
  test('share their steps, and each step goes to Lean once', () => {
    const one = search(['root>a; a>b; b>x; y>z', 'root>a; a>b; b>', 'root>a; a>c']).run();
    expect(one.asked).toEqual(['0 root>a', '1 a>b', '1 a>c', '2 b>x', '2 b>', '4 y>z']);
    expect(one.state.verdict?.accepted).toBe(true);
    expect(one.state.proof?.tactics).toEqual(['root>a', 'a>b', 'b>']);
    expect(one.state.statistics.proofs).toMatchObject({ trieCacheHits: 3, hybridProofsGenerated: 3, closed: 1 });
  });

  test('share what failed, too: it is recorded once, and each proof says that it ended there', () => {
    const one = search(['root>a; nothing>b; b>', 'root>a; nothing>b; c>']).run();
    expect(one.asked).toEqual(['0 root>a', '1 nothing>b']);
    expect(one.ends).toEqual(['failed after 1', 'failed after 1']);
    const ended = one.events.filter(({ kind }) => kind === 'proofs.ended');
    expect(ended).toEqual([{ kind: 'proofs.ended', proofs: [0, 1], node: 1, candidate: 0, end: { kind: 'failed' } }]);
  });

  test('are found to be alike by normal form', () => {
    const one = search(['root>a  ; a>b', 'root>a -- so; a>c']).run();
    expect(one.asked.filter((step) => step.startsWith('0'))).toHaveLength(1);
  });

  test('share steps over rounds', () => {
    const rounds = [['root>a; a>b; b>c'], ['root>a; a>b; b>d; d>']];
    const one = new MadeUpSearch({
      sample: (node, round) => (node === 0 ? (rounds[round] ?? []) : []),
      exhausted: false,
    });
    searched.push(one);
    one.run();
    expect(one.asked).toEqual(['0 root>a', '1 a>b', '2 b>c', '2 b>d', '4 d>']);
    expect(one.state.statistics.proofs).toMatchObject({ closed: 1, trieCacheHits: 2 });
    // Every other node was sampled before the root's turn came again.
    expect(one.sampled.slice(0, 4).toSorted()).toEqual(['0.0', '1.0', '2.0', '3.0']);
  });
});

describe('a proof ends', () => {
  const settings = (more: object) => ({ settings: more });

  test('at a state that the tree has', () => {
    const one = search(['root>a; a>b; b>c', 'root>b; b>d']).run();
    expect(one.ends[0]).toBe('visited after 1');
    expect(one.state.proofs[0]?.end).toEqual({ kind: 'visited', of: 2 });
    expect(one.state.statistics.proofs.visited).toBe(1);
  });

  test('or goes on there, if that is wished for', () => {
    const one = search(['root>a; a>b; b>c', 'root>b; b>d'], settings({ hybrid_follow_visited: true })).run();
    expect(one.ends).toEqual(['unfinished after 3', 'unfinished after 2']);
    expect(one.targets(one.state.proofs[0]?.at ?? 0)).toEqual(['c']);
  });

  test('at max_depth, where no node is expanded', () => {
    const one = search(['root>a; a>b; b>c; c>d'], settings({ max_depth: 2 })).run();
    expect(one.ends).toEqual(['depth after 2']);
    expect(one.state.statistics.proofs.depthCapped).toBe(1);
  });

  test('when the target stays the same so many times', () => {
    const lean = (targets: readonly string[], tactic: string) =>
      tactic === 'more' ? [...targets, `g${targets.length}`] : targets.slice(1);
    const one = search(['more; more; more; more'], { lean, settings: { max_goal_unchanged_steps: 3 } }).run();
    expect(one.state.proofs[0]?.end).toEqual({ kind: 'unchanged', steps: 3 });
    const off = search(['more; more; more; more'], { lean, settings: { max_goal_unchanged_steps: 0 } }).run();
    expect(off.ends).toEqual(['unfinished after 4']);
  });

  test('when a have leaves more goals, and at so many have in a row', () => {
    const one = search(['have root>a b; a>']).run();
    expect(one.state.proofs[0]?.end).toEqual({ kind: 'haveGoals', goals: 2 });
    const lean = (targets: readonly string[], tactic: string) => [`${targets[0]} ${tactic}`];
    const chain = search(['have 1; have 2; have 3; have 4; have 5'], { lean }).run();
    expect(chain.state.proofs[0]?.end).toEqual({ kind: 'haveChain', steps: 4 });
    const broken = search(['have 1; have 2; have 3; simp; have 5; have 6'], { lean }).run();
    expect(broken.ends).toEqual(['unfinished after 6']);
  });

  test('before it begins when it holds sorry, admit or cheat as a word', () => {
    const one = search(['root>a; exact sorry', 'root>a; admit', 'root>a; exact h.sorry_free']).run();
    expect(one.ends).toEqual(['forbidden after 0', 'forbidden after 0', 'failed after 1']);
    expect(one.asked).toEqual(['0 root>a', '1 exact h.sorry_free']);
    expect(one.state.nodes[0]?.candidates[0]?.status).toMatchObject({
      kind: 'dropped',
      reason: { kind: 'forbiddenWord', word: 'sorry' },
    });
  });

  test('when it is over and goals are left, and where a person blocked its tactic', () => {
    const one = search(['root>a b; a>', 'root>c; simp x'], settings({ block: ['simplify'] })).run();
    expect(one.state.proofs[0]?.end).toEqual({ kind: 'unfinished', goals: 1 });
    expect(one.state.proofs[1]?.end).toEqual({ kind: 'blocked', family: 'simplify' });
  });

  test('when the search does, and then goes on from what was tried', () => {
    const one = search(['root>a; a>b; b>c; c>d; d>']);
    one.run(() => one.asked.length === 2);
    one.input({ kind: 'user.stop' });
    expect(one.ends).toEqual(['givenUp after 2']);
    expect(checkSearchState(one.state)).toEqual([]);
    one.run();
    expect(one.state.ended?.status).toBe('proved');
    expect(one.asked).toEqual(['0 root>a', '1 a>b', '2 b>c', '3 c>d', '4 d>']);
  });
});

describe('the limits', () => {
  const proofs = ['root>a; a>b; b>c', 'root>b2', 'nothing'];

  test('of rounds and of proofs end the search with their names', () => {
    const endless = { exhausted: false } as const;
    const rounds = search(proofs, { ...endless, settings: { hybrid_max_rounds: 3 } }).run();
    expect(rounds.state.ended).toMatchObject({ status: 'budget', limit: 'max_rounds' });
    expect(rounds.state.statistics.proofs.hybridRounds).toBe(3);
    const budget = search(proofs, { ...endless, settings: { hybrid_budget: 3 } }).run();
    expect(budget.state.ended).toMatchObject({ status: 'budget', limit: 'hybrid_budget' });
    const nodes = search(proofs, { ...endless, settings: { max_nodes: 2 } }).run();
    expect(nodes.state.ended?.status).toBe('budget');
    expect(nodes.state.ended?.limit).toBeUndefined();
    expect(search(proofs).run().state.ended?.status).toBe('exhausted');
  });

  test('let proofs become fewer, shorter and warmer with depth', () => {
    const settings = {
      hybrid_num_proofs: 10,
      hybrid_min_proofs: 2,
      hybrid_tokens_decay_depth: 2,
      hybrid_max_temperature: 1.2,
      temperature: 0.8,
    };
    const one = search(['root>a; a>b'], { settings }).run();
    const byDepth = new Map(
      one.questions.map(({ nodes, ask }) => [
        one.state.nodes[nodes[0]?.node ?? 0]?.depth,
        [ask.count, ask.wholeProofs?.maxTokens, ask.temperature],
      ]),
    );
    expect(byDepth.get(0)).toEqual([10, 1024, 0.8]);
    expect(byDepth.get(1)).toEqual([6, 640, 1]);
    expect(byDepth.get(2)).toEqual([2, 256, 1.2]);
    const flat = search(['root>a'], { settings: { ...settings, hybrid_tokens_decay_depth: 0 } }).run();
    expect(flat.questions.map(({ ask }) => ask.count)).toEqual([10, 10]);
    const poor = search(['root>a'], { settings: { ...settings, hybrid_budget: 4 } });
    poor.run();
    expect(poor.questions[0]?.ask.count).toBe(4);
  });
});

describe('the score', () => {
  test('is the formula of the reference', () => {
    const one = search([{ text: 'root>a b; a>c', logProb: -2 }, 'root>a b; a>d', 'root>e']);
    one.run(() => one.rounds === 1);
    const { state } = one;
    const node = state.nodes[1];
    if (node === undefined) throw new Error('no node');
    // Two proofs came to it, and both got on; three were sampled above it.
    expect(state.nodes[0]?.replays).toEqual({ visits: 3, successes: 3 });
    expect(node.replays).toEqual({ visits: 2, successes: 2 });
    const weight = 0.5 / 3;
    const expected = weight * -2 + (1 - weight) * 1 + 1.41 * Math.sqrt(Math.log(4) / 3);
    expect(nodeScore(node, 0, state)).toBeCloseTo(expected, 12);
    const penalised = { ...state, settings: { ...state.settings, goal_count_penalty: 0.3 } };
    expect(nodeScore(node, 0, penalised)).toBeCloseTo(expected - 0.3, 12);
    expect(puctParts(state, { ...node, replays: undefined }, -2).value).toBe(-1);
  });

  test('follows the statistics of a round: what changed is queued anew', () => {
    const rounds: readonly (readonly string[])[] = [['root>a; a>b'], ['root>a; a>c; c>d']];
    const one = new MadeUpSearch({
      sample: (node, round) => (node === 0 ? (rounds[round] ?? []) : []),
      exhausted: false,
    });
    searched.push(one);
    one.run();
    const queued = one.events.filter((event) => event.kind === 'node.queued' && event.node === 1);
    expect(queued.length).toBeGreaterThan(1);
  });
});

describe('providers of single tactics', () => {
  test('give proofs of one step, and every round asks for them again', () => {
    const one = search(['root>a', 'root>']).run();
    expect(one.state.ended?.status).toBe('proved');
    expect(one.state.statistics.proofs).toMatchObject({ hybridProofsGenerated: 2, closed: 1 });
  });
});

describe('probes', () => {
  test('are tried once at every node that a proof comes to', () => {
    const one = search(['root>a; a>b; b>c'], { settings: { probe_tactics: ['c>'] } }).run();
    expect(one.asked.filter((step) => step.endsWith(' c>'))).toEqual(['0 c>', '1 c>', '2 c>', '3 c>']);
    expect(one.state.ended?.status).toBe('proved');
  });
});

describe('a model that corrects itself', () => {
  const identity = { corrects: true as const };

  test('is asked again at once, and shown the proof of each round that came furthest', () => {
    const rounds: readonly (readonly Sampled[])[] = [
      [
        { text: 'root>a; a>b; no>c', raw: 'first answer' },
        { text: 'no>a', raw: 'worse' },
      ],
      [{ text: 'root>a; a>e', raw: 'second answer' }],
      ['root>a; a>'],
    ];
    const one = new MadeUpSearch({
      sample: (node, round) => (node === 0 ? (rounds[round] ?? []) : []),
      exhausted: false,
      identity,
    });
    searched.push(one);
    one.run();
    const asked = one.questions.filter(({ nodes }) => nodes[0]?.node === 0);
    expect(asked[0]?.ask.states[0]?.failed).toBeUndefined();
    expect(asked[1]?.ask.states[0]?.failed).toEqual([
      { answer: 'first answer', tactics: ['root>a', 'a>b', 'no>c'], step: 2, message: 'no>c failed' },
    ]);
    expect(asked[2]?.ask.states[0]?.failed?.map(({ answer, message }) => [answer, message])).toEqual([
      ['first answer', 'no>c failed'],
      ['second answer', 'unsolved goals\n⊢ e'],
    ]);
    expect(one.state.ended?.status).toBe('proved');
  });

  test('is not, when no corrections are wanted', () => {
    const one = search(['root>a; no>b'], {
      exhausted: false,
      identity,
      settings: { hybrid_corrections: 0, hybrid_max_rounds: 2 },
    }).run();
    expect(one.questions.map(({ nodes }) => nodes[0]?.node)).toEqual([0, 1]);
  });
});
