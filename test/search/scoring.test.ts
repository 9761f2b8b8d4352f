import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { InputEvent, SearchEvent } from '../../src/search/events.ts';
import { SearchMachine } from '../../src/search/machine.ts';
import type { SearchRequest } from '../../src/search/request.ts';
import { measureScales } from '../../src/search/scales.ts';
import { nodeScore, scoreParts } from '../../src/search/score.ts';
import { searchSettingsSchema } from '../../src/search/settings.ts';
import { choicesArbitrary, runRandomSearch, settingsArbitrary } from './random-world.ts';

const model = { name: 'made-up', hash: 'abc' };

/** A search of a wide tree: every expansion gives `width` new nodes, whose log-probs and energies `of` decides. */
class Bench {
  readonly machine = new SearchMachine();
  readonly events: SearchEvent[] = [];
  readonly requests: SearchRequest[] = [];
  readonly #of: (node: number) => { logProb: number; energy: number };
  readonly #width: number;

  constructor(
    of: (node: number) => { logProb: number; energy: number },
    settings: Parameters<typeof searchSettingsSchema.parse>[0] & object = {},
    width = 8,
    value: Extract<InputEvent, { kind: 'search.opened' }>['value'] | null = model,
  ) {
    this.#of = of;
    this.#width = width;
    this.input({
      kind: 'search.opened',
      problem: { name: 'p', statement: 'True', imports: [] },
      settings: searchSettingsSchema.parse({ max_nodes: 1000, ...settings }),
      provider: { name: 'made-up', kind: 'made-up' },
      worker: { kind: 'made-up', toolchain: 'none' },
      ...(value && { value }),
    });
    this.input({ kind: 'goal.stored', hash: 'root', goal: { hypotheses: [], target: 'True' } });
    this.input({ kind: 'root.started', goals: ['root'], ms: 1 });
  }

  get state() {
    return this.machine.state;
  }

  input(event: InputEvent): void {
    const { derived, requests } = this.machine.input(event);
    this.events.push(event, ...derived);
    this.requests.push(...requests.filter(({ kind }) => kind !== 'cancelTries'));
  }

  /** Answers what is asked until nothing is, or `until` says stop. */
  answerAll(until: (request: SearchRequest) => boolean = () => false): void {
    for (let request = this.requests.shift(); request; request = this.requests.shift()) {
      if (until(request)) {
        this.requests.unshift(request);
        return;
      }
      this.answer(request);
    }
  }

  answer(request: SearchRequest): void {
    if (request.kind === 'score') {
      const scores = request.nodes.map((node) => ({ node, energy: this.#of(node).energy }));
      this.input({ kind: 'values.scored', scores, ms: 1 });
    } else if (request.kind === 'propose') {
      for (const { node, round } of request.nodes) {
        const first = this.state.nodes.length;
        const candidates = Array.from({ length: this.#width }, (_, i) => ({
          tactic: `t${i}`,
          logProb: this.#of(first + i).logProb,
          origin: 'made-up',
        })).toSorted((a, b) => b.logProb - a.logProb);
        this.input({ kind: 'candidates.proposed', node, round, candidates, exhausted: true, ms: 1 });
      }
    } else if (request.kind === 'tryTactic') {
      const { node, candidate } = request;
      const hash = `g${node}.${candidate}`;
      this.input({ kind: 'goal.stored', hash, goal: { hypotheses: [], target: hash } });
      const outcome = { kind: 'goals' as const, goals: [hash] };
      this.input({ kind: 'tactic.answered', node, candidate, worker: 0, outcome, ms: 1 });
    }
  }

  /** Expands so many nodes. */
  run(expansions: number): void {
    this.answerAll();
    for (let i = 0; i < expansions; i += 1) {
      this.input({ kind: 'user.step' });
      this.answerAll();
    }
  }

  open() {
    return this.state.nodes.filter(({ status }) => status === 'open');
  }
}

/** Log-probs of a model that writes long completions, energies of a head: forty to one, as the reference found. */
const fortyToOne = (node: number) => ({
  logProb: -5 - ((node * 7919) % 101) * 0.8,
  energy: 0.3 + ((node * 104_729) % 97) * 0.02,
});
const spread = (values: readonly number[]): number => {
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
  return Math.sqrt(values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / values.length);
};

describe('the balance of policy and value', () => {
  test('is even by default, however far apart their scales are', () => {
    const search = new Bench(fortyToOne);
    search.run(40);
    const parts = search.open().map((node) => scoreParts(node, node.round, search.state));
    const ratio = spread(parts.map(({ value }) => value)) / spread(parts.map(({ policy }) => policy));
    expect(ratio).toBeGreaterThan(0.7);
    expect(ratio).toBeLessThan(1.4);
  });

  test('is that of the reference with normalise = "none": the policy alone decides at alpha = beta', () => {
    const search = new Bench(fortyToOne, { normalise: 'none' });
    search.run(40);
    for (const node of search.open())
      expect(scoreParts(node, 0, search.state)).toEqual({
        policy: 0.5 * node.logProb,
        value: -0.5 * (node.energy ?? 0),
        penalties: -0,
      });
  });

  test('follows alpha, beta, temperatures and ramp', () => {
    const node = { logProb: -2, pathLogProb: -6, depth: 1, energy: 1, goals: ['a', 'b'] };
    const settings = searchSettingsSchema.parse({
      alpha: 0.25,
      beta: 1,
      llm_temperature: 4,
      ebm_temperature: 2,
      ebm_ramp_depth: 4,
      goal_count_penalty: 0.1,
    });
    const scales = { logProb: { mean: -3, std: 2 }, energy: { mean: 2, std: 0.5 } };
    const parts = scoreParts(node, 0, { settings, value: model, scales });
    expect(parts).toEqual({ policy: -0.125, value: (0.25 * 2 * 2) / 2, penalties: -0.1 });
    const raw = scoreParts(node, 0, { settings: { ...settings, normalise: 'none' }, value: model, scales });
    expect(raw.value).toBe(-0.125);
    const off = scoreParts(node, 0, { settings, value: null, scales: null });
    expect(off).toEqual({ ...parts, value: 0 });
  });

  test('lets a low energy speak for a node once, and a high one against it always', () => {
    const settings = searchSettingsSchema.parse({});
    const scales = { logProb: { mean: -3, std: 2 }, energy: { mean: 2, std: 0.5 } };
    const partOf = (energy: number, round: number, normalise: 'auto' | 'none' = 'auto'): number => {
      const node = { logProb: -2, pathLogProb: -2, depth: 1, energy, goals: ['a'] };
      return scoreParts(node, round, { settings: { ...settings, normalise }, value: model, scales }).value;
    };
    expect([partOf(1, 0), partOf(1, 1), partOf(1, 2)]).toEqual([2, 0, 0]);
    expect([partOf(3, 0), partOf(3, 1)]).toEqual([-2, -2]);
    expect([partOf(-1, 0, 'none'), partOf(-1, 1, 'none')]).toEqual([0.5, 0.5]);
  });

  test('takes the trend with depth out of summed log-probs', () => {
    const search = new Bench(
      (node) => ({ logProb: -1 - (node % 3) * 0.1, energy: node % 5 }),
      { accumulate: 'sum' },
      2,
    );
    search.run(60);
    const { logProb } = measureScales(search.state);
    expect(spread(search.state.nodes.map(({ pathLogProb }) => pathLogProb))).toBeGreaterThan(1);
    expect(logProb.std).toBeLessThan(0.5);
  });

  test('knows from training what energies to expect of the first nodes', () => {
    const encoder = { kind: 'ngram', name: 'ngram', width: 8, fingerprint: 'f' };
    const scale = { energy: { mean: 3, std: 0.5 }, logProb: { mean: -4, std: 2 } };
    const about = { encoder, head: { variant: 'state', hidden: [4] }, scale };
    const search = new Bench(() => ({ logProb: -4, energy: 3.1 }), {}, 4, { ...model, about });
    search.run(0);
    expect(search.state.scales?.energy.std).toBe(0.5);
    // Log-probs spread as this search's provider and temperature have them, not as those of the training.
    expect(search.state.scales?.logProb.std).toBe(1);
  });
});

describe('rescaling', () => {
  test('gives every open node the score that it would get from scratch', () => {
    fc.assert(
      fc.property(settingsArbitrary, choicesArbitrary, (settings, choices) => {
        runRandomSearch({ ...settings, strategy: 'best-first' }, choices, ({ machine: { state } }) => {
          if (state.scales === null || state.settings.strategy !== 'best-first') return;
          for (const node of state.nodes)
            if (node.status === 'open') expect(node.score).toBe(nodeScore(node, node.round, state));
        });
      }),
      { seed: 5, numRuns: 60 },
    );
  });

  test('happens ever more rarely, so that a large search costs no more for each node', () => {
    const search = new Bench(fortyToOne);
    search.run(300);
    const rescaled = search.events.filter(({ kind }) => kind === 'frontier.rescaled').length;
    expect(search.state.nodes.length).toBe(2401);
    expect(rescaled).toBeLessThan(34);
    const last = search.events.findLast((event) => event.kind === 'frontier.rescaled');
    expect(last).toMatchObject({ scales: search.state.scales });
  });

  test('is recorded only where there is a value model', () => {
    const search = new Bench(fortyToOne, {}, 8, null);
    search.run(20);
    expect(search.events.map(({ kind }) => kind)).not.toContain('frontier.rescaled');
    expect(search.state.statistics.value).toEqual({
      calls: 0,
      scored: 0,
      cached: 0,
      skippedByDepth: 0,
      refused: 0,
      failed: 0,
    });
  });

  test('the frontier gives the best first under the new scales', () => {
    const search = new Bench(fortyToOne);
    search.run(25);
    const best = search.open().toSorted((a, b) => (b.score ?? 0) - (a.score ?? 0) || a.id - b.id)[0];
    search.input({ kind: 'user.step' });
    expect([...search.state.expanding]).toEqual([best?.id]);
  });
});

describe('what the value model is asked', () => {
  test('one question for each expansion, the root first; nodes above ebm_min_depth are not asked about', () => {
    const search = new Bench(fortyToOne, { ebm_min_depth: 2 }, 4);
    const asked: (readonly number[])[] = [];
    search.answerAll();
    for (let i = 0; i < 6; i += 1) {
      search.input({ kind: 'user.step' });
      search.answerAll((request) => {
        if (request.kind === 'score') asked.push(request.nodes);
        return false;
      });
    }
    const shallow = search.state.nodes.filter(({ depth }) => depth < 2);
    expect(shallow.every(({ energy }) => energy === null)).toBe(true);
    expect(search.state.statistics.value.skippedByDepth).toBe(shallow.length);
    expect(asked.flat().toSorted((a, b) => a - b)).toEqual(
      search.state.nodes.filter(({ depth }) => depth >= 2).map(({ id }) => id),
    );
    expect(asked.length).toBe(search.state.statistics.value.calls);
    expect(asked.length).toBeLessThanOrEqual(6);
  });

  test('a failure pauses the search, and going on asks again; no node is passed on without its energy', () => {
    const search = new Bench(fortyToOne);
    search.run(1);
    search.input({ kind: 'user.run' });
    search.answerAll(({ kind }) => kind === 'score');
    const [request] = search.requests.splice(0);
    if (request?.kind !== 'score') throw new Error('no question to the value model');
    const nodes = [...request.nodes];
    search.input({ kind: 'value.failed', nodes, message: 'down', retriable: true, ms: 1 });
    expect(search.state).toMatchObject({ mode: 'paused', pausedBy: 'value', valueFailure: { message: 'down' } });
    expect(nodes.map((node) => search.state.nodes[node]?.status)).toEqual(nodes.map(() => 'done'));
    expect(search.machine.waiting).toBe(false);
    search.input({ kind: 'user.run' });
    expect(search.requests).toEqual([{ kind: 'score', nodes }]);
    expect(search.machine.outstanding()).toEqual([{ kind: 'score', nodes }]);
    search.answerAll(({ kind }) => kind === 'propose');
    expect(search.state.valueFailure).toBeNull();
    expect(nodes.map((node) => search.state.nodes[node]?.energy)).not.toContain(null);
  });

  test('a search that is stopped while its value model is down ends with that error', () => {
    const search = new Bench(fortyToOne);
    search.input({ kind: 'user.run' });
    search.input({ kind: 'value.failed', nodes: [0], message: 'the encoder is gone', retriable: false, ms: 1 });
    search.input({ kind: 'user.stop' });
    expect(search.state.ended).toEqual({ status: 'error', reason: 'the encoder is gone' });
  });

  test('a search that ends while energies are awaited gets them when it goes on', () => {
    const search = new Bench(fortyToOne);
    search.run(2);
    search.input({ kind: 'user.step' });
    search.answerAll(({ kind }) => kind === 'score');
    const [request] = search.requests.splice(0);
    search.input({ kind: 'time.expired', runningMs: 1 });
    expect(search.open().some(({ energy }) => energy === null)).toBe(true);
    search.input({ kind: 'user.run' });
    expect(search.requests[0]).toEqual(request);
  });
});

describe('a value model that is loaded or unloaded on the way', () => {
  test('open nodes get its energies before the next expansion, and lose their weight with it', () => {
    const search = new Bench(fortyToOne, {}, 4, null);
    search.run(5);
    expect(search.state.value).toBeNull();
    const before = search.open().map(({ score }) => score);
    search.input({ kind: 'user.value', value: model });
    expect(search.requests).toEqual([{ kind: 'score', nodes: search.open().map(({ id }) => id) }]);
    search.input({ kind: 'user.step' });
    expect(search.state.expanding.size).toBe(0);
    search.answerAll(({ kind }) => kind === 'propose');
    expect(search.open().map(({ energy }) => energy)).not.toContain(null);
    search.run(2);
    search.input({ kind: 'user.value', value: null });
    expect(search.state).toMatchObject({ value: null, scales: null });
    for (const node of search.open()) expect(node.score).toBe(0.5 * node.logProb);
    expect(before.length).toBeGreaterThan(0);
  });

  test('energies of another model are forgotten, those of one that comes back are not', () => {
    const search = new Bench(fortyToOne, {}, 4);
    search.run(3);
    search.input({ kind: 'user.value', value: null });
    search.input({ kind: 'user.value', value: model });
    expect(search.requests).toEqual([]);
    expect(search.state.scales).not.toBeNull();
    search.input({ kind: 'user.value', value: { name: 'other', hash: 'def' } });
    expect(search.state.nodes.every(({ energy }) => energy === null)).toBe(true);
    expect(search.requests).toHaveLength(1);
  });
});
