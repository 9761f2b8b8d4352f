import type { TacticProvider } from '../../src/policy/provider.ts';
import type { Problem } from '../../src/search/events.ts';
import type { SearchSettings } from '../../src/search/settings.ts';
import { type SearchWorld, systemClock } from '../../src/search/world.ts';
import { type ValueModel, valueRecord } from '../../src/value/score/value-model.ts';
import type { Engine } from '../engine.ts';
import { providerRecord } from '../provider-record.ts';
import type { Session } from '../session.ts';
import { LiveSearch } from './live-search.ts';

export interface SearchWish {
  readonly problem: Problem;
  readonly settings: SearchSettings;
  /** The node of another search that it branches from, and the tactics that lead there. */
  readonly fork?: { readonly search: string; readonly node: number; readonly prefix: string[] };
}

/** Begins a search in a session; `onChange` is called after each of its events. */
export function beginSearch(
  session: Session,
  engine: Engine,
  provider: TacticProvider,
  value: ValueModel | null,
  { problem, settings, fork }: SearchWish,
  onChange: () => void,
): LiveSearch {
  engine.warmJudge();
  const opening = {
    kind: 'search.opened',
    problem,
    settings,
    provider: providerRecord(provider),
    worker: { kind: engine.pool.kind, toolchain: engine.toolchain },
    ...(value && { value: valueRecord(value) }),
    ...(fork && { fork }),
  } as const;
  return LiveSearch.begin(session, opening, worldOf(engine, provider, value, problem), onChange);
}

/** What a search on this problem needs from outside. */
export function worldOf(
  engine: Engine,
  provider: TacticProvider,
  value: ValueModel | null,
  problem: Problem,
): SearchWorld {
  return {
    prover: engine.problem(problem),
    provider,
    value,
    judge: (proof) => engine.judge(problem, proof),
    clock: systemClock,
  };
}
