import type { ProviderProfile } from '../../../config/models.ts';
import type { EmbeddingClient } from '../../../inference/embedding.ts';
import { awaitServer } from '../../../policy/model/await-server.ts';
import { type Connection, connectionOf } from '../../../policy/model/open-client.ts';
import type { EncoderSource, OpenEncoderResult } from '../open.ts';
import { probeServer } from './probe-server.ts';
import { ServedEncoder } from './served-encoder.ts';

type ServedKind = 'sglang' | 'openai';

/** Connects to a server that embeds, finds out who it is, and checks that it gives a text the same vector in a batch as alone. */
export async function openServedEncoder(
  kind: ServedKind,
  name: string,
  profile: ProviderProfile,
  source: EncoderSource,
): Promise<OpenEncoderResult> {
  const connection = await connectionOf(kind, profile, { ...source, settings: embedding(source.settings) });
  if (connection.kind === 'unknownProvider')
    return { kind: 'unknownEncoder', message: `encoder ${name}: ${connection.message}` };
  if (connection.kind !== 'connection') return unavailable(name, connection.message);
  const client = await connect(kind, connection, profile, source);
  const opened = await probed(client, kind, name, source);
  if (opened.kind !== 'encoder') await client.close();
  return opened;
}

/** The settings where the address of SGLang is that of the server which embeds: one process cannot generate and embed. */
function embedding(settings: EncoderSource['settings']): EncoderSource['settings'] {
  return { ...settings, sglang: { ...settings.sglang, url: settings.sglang.encode_url } };
}

async function connect(
  kind: ServedKind,
  { address, key, model }: Connection,
  profile: ProviderProfile,
  { settings, batch }: EncoderSource,
): Promise<EmbeddingClient> {
  const allowed = Math.min(profile.max_in_flight ?? settings[kind].max_in_flight, MOST_IN_FLIGHT);
  const options = {
    address,
    key,
    // Servers put requests that come together into one batch, and who asks for no batches wants none of those either.
    maxInFlight: batch === 1 ? 1 : allowed,
    patienceMs: settings.policy.patience * 1000,
    ...(batch !== undefined && { batch }),
  };
  if (kind === 'sglang') {
    const { openSglangEmbedder } = await import('../../../inference/sglang/embedder.ts');
    return openSglangEmbedder(options);
  }
  const { openOpenAiEmbedder } = await import('../../../inference/openai/embedder.ts');
  const { server, context_length: contextLength } = settings.openai;
  return openOpenAiEmbedder({
    ...options,
    ...(model !== null && { model }),
    ...(server !== 'auto' && { server }),
    ...(contextLength > 0 && { contextLength }),
  });
}

/** Embedding servers have been seen to freeze when as many requests came together as they run at once. */
const MOST_IN_FLIGHT = 4;

async function probed(
  client: EmbeddingClient,
  kind: ServedKind,
  name: string,
  { settings, signal, note, restart }: EncoderSource,
): Promise<OpenEncoderResult> {
  const patienceMs = settings.policy.patience * 1000;
  const found = await awaitServer(client, { patienceMs, signal, note });
  if (found.kind === 'serverFailed') return unavailable(name, `${found.message}${remedy(kind, found.reason)}`);
  const probe = await probeServer(client, signal);
  if (probe.kind === 'serverFailed') return unavailable(name, `${probe.message}${remedy(kind, probe.reason)}`);
  if (probe.kind === 'unfit') return unavailable(name, probe.message);
  const { probes, model, weightVersion } = probe;
  return {
    kind: 'encoder',
    encoder: new ServedEncoder({
      client,
      probes,
      restart,
      identity: {
        kind,
        name,
        width: probes[0]?.vector.length ?? 0,
        url: client.url,
        model,
        weightVersion,
        server: found.server,
        contextLength: found.contextLength,
      },
    }),
  };
}

function remedy(kind: ServedKind, reason: string): string {
  const key = kind === 'sglang' ? 'sglang.encode_url' : 'openai.url';
  if (reason === 'serverDown') return `; start the server, or say where it is with --set ${key}=http://host:port`;
  if (reason === 'wrongMode')
    return kind === 'sglang'
      ? '; start it with --is-embedding'
      : '; start it as a server that embeds (llama-server: --embedding)';
  return '';
}

const unavailable = (name: string, message: string): OpenEncoderResult => ({
  kind: 'encoderUnavailable',
  message: `encoder ${name}: ${message}`,
});
