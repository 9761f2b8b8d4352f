import { expect, test } from 'vitest';
import { createStore } from '../../sessions/store.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('a store tells its listeners once per turn, after the last change in it', async () => {
  const store = createStore(0);
  const seen: number[] = [];
  const unsubscribe = store.subscribe(() => seen.push(store.get()));
  store.set(1);
  store.update((n) => n + 1);
  await Promise.resolve().then(() => store.set(3));
  expect(seen).toEqual([]);
  await turn();
  expect(seen).toEqual([3]);
  store.set(3);
  await turn();
  expect(seen).toEqual([3]);
  unsubscribe();
  store.set(4);
  await turn();
  expect(seen).toEqual([3]);
  expect(store.get()).toBe(4);
});
