import type { ServingContext } from '../../sessions/serving/context.ts';
import type { RestartServer } from '../../src/value/encode/served/served-encoder.ts';

/** What an encoder calls when its server is frozen; loaded when that happens, which is seldom. */
export function encoderRestarter(context: Omit<ServingContext, 'signal'>): RestartServer {
  let loaded: Promise<RestartServer> | null = null;
  return async (frozen, signal) => {
    loaded ??= import('../../sessions/serving/restart-frozen.ts').then(({ frozenServerRestarter }) =>
      frozenServerRestarter(context),
    );
    return (await loaded)(frozen, signal);
  };
}
