import type { InputEvent, SearchEvent } from '../src/search/events.ts';
import { SearchMachine } from '../src/search/machine.ts';
import type { SearchRequest } from '../src/search/request.ts';
import { searchSettingsSchema } from '../src/search/settings.ts';

const candidatesPerNode = 8;
const applyingCandidates = 4;
const hypotheses = ['a b c n : Nat', 'h₁ : a ≤ b', 'h₂ : b < c + n', 'ih : ∀ m, m < n → a + m ≤ b + m'];

export interface MadeSearchOptions {
  /** With a made-up value model. @default false */
  readonly value?: boolean;
  /** Called after each input with the milliseconds that the machine took over it. */
  readonly onInput?: (kind: InputEvent['kind'], ms: number) => void;
}

/**
 * The events of a made-up search with so many nodes: 8 candidates a node, half of them applying, goals of usual length.
 * The same for the same number, so that measurements can be compared.
 */
export function makeSearchEvents(
  nodes: number,
  { value = false, onInput = () => {} }: MadeSearchOptions = {},
): readonly SearchEvent[] {
  const machine = new SearchMachine();
  const events: SearchEvent[] = [];
  const waiting: SearchRequest[] = [];
  const input = (event: InputEvent): void => {
    const begun = performance.now();
    const { derived, requests } = machine.input(event);
    onInput(event.kind, performance.now() - begun);
    events.push(event, ...derived);
    for (const request of requests)
      if (request.kind === 'propose' || request.kind === 'tryTactic' || request.kind === 'score') waiting.push(request);
  };
  const storeGoal = (number: number): string => {
    const hash = `${number.toString(16).padStart(8, '0')}9f86d081`;
    const target = `a + ${number} ≤ b + ${number} ∧ c * ${number} < (c + n) * ${number + 1}`;
    const goal = {
      hypotheses: hypotheses.map((h) => ({ name: h.split(' : ')[0] ?? h, type: h.split(' : ')[1] ?? h })),
      target,
    };
    input({ kind: 'goal.stored', hash, goal });
    return hash;
  };
  input({
    kind: 'search.opened',
    problem: { name: 'bench', statement: '∀ a b c n : Nat, a ≤ b → a + n ≤ b + n', imports: ['Init'] },
    settings: searchSettingsSchema.parse({ max_nodes: nodes, timeout: 0, max_depth: 1_000_000 }),
    provider: { name: 'bench', kind: 'bench' },
    worker: { kind: 'bench', toolchain: 'none' },
    ...(value && { value: { name: 'bench', hash: 'bench' } }),
  });
  input({ kind: 'root.started', goals: [storeGoal(0)], ms: 1 });
  input({ kind: 'user.run' });
  for (let at = 0; at < waiting.length && machine.state.nodes.length < nodes; at += 1) {
    const request = waiting[at] as SearchRequest;
    if (request.kind === 'propose') for (const { node, round } of request.nodes) input(proposal(node, round));
    else if (request.kind === 'score') {
      const scores = request.nodes.map((node) => ({ node, energy: ((node * 7919) % 997) / 500 }));
      input({ kind: 'values.scored', scores, ms: 1.5 });
    } else if (request.kind === 'tryTactic') {
      const { node, candidate } = request;
      input({ kind: 'tactic.sent', node, candidate, worker: candidate % 2 });
      const outcome: Extract<InputEvent, { kind: 'tactic.answered' }>['outcome'] =
        candidate < applyingCandidates
          ? { kind: 'goals', goals: [storeGoal(machine.state.goals.size)] }
          : {
              kind: 'failed',
              message: 'omega could not prove the goal:\na possible counterexample may satisfy the constraints',
            };
      input({ kind: 'tactic.answered', node, candidate, worker: candidate % 2, outcome, heartbeats: 1200, ms: 4.2 });
    }
  }
  return events;
}

function proposal(node: number, round: number): InputEvent {
  const candidates = Array.from({ length: candidatesPerNode }, (_, i) => ({
    tactic: `exact Nat.le_of_lt_succ (step_${node}_${i} h₁ h₂)`,
    logProb: -0.5 - ((node * 7 + i * 3) % 40) / 10,
    origin: 'bench:rule',
    reason: 'the hypothesis ends in the target',
  }));
  return { kind: 'candidates.proposed', node, round, candidates, exhausted: true, ms: 0.4 };
}
