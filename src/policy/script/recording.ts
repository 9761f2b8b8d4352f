import { appendFile } from 'node:fs/promises';
import { stateText } from '../../lean/goal.ts';
import { storageFailure } from '../../storage/failure.ts';
import type { PolicyState, Proposal, ProposeRequest, ProposeResult, TacticProvider } from '../provider.ts';
import type { ScriptLine } from './script-line.ts';
import { stateHash } from './state-name.ts';

/** Adds every answer of a provider to a file that the `script` provider plays back. */
export class Recording implements TacticProvider {
  readonly name: string;
  readonly kind: string;
  readonly #provider: TacticProvider;
  readonly #file: string;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(provider: TacticProvider, file: string) {
    this.name = provider.name;
    this.kind = provider.kind;
    this.#provider = provider;
    this.#file = file;
  }

  get identities() {
    return this.#provider.identities ?? [];
  }

  get servers() {
    return this.#provider.servers ?? [];
  }

  async propose(request: ProposeRequest): Promise<ProposeResult> {
    const result = await this.#provider.propose(request);
    if (result.kind !== 'proposed' || request.fresh === true) return result;
    const corrects = this.identities.some((one) => one.corrects === true) ? { corrects: true } : {};
    const lines = request.states.flatMap((state, i) => {
      const proposal = result.proposals[i];
      return proposal === undefined
        ? []
        : [`${JSON.stringify({ ...lineOf(state, request, proposal), ...corrects })}\n`];
    });
    const written = this.#writing.then(() => appendFile(this.#file, lines.join('')));
    this.#writing = written.catch(() => {});
    try {
      await written;
      return result;
    } catch (error) {
      // An answer that is not on record must not be used either; there may be room again later.
      const { message } = storageFailure(error, this.#file, 'record the answers of the provider');
      return { kind: 'providerFailed', message, retriable: true };
    }
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#provider.close();
  }
}

function lineOf(state: PolicyState, request: ProposeRequest, proposal: Proposal): ScriptLine {
  const { round, seed, temperature, wholeProofs } = request;
  const { candidates, dropped, exhausted } = proposal;
  return {
    hash: stateHash(state),
    state: stateText(state.goals),
    ...(state.theorem !== undefined && { theorem: state.theorem.name }),
    round,
    seed,
    temperature,
    ...(wholeProofs != null && { wholeProofs: true as const }),
    candidates: [...candidates],
    ...(dropped !== undefined && { dropped: [...dropped] }),
    exhausted,
  };
}
