import { cleanLine } from '../../text/clean.ts';
import type { PolicyState, Proposal, ProposeRequest, ProposeResult, TacticProvider } from '../provider.ts';
import type { Script } from './script.ts';
import type { ScriptLine } from './script-line.ts';
import { stateName } from './state-name.ts';

export interface ScriptProviderOptions {
  /** Name of the profile. */
  readonly name: string;
  /** What is played back, as it was named. */
  readonly file: string;
  readonly script: Script;
  /** Takes raw responses apart. */
  readonly proposalOf: (
    completions: NonNullable<ScriptLine['completions']>,
    state: PolicyState,
    wholeProofs: boolean,
  ) => Proposal;
}

const longestState = 200;

/** Plays back what was recorded. A state that was never answered is a failure, not an empty answer. */
export class ScriptProvider implements TacticProvider {
  readonly name: string;
  readonly kind = 'script';
  readonly #options: ScriptProviderOptions;

  constructor(options: ScriptProviderOptions) {
    this.name = options.name;
    this.#options = options;
  }

  get identities() {
    const { file, script } = this.#options;
    const identity = { url: file, model: 'recording', weightVersion: null, server: 'script', prompt: null };
    return [{ ...identity, ...(script.corrects && { corrects: true as const }) }];
  }

  async propose(request: ProposeRequest): Promise<ProposeResult> {
    const proposals: Proposal[] = [];
    for (const state of request.states) {
      const proposal = this.#answer(state, request);
      if (proposal === null) return { kind: 'providerFailed', message: this.#missing(state), retriable: false };
      proposals.push(proposal);
    }
    return { kind: 'proposed', proposals };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #answer(state: PolicyState, request: ProposeRequest): Proposal | null {
    const line = this.#options.script.find(state, request);
    // Whoever was recorded did not ask again.
    if (line === null) return request.round === 0 ? null : { candidates: [], exhausted: true };
    const { completions, candidates = [], dropped, exhausted = false } = line;
    if (completions !== undefined)
      return { ...this.#options.proposalOf(completions, state, request.wholeProofs != null), exhausted };
    return { candidates, exhausted, ...(dropped !== undefined && { dropped }) };
  }

  #missing(state: PolicyState): string {
    return `${this.#options.file} has no answer for the state ${cleanLine(stateName(state), ' ⏎ ', longestState)}`;
  }
}
