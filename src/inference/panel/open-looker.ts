import { systemClock } from '../../search/world.ts';
import type { ServerAddress } from '../http/address.ts';
import type { Secret } from '../http/secret.ts';
import { Transport } from '../http/transport.ts';
import type { ServerKind } from '../server-identity.ts';
import type { ServerLooker } from './look.ts';

export interface LookerOptions {
  readonly protocol: 'sglang' | 'openai' | 'leancopilot';
  readonly address: ServerAddress;
  readonly key: Secret | null;
  /** The model that is used; null = the only one that is served. */
  readonly model: string | null;
  /** Of the protocol `openai`: what kind of server it is. @default found out */
  readonly server?: ServerKind;
}

/** Opens connections of their own to a server, so that looking at it waits for nothing that is asked of it. Nothing is asked yet. */
export async function openLooker({ protocol, address, key, model, server }: LookerOptions): Promise<ServerLooker> {
  const open = (at: ServerAddress) => Transport.open({ address: at, key, clock: systemClock });
  switch (protocol) {
    case 'sglang': {
      const { SglangLooker } = await import('../sglang/looker.ts');
      return new SglangLooker(await open(address));
    }
    case 'openai': {
      const [{ OpenAiLooker }, { withoutVersion }] = await Promise.all([
        import('../openai/looker.ts'),
        import('../openai/options.ts'),
      ]);
      return new OpenAiLooker(await open(withoutVersion(address)), { model, server: server ?? null });
    }
    case 'leancopilot': {
      const { LeanCopilotLooker } = await import('../leancopilot/looker.ts');
      return new LeanCopilotLooker(await open(address), model);
    }
  }
}
