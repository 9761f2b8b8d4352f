import { openPool } from '../../src/lean/open-pool.ts';
import { inspectConstant } from '../inspect.ts';
import { LeanUnavailable } from './lean.ts';
import { atMost, type Bench, figure, timed } from './measurement.ts';

const names = [
  'Nat.add_comm',
  'List.append_assoc',
  'List.map',
  'Array.foldl',
  'Nat.le_antisymm',
  'Or.inl',
  'Nat.rec',
  'propext',
  'Int.emod_emod_of_dvd',
  'Option.map',
];
const repetitions = 10;

/** How long `inspect` takes once a worker is ready. */
export const inspectBench: Bench = {
  name: 'inspect',
  about: `inspect of ${names.length} constants on a ready worker, an empty home; the first question to each is counted apart`,
  async run(context) {
    const opened = await openPool({
      imports: ['Init'],
      cacheRoot: context.cacheRoot,
      workers: 1,
      signal: context.signal,
    });
    if (opened.kind === 'startFailed') throw new LeanUnavailable(opened.message);
    const first: number[] = [];
    const warm: number[] = [];
    try {
      for (let i = 0; i <= (context.quick ? 1 : repetitions); i++) {
        for (const name of names) {
          const ms = await timed(async () => {
            const report = await inspectConstant(opened.pool, context.folder, name);
            if (report.kind !== 'found') throw new Error(`${name}: ${report.kind}`);
          });
          (i === 0 ? first : warm).push(ms);
        }
      }
    } finally {
      await opened.pool.close();
    }
    return {
      kind: 'measured',
      figures: [figure('first question', 'ms', first), figure('warm', 'ms', warm, atMost(100, 'p95'))],
    };
  },
};
