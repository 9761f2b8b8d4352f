import * as fc from 'fast-check';
import type { InputEvent, SearchEvent } from '../../src/search/events.ts';
import { SearchMachine } from '../../src/search/machine.ts';
import type { SearchRequest } from '../../src/search/request.ts';
import { searchSettingsSchema } from '../../src/search/settings.ts';
import { acceptedVerdict } from '../fixtures/verdict.ts';

/** What a generated world decides at each turn; every number is used modulo what there is to choose from. */
export const choicesArbitrary = fc.array(fc.nat({ max: 1_000_000 }), { minLength: 120, maxLength: 400 });
export const settingsArbitrary = fc.record({
  batch_generate_size: fc.integer({ min: 1, max: 3 }),
  max_nodes: fc.integer({ min: 1, max: 60 }),
  max_depth: fc.integer({ min: 1, max: 9 }),
  accumulate: fc.constantFrom('step' as const, 'sum' as const),
  strategy: fc.constantFrom('best-first' as const, 'whole-proof' as const),
  hybrid_max_rounds: fc.integer({ min: 1, max: 30 }),
  hybrid_budget: fc.integer({ min: 1, max: 200 }),
  hybrid_follow_visited: fc.boolean(),
  probe_tactics: fc.constantFrom([], ['tactic_1 x', 'probe']),
  ebm_min_depth: fc.constantFrom(0, 0, 2),
  ebm_ramp_depth: fc.constantFrom(0, 3),
  normalise: fc.constantFrom('auto' as const, 'auto' as const, 'none' as const),
});

/** Value models of the made-up world: none, and two that disagree. */
const models = [null, { name: 'one', hash: '1' }, { name: 'two', hash: '2' }] as const;
/** @example energyOf('one', 3) // the same whenever it is asked */
const energyOf = (model: string, node: number): number => ((node * (model === 'one' ? 37 : 53)) % 23) / 4 - 2;

export interface Run {
  readonly machine: SearchMachine;
  /** Requests that nobody has answered or withdrawn. */
  readonly pending: readonly SearchRequest[];
  readonly events: readonly SearchEvent[];
}

function cancel(pending: SearchRequest[], tries: Extract<SearchRequest, { kind: 'cancelTries' }>['tries']): void {
  const given = (request: SearchRequest) =>
    tries === null ||
    (request.kind === 'tryTactic' && request.node === tries.node && tries.candidates.includes(request.candidate));
  const kept = pending.filter((request) => !given(request));
  pending.splice(0, pending.length, ...kept);
}

/**
 * A search against a made-up Lean and provider: answers come in an order, and with outcomes, that the choices decide,
 * and wishes of a person come in between. `afterEach` sees the machine after every input.
 */
export function runRandomSearch(
  settings: Partial<Parameters<typeof searchSettingsSchema.parse>[0] & object>,
  choices: readonly number[],
  afterEach: (run: Run) => void = () => {},
): Run {
  const machine = new SearchMachine();
  const events: SearchEvent[] = [];
  const pending: SearchRequest[] = [];
  const run = { machine, events, pending };
  const input = (event: InputEvent) => {
    events.push(event);
    const { derived, requests } = machine.input(event);
    events.push(...derived);
    for (const request of requests) if (request.kind === 'cancelTries') cancel(pending, request.tries);
    pending.push(...requests.filter((r) => r.kind !== 'cancelTries'));
    afterEach(run);
  };
  const store = (n: number): string => {
    const hash = `g${n}`;
    if (!machine.state.goals.has(hash)) input({ kind: 'goal.stored', hash, goal: { hypotheses: [], target: hash } });
    return hash;
  };
  const valueAtStart = models[(choices[0] ?? 0) % models.length] ?? null;
  input({
    kind: 'search.opened',
    problem: { name: 'p', statement: 'True', imports: [] },
    settings: searchSettingsSchema.parse(settings),
    provider: { name: 'made-up', kind: 'made-up' },
    worker: { kind: 'made-up', toolchain: 'none' },
    ...(valueAtStart !== null && { value: valueAtStart }),
  });
  const tactic = (n: number): string => ['have h', 'sorry'][n % 23] ?? `tactic_${n % 9} x`;
  const answer = (request: SearchRequest, choice: number) => {
    switch (request.kind) {
      case 'startRoot':
        input({ kind: 'root.started', goals: [store(0)], ms: 1 });
        break;
      case 'propose':
        for (const { node, round } of request.nodes) {
          if (choice % 17 === 0) input({ kind: 'provider.failed', node, round, message: 'no answer', ms: 1 });
          else {
            const candidates = Array.from({ length: choice % 6 }, (_, i) => ({
              tactic: tactic(choice >> i),
              ...(choice % 7 > 1 && {
                continuation: Array.from({ length: (choice >> (i % 3)) % 5 }, (_, step) =>
                  tactic((choice >> (i % 2)) >> step),
                ),
              }),
              logProb: i % 4 === 3 ? null : -((choice >> i) % 7) / 2,
              origin: 'made-up',
            }));
            input({ kind: 'candidates.proposed', node, round, candidates, exhausted: choice % 3 > 0, ms: 1 });
          }
        }
        break;
      case 'tryTactic': {
        const { node, candidate } = request;
        if (choice % 2) input({ kind: 'tactic.sent', node, candidate, worker: 0 });
        const others = machine.state.nodes[node]?.goals.slice(1) ?? [];
        const goals = () =>
          others.length > 0 && choice % 5 < 2
            ? others
            : Array.from({ length: 1 + (choice % 2) }, (_, i) => store((choice >> i) % 60));
        const outcome =
          choice % 61 === 0
            ? { kind: 'goals' as const, goals: [] }
            : choice % 3
              ? { kind: 'goals' as const, goals: goals() }
              : { kind: 'failed' as const, message: 'no' };
        input({ kind: 'tactic.answered', node, candidate, worker: 0, outcome, ms: 2 });
        break;
      }
      case 'judge':
        input({
          kind: 'verdict.given',
          node: request.node,
          ...acceptedVerdict,
          level: choice % 2 ? 'V3' : 'V1',
          accepted: choice % 2 === 1,
          ms: 3,
        });
        break;
      case 'score': {
        const { name } = machine.state.value ?? { name: '' };
        const nodes = [...request.nodes];
        if (choice % 11 === 0) input({ kind: 'value.failed', nodes, message: 'no answer', retriable: true, ms: 1 });
        else {
          const refused = nodes.filter((node) => choice % 7 === 0 && node % 3 === 0);
          const scored = nodes.filter((node) => !refused.includes(node));
          input({
            kind: 'values.scored',
            scores: scored.map((node) => ({ node, energy: energyOf(name, node) })),
            ...(refused.length > 0 && { refused: refused.map((node) => ({ node, message: 'too long' })) }),
            ms: 1,
          });
        }
        break;
      }
      case 'cancelTries':
        break;
    }
  };
  for (const choice of choices) {
    const wish = choice % 43;
    const node = choice % Math.max(1, machine.state.nodes.length);
    if (wish === 0) input({ kind: 'user.step' });
    else if (wish === 1 || machine.state.mode === 'paused' || machine.state.mode === 'ended')
      input({ kind: 'user.run' });
    else if (wish === 2) input({ kind: 'user.pause' });
    else if (wish === 3) input({ kind: 'user.expand', node });
    else if (wish === 4 || wish === 9 || wish === 10) {
      const [busy = node] = machine.state.expanding;
      input({ kind: 'user.tactic', node: choice % 3 ? busy : node, tactic: `typed_${choice % 19}` });
    } else if (wish === 5) input({ kind: 'user.breakpoint', node, on: choice % 2 === 0 });
    else if (wish === 6 && choice % 5 === 0) input({ kind: 'user.stop' });
    else if (wish === 7 && choice % 5 === 0) input({ kind: 'time.expired', runningMs: 5 });
    else if (wish === 8)
      input({
        kind: 'user.set',
        changes:
          choice % 3 === 0 ? { strategy: choice % 2 ? 'whole-proof' : 'best-first' } : { max_nodes: 1 + (choice % 20) },
      });
    else if (wish === 11 && choice % 3 === 0) {
      // A driver drops what the old model still answers.
      pending.splice(0, pending.length, ...pending.filter(({ kind }) => kind !== 'score'));
      input({ kind: 'user.value', value: models[choice % models.length] ?? null });
    } else if (wish === 12)
      input({ kind: 'user.set', changes: choice % 2 ? { beta: (choice % 7) / 4 } : { ebm_min_depth: choice % 3 } });
    else {
      const [request] = pending.splice(choice % Math.max(1, pending.length), 1);
      if (request) answer(request, choice);
    }
  }
  return run;
}
