import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { TacticProvider } from '../../src/policy/provider.ts';
import { ask, candidates, openSglangProvider, say } from './load-asking.ts';
import { compareForms } from './load-forms.ts';
import { type LoadServer, startLoadServer } from './load-server.ts';
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
/** Expansions of each search in a round. */
const steps = 6;
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

function heapAfterCollection(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let i = 0; i < 3; i += 1) collect();
  return process.memoryUsage().heapUsed;
}
