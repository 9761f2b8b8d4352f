import { encodingBench } from './encoding.ts';
import { eventsBench } from './events.ts';
import { firstFrameBench } from './first-frame.ts';
import { headBench } from './heads.ts';
import { inspectBench } from './inspecting.ts';
import { keysBench } from './keys.ts';
import { loadBench } from './load.ts';
import type { Bench } from './measurement.ts';
import { memoryBench } from './memory.ts';
import { overheadBench } from './overhead.ts';
import { replayBench } from './replaying.ts';
import { runKeysBench } from './run-keys.ts';
import { scalingBench } from './scaling.ts';
import { tacticBench } from './tactics.ts';
import { trajectoryBench } from './trajectories.ts';
import { rescalingBench, valueBench } from './value.ts';
import { coldStartBench, warmStartBench } from './worker-start.ts';

/** All measurements, in the order in which they run. */
export const BENCHES: readonly Bench[] = [
  coldStartBench,
  warmStartBench,
  memoryBench,
  tacticBench,
  overheadBench,
  scalingBench,
  inspectBench,
  firstFrameBench,
  keysBench,
  runKeysBench,
  eventsBench,
  replayBench,
  trajectoryBench,
  loadBench,
  headBench,
  encodingBench,
  valueBench,
  rescalingBench,
];
