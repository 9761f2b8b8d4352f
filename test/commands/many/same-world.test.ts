import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { CommandContext } from '../../../commands/context.ts';
import { refuseOtherModel, refuseOtherToolchain, refuseOtherWorld } from '../../../commands/many/same-world.ts';
import { configFrom } from '../../../src/config/schema.ts';
import type { ProviderIdentity, TacticProvider } from '../../../src/policy/provider.ts';
import { sampleManifest } from '../../run/sample-run.ts';
import { temporaryFolder } from '../../storage/temporary.ts';

const provider = { name: 'mine', kind: 'openai', url: 'http://one:8000', model: 'prover-7b' };

/** What going on with a run is refused for where `mine` is this. */
async function refused(profile: string, changes: Parameters<typeof sampleManifest>[0] = { provider }) {
  const home = temporaryFolder();
  writeFileSync(join(home, 'models.toml'), `[mine]\n${profile}\n`);
  const context = { environment: { XDG_CONFIG_HOME: home, HOME: home }, folder: home } as unknown as CommandContext;
  return refuseOtherWorld(context, { home }, sampleManifest(changes), configFrom(new Map())).then(
    () => null,
    ({ code, message }: { code: number; message: string }) => `${code} ${message}`,
  );
}

test('a run goes on with its own model only, wherever the server of that has moved', async () => {
  expect(await refused('kind = "openai"\nmodel = "prover-7b"\nurl = "http://one:8000"')).toBeNull();
  expect(await refused('kind = "openai"\nmodel = "prover-7b"\nurl = "http://two:8000"')).toBeNull();
  expect(await refused('kind = "openai"\nmodel = "other"\nurl = "http://one:8000"')).toMatch(
    /^5 the provider mine .* was openai, prover-7b, .* and is openai, other/,
  );
  expect(await refused('kind = "sglang"\nmodel = "prover-7b"\nurl = "http://one:8000"')).toMatch(/is sglang/);
  const nameless = { provider: { ...provider, model: null } };
  expect(await refused('kind = "openai"\nurl = "http://one:8000"', nameless)).toBeNull();
  expect(await refused('kind = "openai"\nurl = "http://two:8000"', nameless)).toMatch(/http:\/\/two/);
});

test('a run does not go on without its places, or with another Lean', async () => {
  const same = 'kind = "openai"\nmodel = "prover-7b"';
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  const out = join(file, 'rows.parquet');
  expect(await refused(same, { provider, command: 'search', out })).toMatch(/^5 .* cannot go on with its --out/);
  expect(await refused(same, { provider, command: 'search', out: `${file}.parquet` })).toBeNull();
  const manifest = sampleManifest({});
  expect(() => refuseOtherToolchain(manifest, manifest.lean.toolchain)).not.toThrow();
  expect(() => refuseOtherToolchain(manifest, 'Lean 9')).toThrow(/this is Lean 9/);
});

test('a run goes on with the model that answered, wherever that is served now', () => {
  const identity: ProviderIdentity = {
    url: 'http://one:30000',
    model: 'prover-7b',
    weightVersion: '3',
    server: 'sglang 0.5',
    prompt: 'bfs-prover',
  };
  const manifest = sampleManifest({ provider: { ...provider, model: null, identities: [identity] } });
  const served = (changes: Partial<ProviderIdentity>): TacticProvider => ({
    name: 'mine',
    kind: 'sglang',
    identities: [{ ...identity, ...changes }],
    propose: async () => ({ kind: 'proposed', proposals: [] }),
    close: async () => {},
  });
  expect(() => refuseOtherModel(manifest, served({ url: 'http://two:30000', server: 'sglang 0.6' }))).not.toThrow();
  expect(() => refuseOtherModel(manifest, served({ weightVersion: '4' }))).toThrow(/weights 3 .* is now .* weights 4/);
  expect(() => refuseOtherModel(manifest, served({ prompt: 'goal-proofstep' }))).toThrow(/asked as goal-proofstep/);
  expect(() => refuseOtherModel(manifest, served({ prompt: 'goal-proofstep' }))).not.toThrow(/it was asked at/);
  expect(() => refuseOtherModel(manifest, served({ url: 'http://two:30000', model: 'other' }))).toThrow(
    /it was asked at http:\/\/one:30000: --set says where/,
  );
});
