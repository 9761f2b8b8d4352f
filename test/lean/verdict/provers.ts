import type { Transport } from '../../../src/lean/transport.ts';
import { Judge, type JudgeOptions } from '../../../src/lean/verdict/judge.ts';
import { openTestHost } from '../../helpers/lean.ts';

/** Building the image, where it is not there yet. */
export const START_TIMEOUT_MS = 180_000;

export interface Provers {
  readonly judge: (options?: Partial<JudgeOptions>) => Judge;
  readonly transport: () => Transport;
  readonly close: () => Promise<void>;
}

/** The real embedded Lean, for the judge. */
export async function openProvers(): Promise<Provers> {
  const host = await openTestHost();
  return {
    judge: (options) => new Judge({ open: () => host.transport(), ...options }),
    transport: () => host.transport(),
    close: () => host.close(),
  };
}
