// Searches a whole corpus with the built-in provider and prints n of N per source.
//   node bin/with-node.cjs scripts/panel.ts [--timeout 20] [--concurrency 2] [--only names.txt] [--set key=value]… [--out results.jsonl]
import { appendFileSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import pLimit from 'p-limit';
import { openEngine } from '../sessions/engine.ts';
import { readProviderProfiles } from '../src/config/models.ts';
import { resolveConfig } from '../src/config/resolve.ts';
import { readCorpus } from '../src/corpus/panels.ts';
import type { Theorem } from '../src/corpus/theorem-list.ts';
import { SearchDriver } from '../src/search/driver.ts';
import { SearchMachine } from '../src/search/machine.ts';
import { systemClock } from '../src/search/world.ts';
import { cacheRoot, homeRoot } from '../src/storage/paths.ts';

const { values: options } = parseArgs({
  options: {
    corpus: { type: 'string', default: 'core_panel' },
    timeout: { type: 'string', default: '20' },
    workers: { type: 'string', default: '2' },
    concurrency: { type: 'string', default: '2' },
    only: { type: 'string' },
    out: { type: 'string' },
    set: { type: 'string', multiple: true, default: [] },
  },
});

const resolved = await resolveConfig({
  command: 'search',
  home: homeRoot(undefined),
  environment: process.env,
  set: [...options.set, `search.timeout=${options.timeout}`, 'search.max_nodes=100000'],
});
if (resolved.kind === 'badConfig') throw new Error(resolved.message);
const { search: settings, policy, lean } = resolved.config;
const corpus = await readCorpus(options.corpus);
if (corpus.kind === 'unreadable') throw new Error(corpus.message);
const only =
  options.only &&
  new Set(
    readFileSync(options.only, 'utf8')
      .split('\n')
      .map((line) => line.trim()),
  );
const theorems = corpus.theorems.filter(({ name }) => !only || only.has(name));

const profiles = await readProviderProfiles(homeRoot(undefined), process.env);
if (profiles.kind === 'badProfiles') throw new Error(profiles.message);

const engine = await openEngine({
  lean: lean.kind,
  imports: lean.imports,
  profiles: profiles.profiles,
  workers: Number(options.workers),
  limits: { recycleBytes: lean.recycle_memory_mb * 1e6 },
  cacheRoot: cacheRoot(),
});
if (engine.kind === 'startFailed') throw new Error(engine.message);
engine.warmJudge();
const opened = await engine.openProvider(policy.provider);
if (opened.kind === 'unknownProvider') throw new Error(opened.message);
const { provider } = opened;

interface Result {
  readonly name: string;
  readonly source: string;
  readonly status: string;
  readonly level: string | null;
  readonly seconds: number;
  readonly expansions: number;
  readonly proof: readonly string[] | null;
  readonly refused: string | null;
}

async function searchOne({ name, statement, source = 'none' }: Theorem): Promise<Result> {
  const problem = { name, statement, imports: [...lean.imports] };
  const prover = engine.kind === 'engine' ? engine.problem(problem) : undefined;
  if (!prover || engine.kind !== 'engine') throw new Error('no engine');
  const judge = (proof: readonly string[]) => engine.judge(problem, proof);
  const driver = new SearchDriver(new SearchMachine(), { prover, provider, judge, clock: systemClock }, () => {});
  driver.input({
    kind: 'search.opened',
    problem,
    settings,
    provider: { name: provider.name, kind: provider.kind },
    worker: { kind: engine.pool.kind, toolchain: engine.toolchain },
  });
  driver.input({ kind: 'user.run' });
  const { ended, verdict, proof, statistics } = await driver.settled();
  const seconds = Math.round(driver.runningMs / 100) / 10;
  await driver.close();
  return {
    name,
    source,
    status: ended?.status ?? 'paused',
    level: verdict?.accepted ? verdict.level : null,
    seconds,
    expansions: statistics.expansions,
    proof: proof?.tactics ?? null,
    refused: verdict && !verdict.accepted ? (verdict.reason ?? null) : null,
  };
}

const limit = pLimit(Number(options.concurrency));
const results = await Promise.all(
  theorems.map((theorem) =>
    limit(async () => {
      const result = await searchOne(theorem);
      if (options.out) appendFileSync(options.out, `${JSON.stringify(result)}\n`);
      process.stderr.write(
        `${result.status === 'proved' ? '+' : '.'} ${result.seconds.toFixed(1).padStart(5)} s  ${result.name}\n`,
      );
      return result;
    }),
  ),
);
await engine.close();

const proved = (list: readonly Result[]): number => list.filter(({ status }) => status === 'proved').length;
for (const [source, list] of Map.groupBy(results, (result) => result.source)) {
  console.log(`${source.padEnd(22)} ${String(proved(list)).padStart(4)} of ${list.length}`);
}
const levels = [...new Set(results.flatMap(({ level }) => level ?? []))].join(', ');
console.log(`${'all'.padEnd(22)} ${String(proved(results)).padStart(4)} of ${results.length}`);
console.log(
  `${options.timeout} s a theorem, ${options.workers} workers, ${options.concurrency} theorems at a time, level ${levels}, ${engine.toolchain}, ${provider.name}`,
);
