import type {
  Candidate,
  DroppedCompletion,
  Proposal,
  ProposeRequest,
  ProposeResult,
  ProviderFailed,
  TacticProvider,
} from '../provider.ts';
import { Absence } from './absence.ts';
import { shares } from './shares.ts';

export interface Member {
  readonly provider: TacticProvider;
  /** Its part of the candidates, in proportion to the other members' quotas. */
  readonly quota: number;
}

type Answer = { readonly member: Member; readonly result: ProposeResult };
/**
 * Several providers side by side: each is asked for its share, all at once, and each candidate carries its member's name. A
 * member that fails is said among what was dropped; the expansion fails only when all of them do. One whose server is away is not
 * waited for while another one answers.
 */
export class Mixture implements TacticProvider {
  readonly name: string;
  readonly kind = 'mixture';
  readonly #members: readonly Member[];
  readonly #absences: readonly Absence[];
  readonly #end = new AbortController();

  constructor(name: string, members: readonly Member[]) {
    this.name = name;
    this.#members = members;
    this.#absences = members.map(({ provider }) => new Absence(provider));
  }

  get identities() {
    return this.#members.flatMap(({ provider }) => provider.identities ?? []);
  }

  get servers() {
    return this.#members.flatMap(({ provider }) => provider.servers ?? []);
  }

  async propose(request: ProposeRequest): Promise<ProposeResult> {
    const counts = shares(
      request.count,
      this.#members.map(({ quota }) => quota),
    );
    const isAnyoneThere = this.#absences.some(({ failure }) => failure === null);
    const answers = await Promise.all(
      this.#members.map(async (member, i): Promise<Answer> => {
        const absence = this.#absences[i] as Absence;
        if (absence.failure !== null && isAnyoneThere) {
          absence.look(request.seed, this.#end.signal);
          return { member, result: absence.failure };
        }
        const result = await member.provider.propose({ ...request, count: counts[i] as number }).catch(brokenDown);
        absence.note(result, request);
        return { member, result };
      }),
    );
    const failures = answers.flatMap(({ member, result }) =>
      result.kind === 'providerFailed' ? [{ name: member.provider.name, failure: result }] : [],
    );
    if (failures.length === answers.length) return allFailed(failures);
    const said = failures.map(
      ({ name, failure }): DroppedCompletion => ({ raw: '', reason: `it failed: ${failure.message}`, origin: name }),
    );
    return { kind: 'proposed', proposals: request.states.map((_, i) => merged(answers, i, said)) };
  }

  async close(): Promise<void> {
    this.#end.abort();
    await Promise.all(this.#members.map(({ provider }) => provider.close()));
  }
}

function merged(answers: readonly Answer[], state: number, failures: readonly DroppedCompletion[]): Proposal {
  const proposals = answers.flatMap(({ result }) =>
    result.kind === 'proposed' ? [result.proposals[state] ?? { candidates: [], exhausted: true }] : [],
  );
  const dropped = [...proposals.flatMap((proposal) => proposal.dropped ?? []), ...failures];
  return {
    candidates: byTurns(proposals.map(({ candidates }) => candidates)),
    // A member that failed has something to say when it is asked again.
    exhausted: failures.length === 0 && proposals.every(({ exhausted }) => exhausted),
    ...(dropped.length > 0 && { dropped }),
    ...(proposals.every(({ cached }) => cached === true) && { cached: true }),
  };
}

/** The first of each list, then the second of each: log-probs of different models say little about each other. */
function byTurns(lists: readonly (readonly Candidate[])[]): readonly Candidate[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, i) => lists.flatMap((list) => list[i] ?? [])).flat();
}

const brokenDown = (error: unknown): ProviderFailed => ({
  kind: 'providerFailed',
  message: `it broke down: ${error instanceof Error ? error.message : String(error)}`,
  retriable: false,
});

function allFailed(failures: readonly { readonly name: string; readonly failure: ProviderFailed }[]): ProviderFailed {
  const mayRecover = failures.filter(({ failure }) => failure.retriable);
  return {
    kind: 'providerFailed',
    message: failures.map(({ name, failure }) => `${name}: ${failure.message}`).join('; '),
    retriable: mayRecover.length > 0,
    ...(mayRecover.length > 0 && mayRecover.every(({ failure }) => failure.wrongAnswer) && { wrongAnswer: true }),
  };
}
