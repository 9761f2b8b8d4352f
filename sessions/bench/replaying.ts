import { measureReplay } from '../bench-replay.ts';
import { atMost, type Bench, figure } from './measurement.ts';

const nodes = 100_000;
const quickNodes = 2000;

/** How fast recorded searches come back. */
export const replayBench: Bench = {
  name: 'replay',
  about: 'a recorded search of 100,000 nodes: opening, replay, replay --verify, reopening, and steps back in time',
  async run(context) {
    const result = await measureReplay(context.folder, context.quick ? quickNodes : nodes);
    if (result.kind === 'storageFailed') return { kind: 'skipped', reason: result.message };
    return {
      kind: 'measured',
      figures: [
        figure('opening the session', 'ms', [result.openMs]),
        figure('replay', 'events/s', [result.replayEventsPerSecond]),
        figure('replay --verify', 'events/s', [result.verifyEventsPerSecond]),
        figure('reopening the search', 'ms', [result.reopenMs]),
        figure('first step back', 'ms', [result.firstBackMs], atMost(50)),
        figure('jump into the middle', 'ms', [result.jumpMs]),
      ],
      notes: [
        `${result.nodes} nodes, ${result.events} events`,
        `further steps back: median ${result.medianBackMs.toFixed(3)} ms, p99 ${result.p99BackMs.toFixed(3)} ms, at most ${result.maxBackMs.toFixed(1)} ms`,
      ],
    };
  },
};
