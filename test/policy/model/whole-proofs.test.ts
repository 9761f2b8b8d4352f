import { expect, test } from 'vitest';
import type { GenerateRequest, GenerateResult, StreamedText } from '../../../src/inference/generation.ts';
import type { Goal } from '../../../src/lean/goal.ts';
import { makeAsking } from '../../../src/policy/model/asking.ts';
import { formatFor, proofFormatFor } from '../../../src/policy/model/format.ts';
import { ModelProvider } from '../../../src/policy/model/model-provider.ts';
import { streamProofs } from '../../../src/policy/model/stream-proofs.ts';
import { BFS_PROVER } from '../../../src/policy/prompts/bfs-prover.ts';
import { DEEPSEEK_PROVER_V2_PROOF } from '../../../src/policy/prompts/deepseek-prover-v2.ts';
import type { PromptFormat } from '../../../src/policy/prompts/format.ts';
import { GOEDEL_PROVER_V2 } from '../../../src/policy/prompts/goedel-prover-v2.ts';
import type { PolicyState, ProposeRequest } from '../../../src/policy/provider.ts';
import { FakeClient, failure, IDENTITY, sample, says } from './fake-client.ts';

const goal: Goal = { hypotheses: [{ name: 'h', type: 'p ∧ q' }], target: 'q ∧ p' };
const state: PolicyState = { goals: [goal], path: [], depth: 0 };

function provider(client: FakeClient, format: PromptFormat = DEEPSEEK_PROVER_V2_PROOF): ModelProvider {
  const facts = { identity: IDENTITY, route: undefined, maxTokens: 2048 };
  return new ModelProvider({
    name: 'mine',
    kind: 'sglang',
    client,
    identity: IDENTITY,
    asking: makeAsking(BFS_PROVER, { ...facts, wholeProofs: false }),
    proofs: makeAsking(format, { ...facts, wholeProofs: true }),
    sampling: { topP: 0.95 },
    score: 'sum',
    cacheStates: 100,
  });
}

const ask = (maxTokens: number, changes: Partial<ProposeRequest> = {}): ProposeRequest => ({
  states: [state],
  count: 3,
  temperature: 0.8,
  round: 0,
  seed: 0,
  wholeProofs: { maxTokens },
  signal: new AbortController().signal,
  ...changes,
});

const PROOF = 'obtain ⟨hp, hq⟩ := h\n  constructor\n  · exact hq\n  · exact hp';
const first = async (one: ModelProvider, request: ProposeRequest) => {
  const result = await one.propose(request);
  if (result.kind !== 'proposed') throw new Error(result.message);
  return result.proposals[0];
};

test('a candidate carries the later tactics of its proof; one with sorry is dropped whole', async () => {
  const client = new FakeClient(says(PROOF, 'constructor\n  · exact h.2\n  · sorry', 'exact h.symm'));
  const proposal = await first(provider(client), ask(256));
  expect(proposal?.candidates.map(({ tactic, continuation }) => [tactic, continuation])).toEqual([
    ['exact h.symm', undefined],
    ['obtain ⟨hp, hq⟩ := h', ['constructor', 'exact hq', 'exact hp']],
  ]);
  expect(proposal?.dropped).toMatchObject([
    { raw: expect.stringContaining('sorry'), reason: expect.stringContaining('sorry') },
  ]);
  expect(client.requests).toMatchObject([{ n: 3, maxTokens: 256, stop: ['```'] }]);
});

test('a step search with the same provider asks for tactics, and is answered with them', async () => {
  const client = new FakeClient(says(PROOF));
  const { wholeProofs: _, ...step } = ask(0);
  const proposal = await first(provider(client), step);
  expect(proposal?.candidates[0]).not.toHaveProperty('continuation');
  expect(client.requests[0]?.stop).toEqual(BFS_PROVER.stop);
});

test('long answers are streamed one by one, and only what failed is asked again', async () => {
  let isDown = true;
  const client = new FakeClient((request, asked) =>
    asked === 2 && isDown ? failure('serverDown') : { ...samplesOf(request), model: 'fake/prover' },
  );
  const one = provider(client);
  expect(await one.propose(ask(1024))).toMatchObject({ kind: 'providerFailed', retriable: true });
  expect(client.requests.map(({ n, maxTokens }) => [n, maxTokens])).toEqual([
    [1, 1024],
    [1, 1024],
    [1, 1024],
  ]);
  expect(new Set(client.requests.map(({ seed }) => seed)).size).toBe(3);
  isDown = false;
  const proposal = await first(one, ask(1024));
  expect(proposal?.candidates).toHaveLength(3);
  expect(client.requests).toHaveLength(4);
  expect(client.requests[3]?.seed).toBe(client.requests[1]?.seed);
});

function samplesOf({ n }: GenerateRequest): Extract<GenerateResult, { kind: 'samples' }> {
  return {
    kind: 'samples',
    samples: Array.from({ length: n }, () => sample(PROOF)),
    model: IDENTITY.model,
    weightVersion: '1',
  };
}

test('a sample that only repeats itself is stopped, and keeps what came before', async () => {
  const loop = `intro x\nsimp\n${'  linarith [h₁, h₂]\n'.repeat(200)}`;
  let told = 0;
  const client = {
    stream: async (request: GenerateRequest, onText: (piece: StreamedText) => void): Promise<GenerateResult> => {
      for (let at = 0; at < loop.length; at += 40) {
        if (request.signal.aborted) return failure('aborted', { retriable: false });
        told += 40;
        onText({ sample: 0, text: loop.slice(at, at + 40) });
      }
      return samplesOf(request);
    },
  };
  const request: GenerateRequest = {
    prompt: { kind: 'text', text: 'x' },
    n: 1,
    maxTokens: 4096,
    temperature: 1,
    topP: 1,
    stop: [],
    logProbs: true,
    signal: new AbortController().signal,
  };
  const result = await streamProofs(client, request, new Map());
  expect(result).toMatchObject({ kind: 'samples', samples: [{ finish: { kind: 'length' }, logProb: null }] });
  expect(told).toBeLessThan(loop.length / 2);
});

test('a model that corrects itself is shown its proof, the place that failed and what Lean said', async () => {
  const answer =
    'I plan.\n\n```lean4\ntheorem foo (h : p ∧ q) : q ∧ p := by\n  constructor\n  · exact h.1\n  · exact h.2\n```';
  const client = new FakeClient(says(answer));
  const one = provider(client, GOEDEL_PROVER_V2);
  expect(one.identities[0]).toMatchObject({ prompt: 'bfs-prover', proofPrompt: 'goedel-prover-v2', corrects: true });
  const failed = [{ answer, tactics: ['constructor', 'exact h.1', 'exact h.2'], step: 1, message: 'type mismatch' }];
  await one.propose(ask(1024, { round: 1, states: [{ ...state, failed }] }));
  const [request] = client.requests;
  const text = request?.prompt.kind === 'text' ? request.prompt.text : '';
  expect(text).toContain('I plan.');
  expect(text).toContain('· <error>exact h.1</error>');
  expect(text).toContain('Error 1: type mismatch');
  // It plans before it proves, and gets the tokens that this takes.
  expect(request?.maxTokens).toBe(2048);
});

test('what fits no more of earlier attempts is left out before anything of the state', () => {
  const asking = makeAsking(GOEDEL_PROVER_V2, {
    identity: IDENTITY,
    route: undefined,
    maxTokens: 64,
    wholeProofs: true,
  });
  const attempt = (answer: string) => ({ answer, tactics: ['simp'], step: 0, message: 'no' });
  const asked = { ...state, failed: [attempt(`old ${'x'.repeat(3000)}`), attempt('young')] };
  const made = asking.prompt(asked, 2500);
  const text = made.kind === 'prompt' && made.prompt.kind === 'text' ? made.prompt.text : '';
  expect(text).toContain('young');
  expect(text).not.toContain('old xxx');
});

test.each([
  ['deepseek-ai/DeepSeek-Prover-V2-7B', '', 'deepseek-prover-v2-tactic', 'deepseek-prover-v2-proof'],
  ['Goedel-LM/Goedel-Prover-V2-8B', '', 'goedel-prover-v2', 'goedel-prover-v2'],
  ['default', 'deepseek-prover-v2-plain', 'deepseek-prover-v2-plain', 'deepseek-prover-v2-proof'],
  ['ByteDance-Seed/BFS-Prover-V2-7B', '', 'bfs-prover', 'bfs-prover'],
])('%s asked as "%s" uses %s for tactics and %s for proofs', (model, prompt, tactics, proofs) => {
  const sources = { name: 'mine', profile: { kind: 'sglang' }, prompt, base: '', model };
  const found = formatFor(sources);
  if (found.kind !== 'format') throw new Error(found.message);
  expect([found.format.name, proofFormatFor(found.format, sources).name]).toEqual([tactics, proofs]);
});
