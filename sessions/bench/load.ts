import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { configFrom } from '../../src/config/schema.ts';
import type { TacticProvider } from '../../src/policy/provider.ts';
import { openProvider } from '../../src/policy/registry.ts';
import { hash, type LoadServer, startLoadServer } from './load-server.ts';
import {
  atLeast,
  atMost,
  type Bench,
  type BenchContext,
  type BenchOutcome,
  type Figure,
  figure,
} from './measurement.ts';

const searches = 64;
const candidates = 8;
/** Expansions of each search in a round. */
const steps = 6;
/** Of the comparison of forms: so many searches, each with so many states at a time. */
const joinedSearches = 8;
const joinedStates = 4;
const quickSpeed = 20;

/**
 * Many searches at once ask one server for candidates, through everything that a search asks it through: prompt, client, queue, retries,
 * extraction. Each asks for its next state as soon as it has an answer, as searches do that do not wait for Lean.
 */
export const loadBench: Bench = {
  name: 'load',
  about: `${searches} searches in flight against a server with the latencies of a 7B model: rate, waiting, fairness, memory; and states one by one against several in one request`,
  async run(context): Promise<BenchOutcome> {
    const speed = context.quick ? quickSpeed : 1;
    // It bears less than the client would send, which the client has to find out.
    const server = await startLoadServer({ say, maxRunning: 160, maxWaiting: 8, speed });
    const patient = await startLoadServer({ say, speed });
    try {
      const { figures, lost } = await underLoad(context, server);
      const forms = await compareForms(context, patient);
      const { mostRunning, refused } = server.made;
      return {
        kind: 'measured',
        figures: [...figures, ...forms],
        notes: [
          `${lost === 0 ? 'no candidate was lost' : `${lost} CANDIDATES WERE LOST`}; ${refused} requests were refused with 503 and asked again; ${mostRunning} samples at once at most`,
        ],
      };
    } finally {
      await server.close();
      await patient.close();
    }
  },
};

const say = (prompt: string, sample: number): string => `exact h${hash(`${prompt}#${sample}`) % 1_000_000}`;

async function openSglangProvider(context: BenchContext, url: string, together: boolean): Promise<TacticProvider> {
  const settings = configFrom(
    new Map<string, unknown>([
      ['sglang.url', url],
      ['sglang.together', together],
      ['policy.cache_states', 0],
    ]),
  );
  const opened = await openProvider('sglang', {
    profiles: new Map([['sglang', { kind: 'sglang' }]]),
    settings,
    environment: {},
    home: context.folder,
    note: () => {},
    signal: context.signal,
    availableTactics: async () => new Set(),
  });
  if (opened.kind !== 'provider') throw new Error(opened.message);
  return opened.provider;
}

/** Asks for states of one search together; returns the candidates that are missing of the answer. */
async function ask(provider: TacticProvider, search: number, targets: readonly string[], signal: AbortSignal) {
  const result = await provider.propose({
    states: targets.map((target) => ({ goals: [{ hypotheses: [], target }], path: [], depth: 0 })),
    count: candidates,
    temperature: 1,
    round: 0,
    seed: 0,
    lane: `search ${search}`,
    signal,
  });
  if (result.kind === 'providerFailed') throw new Error(result.message);
  return targets.reduce((lost, target, i) => {
    const got = new Set(result.proposals[i]?.candidates.map(({ tactic }) => tactic));
    const wanted = Array.from({ length: candidates }, (_, sample) => say(`⊢ ${target}:::`, sample));
    return lost + wanted.filter((tactic) => !got.has(tactic)).length;
  }, 0);
}

async function underLoad(context: BenchContext, server: LoadServer): Promise<{ figures: Figure[]; lost: number }> {
  const { signal, quick } = context;
  const provider = await openSglangProvider(context, server.url, false);
  const count = quick ? 2 : steps;
  const first = await round(provider, count, 'first', signal);
  const heapBefore = heapAfterCollection();
  const second = await round(provider, count, 'second', signal);
  const heapAfter = heapAfterCollection();
  const { waiting } = provider.servers?.[0]?.statistics() ?? { waiting: null };
  await provider.close();
  const rates = [first, second].map(({ seconds }) => (searches * count) / seconds);
  const { latencies, ofSearch, order } = second;
  return {
    lost: first.lost + second.lost,
    figures: [
      figure('expansions', '1/s', rates),
      figure(
        'candidates',
        '1/s',
        rates.map((rate) => rate * candidates),
      ),
      figure('from question to candidates', 'ms', [...first.latencies, ...latencies]),
      ...(waiting === null ? [] : [figure('of that in our queue (p95)', 'ms', [waiting.p95Ms])]),
      figure('mean of each search', 'ms', ofSearch),
      figure('slowest search by the fastest', 'ratio', [Math.max(...ofSearch) / Math.min(...ofSearch)], atMost(1.5)),
      figure('steps of the last search when the first is done', '%', [progressOfLast(order, count)], atLeast(50)),
      figure(
        'memory kept for a request',
        'kB',
        [Math.max(0, heapAfter - heapBefore) / (searches * count) / 1000],
        atMost(2),
      ),
    ],
  };
}

interface Round {
  readonly latencies: readonly number[];
  /** Mean of each search, in no particular order. */
  readonly ofSearch: readonly number[];
  /** The searches in the order in which their answers came. */
  readonly order: readonly number[];
  readonly lost: number;
  readonly seconds: number;
}

/** All searches make so many steps, side by side. */
async function round(provider: TacticProvider, count: number, name: string, signal: AbortSignal): Promise<Round> {
  const latencies: number[] = [];
  const ofSearch: number[] = [];
  const order: number[] = [];
  let lost = 0;
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: searches }, async (_, search) => {
      const since = performance.now();
      for (let step = 0; step < count; step += 1) {
        const asked = performance.now();
        lost += await ask(provider, search, [`${name} ${search} step ${step}`], signal);
        latencies.push(performance.now() - asked);
        order.push(search);
      }
      ofSearch.push((performance.now() - since) / count);
    }),
  );
  return { latencies, ofSearch, order, lost, seconds: (performance.now() - begun) / 1000 };
}

/** How far the slowest search was when the first one had all its answers, in per cent. */
function progressOfLast(order: readonly number[], count: number): number {
  const done = new Array<number>(searches).fill(0);
  for (const search of order) {
    done[search] = (done[search] ?? 0) + 1;
    if (done[search] === count) break;
  }
  return (Math.min(...done) / count) * 100;
}

/** The same states asked one request each, and several in one request, in turns. */
async function compareForms(context: BenchContext, server: LoadServer): Promise<readonly Figure[]> {
  const forms = [
    { name: 'one request each', together: false, states: [] as number[], ms: [] as number[] },
    { name: `${joinedStates} in one request`, together: true, states: [] as number[], ms: [] as number[] },
  ];
  const rounds = context.quick ? 1 : 3;
  for (let round = 0; round < rounds; round += 1)
    for (const form of forms) {
      const provider = await openSglangProvider(context, server.url, form.together);
      const begun = performance.now();
      const ms = await Promise.all(
        Array.from({ length: joinedSearches }, async (_, search) => {
          const took: number[] = [];
          for (let step = 0; step < (context.quick ? 1 : 3); step += 1) {
            const asked = performance.now();
            const targets = Array.from({ length: joinedStates }, (_, i) => `form ${round} ${search} ${step} ${i}`);
            await ask(provider, search, targets, context.signal);
            took.push(performance.now() - asked);
          }
          return took;
        }),
      );
      const all = ms.flat();
      form.ms.push(...all);
      form.states.push((all.length * joinedStates * 1000) / (performance.now() - begun));
      await provider.close();
    }
  return forms.flatMap(({ name, states, ms }) => [
    figure(`states, ${name}`, '1/s', states),
    figure(`${joinedStates} states, ${name}`, 'ms', ms),
  ]);
}

function heapAfterCollection(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let i = 0; i < 3; i += 1) collect();
  return process.memoryUsage().heapUsed;
}
