import { isInput } from '../../src/search/events.ts';
import { SearchMachine } from '../../src/search/machine.ts';
import { emptySearchState, reduceSearch } from '../../src/search/reduce.ts';
import { measureLogThroughput } from '../bench-log.ts';
import { makeSearchEvents } from '../bench-search.ts';
import { atMost, type Bench, figure } from './measurement.ts';

const nodes = 20_000;
const quickNodes = 500;
const rounds = 5;

/** How many events the parts that every event passes through can take. */
export const eventsBench: Bench = {
  name: 'events',
  about:
    'events of a made-up search: the step machine, the reducer, and the session log; and the processor time of logging 1,000 events a second',
  async run(context) {
    const events = makeSearchEvents(context.quick ? quickNodes : nodes);
    const inputs = events.filter(isInput);
    const machine: number[] = [];
    const reducer: number[] = [];
    for (let round = 0; round < (context.quick ? 1 : rounds); round++) {
      machine.push(
        perSecond(events.length, () => {
          const one = new SearchMachine();
          for (const event of inputs) one.input(event);
        }),
      );
      reducer.push(
        perSecond(events.length, () => {
          const state = emptySearchState();
          for (const event of events) reduceSearch(state, event);
        }),
      );
    }
    const log = await measureLogThroughput(context.folder);
    if (log.kind === 'storageFailed') return { kind: 'skipped', reason: log.message };
    // What one event costs in all, times a thousand.
    const share = (1000 / figure('', '', machine).median) * 100 + log.cpuAtThousand * 100;
    return {
      kind: 'measured',
      figures: [
        figure('step machine', 'events/s', machine),
        figure('reducer', 'events/s', reducer),
        figure('session log', 'events/s', [log.eventsPerSecond]),
        figure('event to "may be shown"', 'ms', [log.medianWriteMs, log.p99WriteMs]),
        figure('size in the log', 'bytes', [log.bytesPerEvent]),
        figure('machine and log at 1,000 events/s', '% of a core', [share], atMost(20)),
      ],
      notes: [
        `"may be shown": median ${log.medianWriteMs.toFixed(2)} ms, p99 ${log.p99WriteMs.toFixed(2)} ms of events written one by one`,
      ],
    };
  },
};

function perSecond(count: number, work: () => void): number {
  const start = performance.now();
  work();
  return count / ((performance.now() - start) / 1000);
}
