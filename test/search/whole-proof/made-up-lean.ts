import type { Candidate, ProviderIdentity } from '../../../src/policy/provider.ts';
import type { InputEvent, SearchEvent } from '../../../src/search/events.ts';
import { type ProposeQuestion, proposeQuestions } from '../../../src/search/exchange.ts';
import { SearchMachine } from '../../../src/search/machine.ts';
import type { SearchRequest } from '../../../src/search/request.ts';
import { searchSettingsSchema } from '../../../src/search/settings.ts';
import { acceptedVerdict } from '../../fixtures/verdict.ts';

/** A proof of a made-up language, tactics with `;` between them, and its log-prob. */
export type Sampled = string | { readonly text: string; readonly logProb?: number | null; readonly raw?: string };

export interface WorldOptions {
  /** What the provider says for a node in a round. */
  readonly sample: (node: number, round: number) => readonly Sampled[];
  /** What a tactic makes of targets; null where it fails. @default a tactic `a>b c` turns the first target `a` into `b` and `c`, and `a>` closes it */
  readonly lean?: (targets: readonly string[], tactic: string) => readonly string[] | null;
  readonly settings?: Parameters<typeof searchSettingsSchema.parse>[0] & object;
  /** Whether the provider has nothing for further rounds. @default true */
  readonly exhausted?: boolean;
  readonly identity?: Partial<ProviderIdentity>;
}

/** `a>b c`, or `have a>b c`, on the target `a`. */
const rewriting = ([first, ...others]: readonly string[], tactic: string): readonly string[] | null => {
  const [, from, to = ''] = /(\S+)>(.*)$/.exec(tactic) ?? [];
  return from !== first ? null : [...to.split(' ').filter((one) => one !== ''), ...others];
};

/** A whole-proof search against a made-up Lean, that answers in the order of the questions. */
export class MadeUpSearch {
  readonly machine = new SearchMachine();
  readonly events: SearchEvent[] = [];
  /** Every step that Lean was asked about: node and tactic. */
  readonly asked: string[] = [];
  readonly questions: ProposeQuestion[] = [];
  readonly #requests: SearchRequest[] = [];
  readonly #options: WorldOptions;

  constructor(options: WorldOptions) {
    this.#options = options;
    const identity = { url: 'made-up', model: 'made-up', weightVersion: null, server: 'made-up', prompt: null };
    this.input({
      kind: 'search.opened',
      problem: { name: 'p', statement: 'root', imports: [] },
      settings: searchSettingsSchema.parse({ strategy: 'whole-proof', ...options.settings }),
      provider: { name: 'made-up', kind: 'made-up', identities: [{ ...identity, ...options.identity }] },
      worker: { kind: 'made-up', toolchain: 'none' },
    });
  }

  get state() {
    return this.machine.state;
  }

  input(event: InputEvent): void {
    const { derived, requests } = this.machine.input(event);
    this.events.push(event, ...derived);
    // The search gives up everything or nothing under this strategy.
    if (requests.some(({ kind }) => kind === 'cancelTries')) this.#requests.length = 0;
    this.#requests.push(...requests.filter(({ kind }) => kind !== 'cancelTries'));
  }

  /** Answers until the search rests, or `until` says stop. */
  run(until: () => boolean = () => false): this {
    this.answerAll(until);
    if (!until()) this.input({ kind: 'user.run' });
    this.answerAll(until);
    return this;
  }

  answerAll(until: () => boolean): void {
    for (let request = this.#requests.shift(); request; request = until() ? undefined : this.#requests.shift())
      this.#answer(request);
  }

  /** Targets of a node's goals. */
  targets(node: number): readonly string[] {
    return (this.state.nodes[node]?.goals ?? []).map((hash) => this.state.goals.get(hash)?.target ?? '');
  }

  /** Rounds that are over. */
  get rounds(): number {
    return this.events.filter(({ kind }) => kind === 'expansion.ended').length;
  }

  /** Nodes that were sampled, each with its round. */
  get sampled(): readonly string[] {
    return this.questions.flatMap(({ nodes }) => nodes.map(({ node, round }) => `${node}.${round}`));
  }

  /** How each proof ended: kind, and how far it came. */
  get ends(): readonly string[] {
    return this.state.proofs.map(({ end, steps }) => `${end?.kind} after ${steps}`);
  }

  #answer(request: SearchRequest): void {
    switch (request.kind) {
      case 'startRoot':
        this.input({ kind: 'root.started', goals: this.#store(['root']), ms: 1 });
        break;
      case 'propose':
        for (const question of proposeQuestions(this.state, request.nodes)) {
          this.questions.push(question);
          for (const { node, round } of question.nodes) this.#propose(node, round);
        }
        break;
      case 'tryTactic': {
        const { node, candidate, tactic } = request;
        this.asked.push(`${node} ${tactic}`);
        const goals = (this.#options.lean ?? rewriting)(this.targets(node), tactic);
        const outcome =
          goals === null
            ? { kind: 'failed' as const, message: `${tactic} failed` }
            : { kind: 'goals' as const, goals: this.#store(goals) };
        this.input({ kind: 'tactic.answered', node, candidate, worker: 0, outcome, ms: 1 });
        break;
      }
      case 'judge':
        this.input({ kind: 'verdict.given', ...acceptedVerdict, node: request.node, ms: 1 });
        break;
      case 'score':
      case 'cancelTries':
        break;
    }
  }

  #propose(node: number, round: number): void {
    const candidates = this.#options.sample(node, round).map((one, i): Candidate => {
      const { text, logProb = -1 - i, raw } = typeof one === 'string' ? { text: one } : { ...one };
      const [tactic = '', ...continuation] = text.split(';').map((part) => part.trim());
      return { tactic, continuation, logProb, origin: 'made-up', ...(raw !== undefined && { raw }) };
    });
    const exhausted = this.#options.exhausted ?? true;
    this.input({ kind: 'candidates.proposed', node, round, candidates, exhausted, ms: 1 });
  }

  #store(targets: readonly string[]): string[] {
    for (const target of targets)
      if (!this.state.goals.has(target))
        this.input({ kind: 'goal.stored', hash: target, goal: { hypotheses: [], target } });
    return [...targets];
  }
}
