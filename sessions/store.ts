/** A value that is watched. Listeners are called at most once per event-loop turn, after the last change in it. */
export interface Store<T> {
  get(): T;
  set(value: T): void;
  /** Sets the value to what `change` makes of it. */
  update(change: (value: T) => T): void;
  /** Returns the unsubscriber. */
  subscribe(listener: () => void): () => void;
}

/** Makes a store. Setting the value that it holds already (`Object.is`) is no change. */
export function createStore<T>(initial: T): Store<T> {
  let value = initial;
  let scheduled = false;
  const listeners = new Set<() => void>();
  const notify = (): void => {
    scheduled = false;
    for (const listener of [...listeners]) listener();
  };
  const set = (next: T): void => {
    if (Object.is(next, value)) return;
    value = next;
    if (scheduled || listeners.size === 0) return;
    scheduled = true;
    setImmediate(notify);
  };
  return {
    get: () => value,
    set,
    update: (change) => set(change(value)),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
