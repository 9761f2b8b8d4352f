import { join } from 'node:path';
import { LeanClient } from '../../src/lean/client.ts';
import type { LeanPool } from '../../src/lean/pool/pool.ts';
import { PROOFDECK_DIALECT } from '../../src/lean/protocol/dialect.ts';
import { requestLine } from '../../src/lean/protocol/requests.ts';
import type { TacticProvider } from '../../src/policy/provider.ts';
import { SearchDriver } from '../../src/search/driver.ts';
import { SearchMachine } from '../../src/search/machine.ts';
import { searchSettingsSchema } from '../../src/search/settings.ts';
import { systemClock } from '../../src/search/world.ts';
import { createSession } from '../open-session.ts';
import type { Session } from '../session.ts';
import { benchLimits, LeanUnavailable, openOneWorker, stateAfter } from './lean.ts';
import { atMost, type Bench, type BenchContext, type BenchOutcome, figure, timed } from './measurement.ts';

const statement = '∀ (a b c : Nat) (xs : List Nat), a ≤ b → b < c → xs.length = a → xs.length < c';
const intro = 'intro a b c xs h₁ h₂ h₃';
const tacticsPerRound = 200;
const rounds = 9;

const median = (values: readonly number[]): number => figure('', '', values).median;

/** Different texts with the same cost: the search drops repetitions. */
const tactics = (round: number): readonly string[] =>
  Array.from({ length: tacticsPerRound }, (_, i) => `have h_${round}_${i} : a ≤ b := h₁`);

/**
 * What a search adds to a tactic. The same tactics go to a prover line by line, and through a whole search: machine, driver,
 * pool, client, protocol and session log. Both in turns, one prover working at a time.
 */
export const overheadBench: Bench = {
  name: 'overhead',
  about: `the same ${tacticsPerRound} tactics through a search with its log, and sent to a prover line by line, in turns; medians of each round and their difference`,
  async run(context): Promise<BenchOutcome> {
    const pool = await openOneWorker(context);
    const created = await createSession(join(context.folder, 'home'), { program: 'bench' });
    if (created.kind === 'storageFailed') return { kind: 'skipped', reason: created.message };
    try {
      return await measure(context, pool, created.session);
    } finally {
      await created.session.close();
      await pool.close();
    }
  },
};

async function measure({ quick }: BenchContext, pool: LeanPool, session: Session): Promise<BenchOutcome> {
  const transport = pool.freshTransport();
  const started = await transport.start();
  if (started.kind === 'startFailed') throw new LeanUnavailable(started.message);
  const client = new LeanClient(transport, PROOFDECK_DIALECT);
  const bare: number[] = [];
  const searched: number[] = [];
  // The first round of each warms up.
  for (let round = 0; round <= (quick ? 1 : rounds); round++) {
    const state = await stateAfter(client, statement, [intro]);
    const lines = tactics(round).map((tactic) =>
      requestLine('goal.tactic', {
        stateId: state,
        goalId: 0,
        tactic,
        heartbeats: benchLimits.heartbeats,
        recDepth: benchLimits.recursion,
      }),
    );
    const alone: number[] = [];
    for (const line of lines) alone.push(await timed(() => transport.ask(line, { timeoutMs: benchLimits.timeoutMs })));
    const inSearch = await searchOnce(pool, session, tactics(round), `s${round + 1}`);
    if (round === 0) continue;
    bare.push(median(alone));
    searched.push(median(inSearch));
  }
  await transport.close();
  return {
    kind: 'measured',
    figures: [
      figure('bare prover, per tactic', 'ms', bare),
      figure('search, per tactic', 'ms', searched),
      figure(
        'overhead of the search, per tactic',
        'ms',
        searched.map((ms, i) => ms - (bare[i] as number)),
        atMost(1),
      ),
    ],
  };
}

/** Milliseconds from each answer of Lean to the next one, while the tactics of one expansion are tried. */
async function searchOnce(
  pool: LeanPool,
  session: Session,
  proposed: readonly string[],
  search: string,
): Promise<readonly number[]> {
  const machine = new SearchMachine();
  const world = {
    prover: pool.problem({ expr: statement }),
    provider: fixedProvider(proposed),
    judge: () => Promise.reject(new Error('nothing is proved here')),
    clock: systemClock,
  };
  const answeredAt: number[] = [];
  const driver = new SearchDriver(machine, world, (event) => {
    session.append(search, event);
    if (event.kind === 'tactic.answered') answeredAt.push(performance.now());
  });
  driver.input({
    kind: 'search.opened',
    problem: { name: 'bench', statement, imports: ['Init'] },
    settings: searchSettingsSchema.parse({ max_nodes: 2, timeout: 0, probe_tactics: [], batch_generate_size: 1 }),
    provider: { name: 'fixed', kind: 'bench' },
    worker: { kind: 'embedded', toolchain: 'bench' },
  });
  await driver.settled();
  driver.input({ kind: 'user.step' });
  await driver.settled();
  answeredAt.length = 0;
  driver.input({ kind: 'user.step' });
  await driver.settled();
  const { applied } = driver.state.statistics.candidates;
  await driver.close();
  if (applied !== proposed.length + 1)
    throw new Error(`${applied} of ${proposed.length + 1} tactics applied in ${search}`);
  return answeredAt.slice(1).map((at, i) => at - (answeredAt[i] as number));
}

/** Proposes the one introduction at the root, and the tactics of the round below it. */
function fixedProvider(proposed: readonly string[]): TacticProvider {
  return {
    name: 'fixed',
    kind: 'bench',
    propose: async ({ states }) => ({
      kind: 'proposed',
      proposals: states.map(({ depth }) => ({
        candidates: (depth === 0 ? [intro] : proposed).map((tactic, i) => ({
          tactic,
          logProb: -0.001 * i,
          origin: 'bench',
        })),
        exhausted: true,
      })),
    }),
    close: async () => {},
  };
}
