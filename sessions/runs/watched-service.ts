import type { TacticProvider } from '../../src/policy/provider.ts';
import type { ValueModel } from '../../src/value/score/value-model.ts';

/** What searches depend on and may be down: the provider, or the value model's encoder. */
export interface WatchedService {
  readonly stage: 'policy' | 'value';
  /** How it is called in messages: `provider heuristic`. */
  readonly name: string;
  /** Asks about a goal that every service can take. */
  ask(signal: AbortSignal): Promise<ServiceAnswer>;
}

/** `wrong`: it is there and does not do what it is asked for, which a person can put right; `refuses`: it will not take any question. */
export type ServiceAnswer =
  | { readonly kind: 'answers' }
  | { readonly kind: 'down' | 'wrong' | 'refuses'; readonly message: string };

const answers: ServiceAnswer = { kind: 'answers' };
const brokenDown = (error: unknown): ServiceAnswer => ({
  kind: 'down',
  message: error instanceof Error ? error.message : String(error),
});

const knownGoals = [{ hypotheses: [], target: 'True' }];

/** Watches a provider of tactics. */
export function watchedProvider(provider: TacticProvider): WatchedService {
  return {
    stage: 'policy',
    name: `provider ${provider.name}`,
    ask: async (signal) => {
      try {
        const result = await provider.propose({
          states: [{ goals: knownGoals, path: [], depth: 0 }],
          count: 1,
          temperature: 1,
          round: 0,
          seed: 0,
          fresh: true,
          signal,
        });
        if (result.kind === 'proposed') return answers;
        const { message, retriable, wrongAnswer } = result;
        return { kind: retriable ? (wrongAnswer === true ? 'wrong' : 'down') : 'refuses', message };
      } catch (error) {
        return brokenDown(error);
      }
    },
  };
}

/** Watches a value model. */
export function watchedValue(model: ValueModel): WatchedService {
  return {
    stage: 'value',
    name: `value model ${model.name}`,
    ask: async (signal) => {
      try {
        const result = await model.score(
          [{ goals: knownGoals, rootGoals: knownGoals, parentGoals: null, path: [] }],
          signal,
          { fresh: true },
        );
        if (result.kind === 'scored') return answers;
        return { kind: result.retriable ? 'down' : 'refuses', message: result.message };
      } catch (error) {
        return brokenDown(error);
      }
    },
  };
}
