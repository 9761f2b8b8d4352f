import { type Core, type Exchange, pass, type Running } from './core.ts';
import { type Generated, generate } from './sampling.ts';
import { tokenize } from './tokens.ts';

export type Params = Readonly<Record<string, unknown>>;

/** A sample that is being made. */
export interface Item {
  readonly index: number;
  readonly prompt: string;
  readonly params: Params;
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly generated: Generated;
  readonly running: Running;
  readonly id: string;
}

/** A sample that waits for its place. */
type Planned = Pick<Item, 'index' | 'prompt' | 'params' | 'id'> & { readonly said: string };

export function plan(
  core: Core,
  prompts: readonly string[],
  list: readonly Params[],
  n: number,
  rids: readonly string[],
): readonly Planned[] {
  return prompts.flatMap((prompt, p) => {
    const params = list[p] ?? list[0] ?? {};
    const temperature = typeof params.temperature === 'number' ? params.temperature : 1;
    // With several samples the prompt is read once before, so that all find it in the cache.
    if (n > 1) core.remember(tokenize(prompt));
    return Array.from({ length: n }, (_, sample) => ({
      index: p * n + sample,
      prompt,
      params,
      id: n > 1 ? core.newId() : (rids[p] as string),
      said: core.switches.complete(prompt, n > 1 ? sample : p, temperature),
    }));
  });
}

export async function admit(core: Core, { gone }: Exchange, { said, ...planned }: Planned): Promise<Item | 'full'> {
  const running = await core.admit(planned.id, gone);
  if (running === 'full') return 'full';
  const tokens = tokenize(planned.prompt);
  const cachedTokens = core.cachedPrefix(tokens);
  core.remember(tokens);
  core.totals.prompt += tokens.length;
  core.totals.cached += cachedTokens;
  return { ...planned, promptTokens: tokens.length, cachedTokens, generated: generate(said, planned.params), running };
}

export async function run(core: Core, { running, generated, id }: Item): Promise<void> {
  const { signal } = running.abort;
  const ended = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  await Promise.race([core.switches.whileRunning(id), ended]);
  await pass(core.switches.generateMs(generated.tokens.length), signal);
  core.totals.generated += generated.tokens.length;
}
