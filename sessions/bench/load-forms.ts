import { ask, openSglangProvider } from './load-asking.ts';
import type { LoadServer } from './load-server.ts';
import { type BenchContext, type Figure, figure } from './measurement.ts';

/** So many searches, each with so many states at a time. */
const joinedSearches = 8;
const joinedStates = 4;

/** The same states asked one request each, and several in one request, in turns. */
export async function compareForms(context: BenchContext, server: LoadServer): Promise<readonly Figure[]> {
  const forms = [
    { name: 'one request each', together: false, states: [] as number[], ms: [] as number[] },
    { name: `${joinedStates} in one request`, together: true, states: [] as number[], ms: [] as number[] },
  ];
  const rounds = context.quick ? 1 : 3;
  for (let round = 0; round < rounds; round += 1)
    for (const form of forms) {
      const provider = await openSglangProvider(context, server.url, form.together);
      const begun = performance.now();
      const ms = await Promise.all(
        Array.from({ length: joinedSearches }, async (_, search) => {
          const took: number[] = [];
          for (let step = 0; step < (context.quick ? 1 : 3); step += 1) {
            const asked = performance.now();
            const targets = Array.from({ length: joinedStates }, (_, i) => `form ${round} ${search} ${step} ${i}`);
            await ask(provider, search, targets, context.signal);
            took.push(performance.now() - asked);
          }
          return took;
        }),
      );
      const all = ms.flat();
      form.ms.push(...all);
      form.states.push((all.length * joinedStates * 1000) / (performance.now() - begun));
      await provider.close();
    }
  return forms.flatMap(({ name, states, ms }) => [
    figure(`states, ${name}`, '1/s', states),
    figure(`${joinedStates} states, ${name}`, 'ms', ms),
  ]);
}
