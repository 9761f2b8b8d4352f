import { inspectConstant } from '../inspect.ts';
import { openOneWorker } from './lean.ts';
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
    const pool = await openOneWorker(context);
    const first: number[] = [];
    const warm: number[] = [];
    try {
      for (let i = 0; i <= (context.quick ? 1 : repetitions); i++) {
        for (const name of names) {
          const ms = await timed(async () => {
            const report = await inspectConstant(pool, context.folder, name);
            if (report.kind !== 'found') throw new Error(`${name}: ${report.kind}`);
          });
          (i === 0 ? first : warm).push(ms);
        }
      }
    } finally {
      await pool.close();
    }
    return {
      kind: 'measured',
      figures: [figure('first question', 'ms', first), figure('warm', 'ms', warm, atMost(100, 'p95'))],
    };
  },
};
