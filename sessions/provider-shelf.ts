import type { TacticProvider } from '../src/policy/provider.ts';
import type { OpenProviderResult } from '../src/policy/provider-source.ts';

/** The providers that are open, by name: searches that use the same one share its connections, its limits and its answers. */
export class ProviderShelf {
  readonly #open: (name: string) => Promise<OpenProviderResult>;
  readonly #opened = new Map<string, Promise<OpenProviderResult>>();
  readonly #providers = new Map<string, TacticProvider>();

  constructor(open: (name: string) => Promise<OpenProviderResult>) {
    this.#open = open;
  }

  /** The provider of that name. One that could not be opened is tried again when it is asked for again. */
  async open(name: string): Promise<OpenProviderResult> {
    const opening = this.#opened.get(name) ?? this.#open(name);
    this.#opened.set(name, opening);
    const opened = await opening;
    if (opened.kind === 'provider') this.#providers.set(name, opened.provider);
    else if (this.#opened.get(name) === opening) this.#opened.delete(name);
    return opened;
  }

  /** Those that are open now. */
  get providers(): readonly TacticProvider[] {
    return [...this.#providers.values()];
  }

  async close(): Promise<void> {
    const opened = await Promise.all(this.#opened.values());
    await Promise.all(opened.map((one) => (one.kind === 'provider' ? one.provider.close() : undefined)));
  }
}
