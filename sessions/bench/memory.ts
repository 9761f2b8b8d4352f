import type { LeanClient } from '../../src/lean/client.ts';
import { resources } from '../../src/lean/pool/resources.ts';
import { benchLimits, openHost, startProver, stateAfter } from './lean.ts';
import { atMost, type Bench, figure } from './measurement.ts';
import { residentBytes } from './processes.ts';

const furtherWorkers = 2;
const states = 3000;
const quickStates = 100;
/** The first worker, the further ones, and what the states need. */
const neededBytes = 3e9;

/** Resident memory of the host process. */
export const memoryBench: Bench = {
  name: 'memory',
  about:
    'resident memory of the host process after start: with one worker, for each further one, and with 3,000 live states',
  async run(context) {
    const { freeBytes } = resources();
    if (freeBytes < neededBytes)
      return {
        kind: 'skipped',
        reason: `${(freeBytes / 1e9).toFixed(1)} GB are free, ${neededBytes / 1e9} GB are needed`,
      };
    const host = await openHost(context);
    try {
      const rss = (): number | null => (host.pid === undefined ? null : residentBytes(host.pid));
      const { client } = await startProver(host);
      const first = rss();
      if (first === null) return { kind: 'skipped', reason: 'this system has no /proc' };
      const liveStates = context.quick ? quickStates : states;
      await keepStates(client, liveStates);
      const withStates = rss() ?? 0;
      const further: number[] = [];
      for (let i = 0; i < (context.quick ? 1 : furtherWorkers); i++) {
        const before = rss() ?? 0;
        await startProver(host);
        further.push(((rss() ?? 0) - before) / 1e9);
      }
      return {
        kind: 'measured',
        figures: [
          figure('first worker', 'GB', [first / 1e9], atMost(0.7)),
          figure('each further worker', 'GB', further),
          figure(`first worker with ${liveStates} live states`, 'GB', [withStates / 1e9], atMost(1.1)),
        ],
      };
    } finally {
      await host.close();
    }
  },
};

/** Makes states that differ, of a size as searches have them. */
async function keepStates(client: LeanClient, count: number): Promise<void> {
  const root = await stateAfter(
    client,
    '∀ (a b c : Nat) (xs ys : List Nat), a ≤ b → b < c → xs.length = a → (xs ++ ys).length < c + ys.length',
    ['intro a b c xs ys h₁ h₂ h₃'],
  );
  for (let i = 0; i < count; i++) {
    const reply = await client.tactic(
      root,
      `have h : a + ${i} ≤ b + ${i} := Nat.add_le_add_right h₁ ${i}`,
      benchLimits,
    );
    if (reply.kind !== 'applied') throw new Error(`state ${i} could not be made: ${reply.kind}`);
  }
}
