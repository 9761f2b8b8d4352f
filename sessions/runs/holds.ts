export type HoldReason = 'user' | 'disk' | 'provider';

/** Why a run pauses: it goes on when no reason is left. */
export class Holds {
  readonly #reasons = new Map<HoldReason, string | undefined>();

  /** The reason that came first, with its message; null when the run goes on. */
  get first(): { readonly by: HoldReason; readonly message: string | undefined } | null {
    for (const [by, message] of this.#reasons) return { by, message };
    return null;
  }

  has(reason: HoldReason): boolean {
    return this.#reasons.has(reason);
  }

  /** False when it held already. */
  add(reason: HoldReason, message?: string): boolean {
    if (this.#reasons.has(reason)) return false;
    this.#reasons.set(reason, message);
    return true;
  }

  /** False when it did not hold. */
  remove(reason: HoldReason): boolean {
    return this.#reasons.delete(reason);
  }
}
