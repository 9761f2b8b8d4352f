import { expect, test } from 'vitest';
import type { GenerateRequest, GenerateResult } from '../../../src/inference/generation.ts';
import type { Goal } from '../../../src/lean/goal.ts';
import { makeAsking } from '../../../src/policy/model/asking.ts';
import { ModelProvider, type ModelProviderOptions } from '../../../src/policy/model/model-provider.ts';
import { BFS_PROVER } from '../../../src/policy/prompts/bfs-prover.ts';
import { DEEPSEEK_PROVER_V2_PROOF } from '../../../src/policy/prompts/deepseek-prover-v2.ts';
import type { PolicyState, ProposeRequest, ProposeResult } from '../../../src/policy/provider.ts';
import { FakeClient, failure, IDENTITY, sample, says } from './fake-client.ts';

const goal = (target: string, hypotheses: Goal['hypotheses'] = []): Goal => ({ hypotheses, target });
const state = (target: string): PolicyState => ({ goals: [goal(target)], path: [], depth: 0 });

function provider(client: FakeClient, changes: Partial<ModelProviderOptions> = {}): ModelProvider {
  const asking = makeAsking(BFS_PROVER, { identity: IDENTITY, route: undefined, maxTokens: 64, wholeProofs: false });
  return new ModelProvider({
    name: 'mine',
    kind: 'sglang',
    client,
    identity: IDENTITY,
    asking,
    proofs: makeAsking(DEEPSEEK_PROVER_V2_PROOF, {
      identity: IDENTITY,
      route: undefined,
      maxTokens: 4096,
      wholeProofs: true,
    }),
    sampling: { topP: 0.95 },
    score: 'sum',
    cacheStates: 100,
    ...changes,
  });
}

const ask = (changes: Partial<ProposeRequest> = {}): ProposeRequest => ({
  states: [state('p ∧ q')],
  count: 3,
  temperature: 1,
  round: 0,
  seed: 0,
  signal: new AbortController().signal,
  ...changes,
});

function proposed(result: ProposeResult) {
  if (result.kind !== 'proposed') throw new Error(result.message);
  return result.proposals;
}

test('samples become candidates, best first, with the score of each token; the rest is kept with its reason', async () => {
  const client = new FakeClient(says('exact ⟨h.1, h.2⟩', '```lean\nsimp\n```', 'I do not know'));
  const [proposal] = proposed(await provider(client).propose(ask()));
  expect(proposal?.candidates).toMatchObject([
    { tactic: 'simp', raw: '```lean\nsimp\n```', origin: 'mine', weights: '1' },
    {
      tactic: 'exact ⟨h.1, h.2⟩',
      logProb: -4.5,
      score: { sum: -4.5, tokens: 3, perToken: [-0.5, -1.5, -2.5], rule: 'sum', scaledBy: null, countsEnd: true },
    },
  ]);
  expect(proposal?.dropped).toMatchObject([{ raw: 'I do not know', origin: 'mine' }]);
  expect(proposal?.exhausted).toBe(false);
  expect(client.requests).toMatchObject([{ prompt: { kind: 'text', text: '⊢ p ∧ q:::' }, n: 3, maxTokens: 64 }]);
});

test('log-probs can be divided by the number of tokens', async () => {
  const mean = provider(new FakeClient(says('exact h x')), { score: 'mean' });
  const [proposal] = proposed(await mean.propose(ask({ count: 1 })));
  expect(proposal?.candidates).toMatchObject([{ logProb: -1.5, score: { sum: -4.5, rule: 'mean' } }]);
});

test('a server without log-probs, and answers that were cut off or given up', async () => {
  const client = new FakeClient(() => ({
    kind: 'samples',
    samples: [
      sample('simp', { logProb: null }),
      sample('exact foo (ba', { finish: { kind: 'length' } }),
      sample('om', { finish: { kind: 'aborted', message: 'preempted' } }),
    ],
    model: 'fake/prover',
    weightVersion: null,
  }));
  const [proposal] = proposed(await provider(client).propose(ask()));
  expect(proposal?.candidates).toEqual([{ tactic: 'simp', logProb: null, origin: 'mine' }]);
  expect(proposal?.dropped?.map(({ reason }) => reason)).toEqual([
    expect.stringContaining('cut off at the token limit'),
    'the server gave it up: preempted',
  ]);
});

test('all states are in flight together, with one request for each', async () => {
  let release = (): void => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const client: FakeClient = new FakeClient(async (request, asked) => {
    if (asked === 3) release();
    await gate;
    return says('simp')(request, asked);
  });
  const result = await provider(client).propose(ask({ states: ['p', 'q', 'r'].map(state) }));
  expect(proposed(result)).toHaveLength(3);
  expect(client.requests).toHaveLength(3);
});

test('the same question is answered from the cache; another round, seed, count, temperature or weights are another one', async () => {
  let weightVersion = '1';
  const client = new FakeClient(
    (request, asked) => ({ ...says('simp')(request, asked), weightVersion }) as GenerateResult,
  );
  const one = provider(client);
  const [first] = proposed(await one.propose(ask()));
  expect(proposed(await one.propose(ask()))).toEqual([{ ...first, cached: true }]);
  expect(client.requests).toHaveLength(1);
  for (const other of [{ round: 1 }, { seed: 7 }, { count: 5 }, { temperature: 0.5 }]) await one.propose(ask(other));
  expect(client.requests).toHaveLength(5);
  expect(new Set(client.requests.map(({ seed }) => seed)).size).toBe(3);
  await one.propose(ask({ fresh: true }));
  expect(client.requests).toHaveLength(6);
  weightVersion = '2';
  await one.propose(ask({ round: 9 }));
  await one.propose(ask());
  expect(client.requests).toHaveLength(8);
  expect(one.identities).toMatchObject([{ model: 'fake/prover', weightVersion: '2', prompt: 'bfs-prover' }]);
});

test('when one state fails the others are kept, and asking again costs that one only', async () => {
  let isDown = true;
  const client = new FakeClient((request, asked) => {
    const { prompt } = request as GenerateRequest & { prompt: { text: string } };
    return isDown && prompt.text.includes('q') ? failure('serverDown') : says('simp')(request, asked);
  });
  const one = provider(client);
  const states = ['p', 'q', 'r'].map(state);
  expect(await one.propose(ask({ states }))).toEqual({
    kind: 'providerFailed',
    message: 'it is serverDown',
    retriable: true,
  });
  isDown = false;
  expect(proposed(await one.propose(ask({ states })))).toHaveLength(3);
  expect(client.requests).toHaveLength(4);
});

test.each([
  ['overloaded', {}, true, undefined],
  ['timeout', {}, true, undefined],
  ['serverDown', {}, true, undefined],
  // Something on the way, or a server that is about to fall.
  ['badAnswer', { status: 500 }, true, undefined],
  ['badAnswer', {}, true, true],
  ['unauthorised', { status: 401 }, true, true],
  ['wrongMode', {}, true, true],
  ['badRequest', {}, false, undefined],
] as const)(
  '%s %j: whether the search asks again is %s, and whether waiting seldom mends it %s',
  async (reason, more, retriable, wrongAnswer) => {
    const result = await provider(new FakeClient(() => failure(reason, more))).propose(ask());
    expect(result).toEqual({ kind: 'providerFailed', message: `it is ${reason}`, retriable, wrongAnswer });
  },
);

test('a prompt that is too long is shortened with a mark until it fits, and the candidates say so', async () => {
  const hypotheses = Array.from({ length: 40 }, (_, i) => ({ name: `h${i}`, type: `a + ${i} = c + d` }));
  const client = new FakeClient((request, asked) => {
    const { text } = request.prompt as { text: string };
    const tokens = Math.ceil(text.length / 4);
    return tokens > 100 ? failure('tooLong', { context: { tokens, limit: 164 } }) : says('simp')(request, asked);
  });
  const states = [{ goals: [goal('p', hypotheses)], path: [], depth: 0 }];
  const [proposal] = proposed(await provider(client).propose(ask({ states, count: 1 })));
  expect(proposal?.candidates[0]?.reason).toMatch(/^shortened prompt: without \d+ hypotheses/);
  const [, second] = client.requests.map(({ prompt }) => (prompt as { text: string }).text);
  expect(second).toMatch(/omitted|left out|…/);
  expect(second).toContain('⊢ p');
});

test('a state that cannot be shortened has no candidates, and the search goes on without it', async () => {
  const one = provider(new FakeClient(() => failure('tooLong', { context: { tokens: null, limit: null } })));
  const [proposal] = proposed(await one.propose(ask()));
  expect(proposal).toMatchObject({ candidates: [], exhausted: true, dropped: [{ raw: '' }] });
});

test('without sampling one answer is asked for, and no more come', async () => {
  const client = new FakeClient(says('simp'));
  const [proposal] = proposed(await provider(client).propose(ask({ temperature: 0, count: 8 })));
  expect(proposal?.exhausted).toBe(true);
  expect(client.requests).toMatchObject([{ n: 1 }]);
});
