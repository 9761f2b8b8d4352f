import type { GenerateRequest, Sample } from '../generation.ts';
import type { ServerCapabilities, ServerIdentity } from '../server-identity.ts';
import { type Dialect, dialectOf } from './dialect.ts';
import type { Discovered } from './discovery.ts';
import { Refusals } from './refusals.ts';

/** What is known of a server: what it said of itself, what its kind can do, and what its answers have shown. */
export class ServerKnowledge {
  readonly discovered: Discovered;
  readonly dialect: Dialect;
  readonly refusals = new Refusals();
  /** Null until an answer shows whether there are log-probs. */
  #logProbsSeen: boolean | null = null;

  constructor(discovered: Discovered) {
    this.discovered = discovered;
    this.dialect = dialectOf(discovered.server);
    if (!this.dialect.n) this.refusals.maximumN = 1;
    else if (discovered.slots !== null) this.refusals.maximumN = discovered.slots;
  }

  /** Takes into account what came back for a request of `asked` samples. */
  learn(request: GenerateRequest, asked: number, samples: readonly Sample[]): void {
    if (samples.length < asked) this.refusals.maximumN = Math.max(1, samples.length);
    if (!request.logProbs) return;
    if (samples.some((sample) => sample.logProb !== null)) this.#logProbsSeen = true;
    // One without may be of a server that could not tell the tokens of a stop text from the others.
    else if (
      this.#logProbsSeen === null &&
      samples.some((sample) => sample.text !== '' && sample.finish.kind === 'length')
    )
      this.#logProbsSeen = false;
  }

  get logProbs(): ServerCapabilities['logProbs'] {
    return this.#logProbsSeen === false || this.refusals.refuses('logprobs') ? 'none' : this.dialect.logProbs;
  }

  identity(): ServerIdentity {
    const { server, version, model, contextLength, weightVersion, chat } = this.discovered;
    const { dialect, refusals } = this;
    const accepts = (member: string): boolean => !refusals.refuses(member);
    return {
      kind: 'identity',
      server,
      version,
      model,
      contextLength,
      weightVersion,
      capabilities: {
        logProbs: this.logProbs,
        n: refusals.maximumN > 1,
        stop: true,
        stopTokenIds: dialect.stopTokenIds && accepts('stop_token_ids'),
        topK: accepts('top_k'),
        minP: accepts('min_p'),
        seed: accepts('seed'),
        stream: true,
        completion: true,
        chat,
        prefill: chat && dialect.prefill !== null && accepts('continue_final_message'),
        embeddings: dialect.embeddings,
        weightSwap: dialect.weightSwap,
        memoryRelease: false,
        metrics: dialect.metrics,
      },
    };
  }
}
