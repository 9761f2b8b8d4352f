import { expect, test } from 'vitest';
import { selectCandidates } from '../../../sessions/select/candidates.ts';
import { proofLines, proofsAtNode } from '../../../sessions/select/proofs.ts';
import { candidateAdvice, selectStatistics } from '../../../sessions/select/statistics.ts';
import { MadeUpSearch } from '../../search/whole-proof/made-up-lean.ts';

/** Four proofs: one that is over too early, two that fail alike, one that has a forbidden word. */
function searched(): MadeUpSearch {
  const proofs = ['root>a b; a>', 'root>a b; no>c; b>', 'root>a b; no>c', 'root>x; sorry'];
  return new MadeUpSearch({ sample: (node) => (node === 0 ? proofs : []), settings: { hybrid_max_rounds: 2 } }).run();
}

const query = { filter: '', order: 'rank', reverse: false } as const;

test('each candidate tells its proof and step, and where proofs were cut', () => {
  const { state } = searched();
  const [root, shared] = state.nodes;
  if (root === undefined || shared === undefined) throw new Error('the tree is too small');
  expect(selectCandidates(state, 0, query).map(({ proof, word }) => [proof, word])).toEqual([
    ['0.1', 'applied'],
    ['1.1', 'same text'],
    ['2.1', 'same text'],
    ['3.1', 'forbidden'],
  ]);
  const [closing, failing] = selectCandidates(state, 1, query);
  expect(closing?.said).toMatch(/^proof 0 cut: it is over, and 1 goal is left; 1 goal: ⊢ b$/);
  expect(failing).toMatchObject({ proof: '1.2', word: 'failed', said: 'no>c failed' });
  expect(proofLines(state, shared, failing?.index ?? 0)).toEqual([
    'proof 1, step 2 of 3, sampled at node 0 in round 1; proof 2 goes this way too',
    'proofs 1, 2 end here: Lean did not take its next tactic',
  ]);
  expect(proofLines(state, root, 3)).toEqual([
    'proof 3, step 1 of 2, sampled at node 0 in round 1',
    'proof 3 ends here: it holds sorry, which proves nothing',
  ]);
});

test('a node tells how many proofs came, how many got on, and why the others did not', () => {
  const { state } = searched();
  expect(proofsAtNode(state, state.nodes[1] as never)).toEqual([
    '3 whole proofs came here, 1 got on',
    'proof 0 at #0 a>: it is over, and 1 goal is left',
    'proofs 1, 2 at #1 no>c: Lean did not take its next tactic',
  ]);
});

test('the figures have rounds and proofs against their limits, and each reason', () => {
  const { state } = searched();
  const { search, proofs } = selectStatistics(state, 0);
  expect(search.slice(0, 2)).toEqual([
    { name: 'rounds', text: '2/2', tone: 'warn' },
    { name: 'proofs', text: '4/256', tone: 'plain' },
  ]);
  expect(proofs.map(({ name, text }) => `${name} ${text}`)).toEqual([
    'shared steps 3',
    'failed 2',
    'unfinished 1',
    'with sorry 1',
  ]);
});

test('a provider that another strategy suits better is told so', () => {
  const advice = (kind: string, strategy: 'best-first' | 'whole-proof', writes = false): string | null => {
    const { state } = searched();
    const identity = { url: 'u', model: 'm', weightVersion: null, server: 's', prompt: null };
    const identities = [{ ...identity, ...(writes && { writes: 'wholeProofs' as const }) }];
    return candidateAdvice({
      ...state,
      provider: { name: 'mine', kind, identities },
      settings: { ...state.settings, strategy },
    });
  };
  expect(advice('sglang', 'best-first', true)).toContain('--strategy whole-proof');
  expect(advice('sglang', 'whole-proof', true)).toBeNull();
  expect(advice('heuristic', 'whole-proof')).toContain('--strategy best-first');
  expect(advice('sglang', 'best-first')).toBeNull();
});
