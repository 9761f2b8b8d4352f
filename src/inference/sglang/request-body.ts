import { withoutBeginningMark } from '../beginning-mark.ts';
import type { GenerateRequest } from '../generation.ts';

/** How samples are asked for: SGLang's own `n`, copies of the prompt in one request, or one request for each. */
export type SampleForm = 'n' | 'copies' | 'single';

export interface BodyOptions {
  readonly form: SampleForm;
  readonly stream: boolean;
}

/** The same for several questions that are asked in one request: of the same number of samples each. */
export function listBody(questions: readonly { readonly text: string; readonly request: GenerateRequest }[]) {
  const bodies = questions.map(({ text, request }) => generateBody(text, request, { form: 'n', stream: false }));
  const [first] = bodies;
  if (first === undefined) throw new Error('a list of no questions');
  return { ...first, text: bodies.map(({ text }) => text), sampling_params: bodies.map((one) => one.sampling_params) };
}

/** The body of `POST /generate`. Everything that has a default on the server is said. */
export function generateBody(text: string, request: GenerateRequest, { form, stream }: BodyOptions) {
  const prompt = withoutBeginningMark(text);
  return {
    text: form === 'copies' ? Array.from({ length: request.n }, () => prompt) : prompt,
    sampling_params: {
      max_new_tokens: request.maxTokens,
      temperature: request.temperature,
      top_p: request.topP,
      top_k: request.topK ?? -1,
      min_p: request.minP ?? 0,
      frequency_penalty: 0,
      presence_penalty: 0,
      repetition_penalty: 1,
      n: form === 'n' ? request.n : 1,
      stop: request.stop,
      stop_token_ids: request.stopTokenIds ?? [],
      no_stop_trim: false,
      // A mark such as <|im_end|> has to be seen when it is one of the stop texts.
      skip_special_tokens: !request.stop.some((stop) => stop.startsWith('<|') || stop.startsWith('<｜')),
      ...(request.seed === undefined ? {} : { sampling_seed: request.seed }),
    },
    return_logprob: request.logProbs,
    ...(request.logProbs
      ? // Log-probs of the prompt would make the server read all of it again, every time.
        { logprob_start_len: -1, return_text_in_logprobs: true }
      : {}),
    stream,
  };
}
