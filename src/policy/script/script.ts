import type { PolicyState, ProposeRequest } from '../provider.ts';
import type { ScriptLine } from './script-line.ts';
import { plain, stateHash, stateName } from './state-name.ts';

/** What a recording holds, by state. */
export class Script {
  readonly #byHash = new Map<string, ScriptLine[]>();
  readonly #byText = new Map<string, ScriptLine[]>();
  #lines = 0;
  #corrects = false;

  /** Whether any of the answers is of a model that corrects itself. */
  get corrects(): boolean {
    return this.#corrects;
  }

  get length(): number {
    return this.#lines;
  }

  add(line: ScriptLine): void {
    this.#lines += 1;
    this.#corrects ||= line.corrects === true;
    if (line.hash !== undefined) push(this.#byHash, line.hash, line);
    else push(this.#byText, plain(line.state ?? ''), line);
  }

  /** What was answered for a state in a round; of several answers the one that was given in the most similar question. */
  find(
    state: PolicyState,
    question: Pick<ProposeRequest, 'round' | 'seed' | 'temperature' | 'wholeProofs'>,
  ): ScriptLine | null {
    const named = this.#byHash.get(stateHash(state)) ?? this.#byText.get(stateName(state)) ?? [];
    const fitting = named.filter(({ round }) => round === question.round);
    const alike = (line: ScriptLine): number =>
      ((line.wholeProofs === true) === (question.wholeProofs != null) ? 8 : 0) +
      (line.theorem === state.theorem?.name ? 4 : 0) +
      (line.seed === question.seed ? 2 : 0) +
      (line.temperature === question.temperature ? 1 : 0);
    return fitting.toSorted((a, b) => alike(b) - alike(a))[0] ?? null;
  }
}

function push(map: Map<string, ScriptLine[]>, key: string, line: ScriptLine): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [line]);
  else known.push(line);
}
