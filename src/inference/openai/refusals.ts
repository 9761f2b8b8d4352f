/** Members of a request without which it still means something: a server that refuses one gets the request again without it. */
const OPTIONAL = [
  'logprobs',
  'top_logprobs',
  'top_k',
  'min_p',
  'seed',
  'stop_token_ids',
  'stream_options',
  'continue_final_message',
  'add_generation_prompt',
] as const;

/** What a server refused so far, so that it is not sent again. */
export class Refusals {
  readonly #members = new Set<string>();
  /** Most samples in one request; infinite while nothing says otherwise. */
  maximumN = Number.POSITIVE_INFINITY;
  /** Newer models of OpenAI want `max_completion_tokens` instead of `max_tokens`. */
  #renamesMaxTokens = false;

  refuses(member: string): boolean {
    return this.#members.has(member);
  }

  /** The request as this server takes it. */
  apply(body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    const kept = Object.entries(body).filter(([name]) => !this.#members.has(name));
    const renamed = kept.map(([name, value]) =>
      name === 'max_tokens' && this.#renamesMaxTokens ? ['max_completion_tokens', value] : [name, value],
    );
    return Object.fromEntries(renamed);
  }

  /**
   * Learns from the message of a refused request.
   *
   * @param sent the members that were sent
   * @returns whether the request is worth sending again, in the form that it has now
   */
  learn(message: string, sent: Readonly<Record<string, unknown>>): boolean {
    if (
      typeof sent.n === 'number' &&
      sent.n > 1 &&
      /["'`]n(?:_cmpl)?["'`]|\bn_cmpl\b|\bn (?:must|should|>|is)\b/.test(message)
    ) {
      // llama-server says how many it can; others only that there are too many.
      const most = Number(/<= (\d+)/.exec(message)?.[1] ?? 1);
      this.maximumN = Math.max(1, Math.min(most, sent.n - 1));
      return true;
    }
    if ('max_tokens' in sent && message.includes('max_completion_tokens')) {
      this.#renamesMaxTokens = true;
      return true;
    }
    const named = OPTIONAL.filter((name) => name in sent && new RegExp(`\\b${name}\\b`).test(message));
    // Their own message calls the two members of a chat's log-probs by either name.
    if (named.includes('logprobs') || named.includes('top_logprobs')) named.push('logprobs', 'top_logprobs');
    for (const name of named) this.#members.add(name);
    return named.length > 0;
  }
}
