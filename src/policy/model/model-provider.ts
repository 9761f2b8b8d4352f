import { LRUCache } from 'lru-cache';
import type { GenerateRequest, GenerateResult, GenerationClient } from '../../inference/generation.ts';

import { isWrongAnswer } from '../../inference/http/failures.ts';
import type { ServerFailed } from '../../inference/server-failure.ts';
import type { ServerIdentity } from '../../inference/server-identity.ts';
import type {
  PolicyState,
  Proposal,
  ProposeRequest,
  ProposeResult,
  ProviderFailed,
  ProviderIdentity,
  ProviderServer,
  TacticProvider,
  TokenScore,
} from '../provider.ts';
import type { Asking } from './asking.ts';
import { keyOf, ProposalCache, type Question } from './cache.ts';
import { describeOmission } from './omission.ts';
import { proposalOf } from './proposal.ts';
import { serverSeed } from './seed.ts';
import { shorterLength } from './shorten.ts';
import { type AnsweredSamples, streamProofs } from './stream-proofs.ts';

export interface ModelSampling {
  readonly topP: number;
  readonly topK?: number;
  readonly minP?: number;
}

export interface ModelProviderOptions {
  /** Name of the profile. */
  readonly name: string;
  readonly kind: string;
  readonly client: GenerationClient;
  readonly identity: ServerIdentity;
  readonly asking: Asking;
  /** How it is asked where whole proofs are wanted. */
  readonly proofs: Asking;
  readonly sampling: ModelSampling;
  readonly score: TokenScore['rule'];
  /** Answers kept. */
  readonly cacheStates: number;
}

/** Answers of more tokens than these are streamed, so that one that goes nowhere can be stopped. */
const longAnswer = 512;
/** How often a prompt that does not fit is shortened and sent again. */
const mostShortenings = 4;

/** Tactics from a model on a server: one request for each state, all states of an expansion in flight together. */
export class ModelProvider implements TacticProvider {
  readonly name: string;
  readonly kind: string;
  readonly servers: readonly ProviderServer[];
  readonly #options: ModelProviderOptions;
  readonly #cache: ProposalCache;
  /** Streamed samples of questions that are not answered in full, so that asking again costs only the others. */
  readonly #answered = new LRUCache<string, AnsweredSamples>({ max: 256 });
  #model: string;
  #weightVersion: string | null;

  constructor(options: ModelProviderOptions) {
    const { name, kind, identity, cacheStates, client } = options;
    this.servers = [
      {
        profile: name,
        url: client.url,
        statistics: () => client.statistics(),
        watch: (listener) => client.watch(listener),
      },
    ];
    this.name = name;
    this.kind = kind;
    this.#options = options;
    this.#cache = new ProposalCache(cacheStates);
    this.#model = identity.model;
    this.#weightVersion = identity.weightVersion;
  }

  get identities(): readonly ProviderIdentity[] {
    const { client, identity, asking, proofs } = this.#options;
    const server = identity.version === null ? identity.server : `${identity.server} ${identity.version}`;
    const prompt = asking.format;
    return [
      {
        url: client.url,
        model: this.#model,
        weightVersion: this.#weightVersion,
        server,
        prompt,
        ...(proofs.format !== prompt && { proofPrompt: proofs.format }),
        ...(asking.writesProofs && { writes: 'wholeProofs' as const }),
        ...(proofs.corrects && { corrects: true as const }),
      },
    ];
  }

  async propose(request: ProposeRequest): Promise<ProposeResult> {
    const answers = await Promise.all(request.states.map((state) => this.#ask(state, request)));
    // What was answered is kept, so that asking again costs only the states that failed.
    const failure = answers.find((answer) => 'kind' in answer);
    if (failure !== undefined) return failure;
    return { kind: 'proposed', proposals: answers as readonly Proposal[] };
  }

  close(): Promise<void> {
    return this.#options.client.close();
  }

  async #ask(state: PolicyState, request: ProposeRequest): Promise<Proposal | ProviderFailed> {
    const { client } = this.#options;
    const asking = this.#asking(request);
    const maxTokens = tokensFor(asking, request);
    let longest: number | null = null;
    for (let shortened = 0; ; shortened += 1) {
      const made = asking.prompt(state, longest);
      if (made.kind === 'cannotPrompt')
        return made.reason === 'tooLong' ? this.#nothing(made.message) : failed(made.message, false);
      const question = this.#question(made.prompt, request, maxTokens);
      const known = request.fresh === true ? undefined : this.#cache.find(question);
      if (known !== undefined) return { ...known, cached: true };
      const wanted: GenerateRequest = {
        prompt: made.prompt,
        n: question.count,
        ...this.#options.sampling,
        maxTokens,
        temperature: request.temperature,
        stop: asking.stop,
        stopTokenIds: asking.stopTokenIds,
        seed: serverSeed(request.seed, request.round, made.prompt),
        logProbs: true,
        ...(request.lane !== undefined && { lane: request.lane }),
        signal: request.signal,
      };
      const isStreamed = request.wholeProofs != null && maxTokens > longAnswer && this.#canStream;
      const result = isStreamed ? await this.#stream(question, wanted) : await client.generate(wanted);
      if (result.kind === 'samples') {
        const proposal = this.#proposal(state, request, result, describeOmission(made.omitted));
        this.#cache.keep({ ...question, model: this.#model, weightVersion: this.#weightVersion }, proposal);
        return proposal;
      }
      if (result.reason !== 'tooLong')
        return { ...failed(result.message, mayRecover(result)), ...(isWrongAnswer(result) && { wrongAnswer: true }) };
      if (shortened === mostShortenings) return this.#nothing(result.message);
      longest = shorterLength(made.prompt, result.context ?? null, maxTokens);
    }
  }

  async #stream(question: Question, wanted: GenerateRequest): Promise<GenerateResult> {
    const key = keyOf(question);
    const answered = this.#answered.get(key) ?? new Map();
    this.#answered.set(key, answered);
    const result = await streamProofs(this.#options.client, wanted, answered);
    if (result.kind === 'samples' || !result.retriable) this.#answered.delete(key);
    return result;
  }

  get #canStream(): boolean {
    return this.#options.identity.capabilities.stream;
  }

  #asking({ wholeProofs }: ProposeRequest): Asking {
    return wholeProofs == null ? this.#options.asking : this.#options.proofs;
  }

  #question(prompt: unknown, request: ProposeRequest, maxTokens: number): Question {
    const { temperature, count, seed, round, wholeProofs } = request;
    const { sampling, score } = this.#options;
    return {
      prompt,
      // Without sampling every further one is the same.
      count: temperature === 0 && this.#options.identity.server !== 'leancopilot' ? 1 : count,
      sampling: { ...sampling, maxTokens, temperature, score, wholeProofs: wholeProofs != null },
      seed,
      round,
      model: this.#model,
      weightVersion: this.#weightVersion,
    };
  }

  #proposal(
    state: PolicyState,
    request: ProposeRequest,
    { samples, model, weightVersion }: Extract<GenerateResult, { kind: 'samples' }>,
    omitted: string,
  ): Proposal {
    const { temperature } = request;
    // Nobody has said it where every sample was stopped.
    if (model !== '') {
      this.#model = model;
      this.#weightVersion = weightVersion;
    }
    const { name, score, identity } = this.#options;
    const asking = this.#asking(request);
    const found = proposalOf(samples, {
      origin: name,
      score,
      weightVersion,
      omitted,
      extract: (sample) => asking.extract(state, sample),
      wholeProofs: request.wholeProofs != null,
    });
    // A model that samples has more to say each time; greedy decoding and beams have not.
    return { ...found, exhausted: temperature === 0 || identity.server === 'leancopilot' };
  }

  /** The state is one that this model cannot be asked about. */
  #nothing(reason: string): Proposal {
    return { candidates: [], exhausted: true, dropped: [{ raw: '', reason, origin: this.name }] };
  }
}

/** As many tokens as the search gives a proof, but no more than there are; what thinks first gets what it is used to. */
function tokensFor({ maxTokens, plansFirst }: Asking, { wholeProofs }: ProposeRequest): number {
  return wholeProofs == null || plansFirst ? maxTokens : Math.min(maxTokens, wholeProofs.maxTokens);
}

const failed = (message: string, retriable: boolean): ProviderFailed => ({
  kind: 'providerFailed',
  message,
  retriable,
});

/**
 * Whether to wait for the server and ask again. All but a refusal of this very request may pass: a server that was started
 * again in another mode, or with another key, can be put right while the search waits.
 */
const mayRecover = ({ reason }: ServerFailed): boolean => reason !== 'badRequest' && reason !== 'aborted';
