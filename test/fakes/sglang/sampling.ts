import { EOS, ownLogProb, type Token, tokenize } from './tokens.ts';

export type Finish =
  | { readonly type: 'stop'; readonly matched: number | string }
  | { readonly type: 'length'; readonly length: number }
  | { readonly type: 'abort'; readonly message: string; readonly status_code?: number; readonly err_type?: string };

export interface Generated {
  readonly text: string;
  /** The end token, and the tokens of a stop text, are among them. */
  readonly tokens: readonly Token[];
  readonly finish: Finish;
}

/** Keys of `sampling_params`, each with what the server takes; anything else is an error inside of it. */
const RANGES: Readonly<Record<string, ((value: unknown) => boolean) | null>> = {
  max_new_tokens: (n) => isNumber(n) && n >= 0,
  min_new_tokens: (n) => isNumber(n) && n >= 0,
  temperature: (n) => isNumber(n) && n >= 0,
  top_p: (n) => isNumber(n) && n > 0 && n <= 1,
  top_k: (n) => isNumber(n) && (n === -1 || n >= 1),
  min_p: (n) => isNumber(n) && n >= 0 && n <= 1,
  frequency_penalty: (n) => isNumber(n) && Math.abs(n) <= 2,
  presence_penalty: (n) => isNumber(n) && Math.abs(n) <= 2,
  repetition_penalty: (n) => isNumber(n) && n > 0 && n <= 2,
  n: (n) => isNumber(n) && n >= 1,
  stop: null,
  stop_token_ids: null,
  stop_regex: null,
  no_stop_trim: null,
  skip_special_tokens: null,
  spaces_between_special_tokens: null,
  ignore_eos: null,
  json_schema: null,
  regex: null,
  ebnf: null,
  structural_tag: null,
  logit_bias: null,
  sampling_seed: null,
  custom_params: null,
  stream_interval: null,
};

const isNumber = (value: unknown): value is number => typeof value === 'number';

export type ParamsProblem =
  | { readonly kind: 'unknownKey'; readonly key: string }
  | { readonly kind: 'range'; readonly message: string };

export function paramsProblem(params: Readonly<Record<string, unknown>>): ParamsProblem | null {
  for (const [key, value] of Object.entries(params)) {
    const range = RANGES[key];
    if (range === undefined) return { kind: 'unknownKey', key };
    if (range !== null && !range(value))
      return { kind: 'range', message: `${key} is out of range, got ${JSON.stringify(value)}.` };
  }
  return null;
}

/** What the model says, up to its end, a stop text, a stop token, or the number of tokens. */
export function generate(said: string, params: Readonly<Record<string, unknown>>): Generated {
  const most = isNumber(params.max_new_tokens) ? params.max_new_tokens : 128;
  const stops = [params.stop ?? []].flat().filter((one): one is string => typeof one === 'string' && one !== '');
  const stopIds = [params.stop_token_ids ?? []].flat();
  const out: Token[] = [];
  let text = '';
  for (const token of [...tokenize(said), EOS]) {
    out.push(token);
    text += token.piece;
    const cut = earliestStop(text, stops);
    if (cut !== null) {
      const kept = params.no_stop_trim === true ? cut.at + cut.stop.length : cut.at;
      return { text: text.slice(0, kept), tokens: out, finish: { type: 'stop', matched: cut.stop } };
    }
    if (token === EOS || stopIds.includes(token.id))
      return { text, tokens: out, finish: { type: 'stop', matched: token.id } };
    if (out.length >= most) return { text, tokens: out, finish: { type: 'length', length: most } };
  }
  throw new Error('the end token ends every text');
}

function earliestStop(text: string, stops: readonly string[]): { readonly at: number; readonly stop: string } | null {
  const found = stops.map((stop) => ({ at: text.indexOf(stop), stop })).filter(({ at }) => at >= 0);
  return found.sort((a, b) => a.at - b.at)[0] ?? null;
}

export interface LogProbOptions {
  /** What the numbers are divided by. */
  readonly scale: number;
  readonly withText: boolean;
}

export const tokenLogProbs = (tokens: readonly Token[], { scale, withText }: LogProbOptions) =>
  tokens.map((token) => [ownLogProb(token) / scale, token.id, withText ? token.alone : null] as const);

/** The likeliest tokens at each position: the one that was drawn, and others each one less likely. */
export const topLogProbs = (tokens: readonly Token[], count: number, { scale, withText }: LogProbOptions) =>
  tokens.map((token) =>
    Array.from(
      { length: count },
      (_, i) => [(ownLogProb(token) - i) / scale, token.id + i, withText ? token.alone : null] as const,
    ),
  );
