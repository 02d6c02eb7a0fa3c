import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  channelConfig,
  configUpdate,
  configUpdateTransaction,
  connectOrderer,
  fabricPrograms,
  signConfigUpdate,
  type ChannelConfig,
  type ConfigGroup,
  type Orderer,
  type SigningIdentity,
} from '../../../src/fabric/index.ts';
import { portForward, type Cluster } from '../../../src/kubernetes/index.ts';
import { locateArtifacts } from '../../../src/local/artifacts/index.ts';
import { networkAccess } from '../../../src/operations/access/open.ts';
import { readAdminCredentials, readTlsRoots } from '../../../src/operations/access/organization.ts';
import { certificateAuthorityObjects, PORTS, type Organization } from '../../../src/spec/index.ts';
import { eventually } from '../../support/eventually.ts';
import { startWeft, startWorker, testCluster, weft, type TestWorker } from '../../support/weft.ts';
import { describedNetwork, expectDone, type DescribedNetwork } from './described-network.ts';

/*
 * A channel with an organization that its description does not run: somebody has added it by hand, and it has an Admin in another network. A change of
 * the channel waits for that Admin, while somebody pauses the run, besides.
 */

const CHANNEL = 'trade';
const BRING_UP_MS = 240_000;
const CALL_MS = 30_000;

const { signal } = new AbortController();
const programs = fabricPrograms({ folder: dirname(locateArtifacts().path('configtxgen')) });

let cluster: Cluster;
let worker: TestWorker;
let own: DescribedNetwork;
let others: DescribedNetwork;

function described(endorsement: string): Parameters<DescribedNetwork['describe']>[0] {
  return {
    organizations: [{ name: 'org1', orderers: 1, peers: 1 }],
    channels: [{ name: CHANNEL, policies: { application: { endorsement } } }],
  };
}

beforeAll(async () => {
  cluster = testCluster();
  [worker, own, others] = await Promise.all([
    startWorker(),
    describedNetwork('it-signed', described('MAJORITY Endorsement')),
    describedNetwork('it-signers', [{ name: 'org2', orderers: 1 }]),
  ]);
  await Promise.all([own, others].map((network) => expectDone(network.weft('up'))));
}, BRING_UP_MS);

afterAll(async () => {
  await Promise.all([own, others].map((network) => network.remove(cluster)));
  await worker.stop();
  await cluster.close();
}, BRING_UP_MS);

describe('a change of a channel that an organization outside of the description has to sign', () => {
  it(
    'waits for its signature, which it gives in a file, and goes on when the run does',
    async () => {
      await addOrganizationByHand();
      await own.describe(described("OR('Org1MSP.peer')"));
      const up = startWeft(['up', '-f', own.file, '-o', 'json']);
      const awaited = await eventually(async () => {
        const { stdout } = await weft('signatures', own.name, '-o', 'json');
        const { signatures } = JSON.parse(stdout) as { signatures: readonly { readonly awaited: readonly string[] }[] };
        expect(signatures).toHaveLength(1);
        return signatures;
      }, BRING_UP_MS);
      expect(awaited).toMatchObject([
        {
          ...{ channel: CHANNEL, awaited: ['Org2MSP'], signedBy: ['Org1MSP'] },
          changes: expect.stringContaining('policies.application.endorsement') as unknown,
        },
      ]);
      expect(up.stderr()).not.toContain('is ready');

      const file = join(dirname(own.file), 'update.pb');
      await expectDone(weft('signatures', own.name, '--out', file));
      const tooEarly = await weft('signatures', own.name, '--add', file);
      expect(tooEarly.stderr).toContain('It has no signature of Org2MSP.');
      await expectDone(weft('sign', file, '--as', 'org2', '--network', others.name));

      await expectDone(weft('pause', own.name, '--reason', 'the others have to know first'));
      const { stdout } = await expectDone(weft('signatures', own.name, '--add', file));
      expect(stdout).toBe(
        `${CHANNEL} of ${own.name} has the signature of Org2MSP; all have signed, and the run goes on.`,
      );
      expect((await weft('status', own.name)).stderr).toContain('the others have to know first');
      expect((await currentConfig()).sequence).toBe('1');
      await expectDone(weft('resume', own.name));
      await expectDone(up.ended);
      expect((await currentConfig()).sequence).toBe('2');
      await rm(file);
      const { stdout: plan } = await own.weft('plan');
      expect(plan).toBe('No changes. The network is as described.');
    },
    BRING_UP_MS,
  );
});

function organizationOf(network: DescribedNetwork): Organization {
  const [organization] = network.network().organizations;
  if (organization === undefined) throw new Error('there is one');
  return organization;
}

/** Asks the orderer in the name of its organization's Admin. */
async function ask<Result>(act: (orderer: Orderer, admin: SigningIdentity) => Promise<Result>): Promise<Result> {
  const access = networkAccess(cluster);
  const organization = organizationOf(own);
  const [admin, tlsRoots] = await Promise.all([
    readAdminCredentials(access, organization),
    readTlsRoots(access, organization),
  ]);
  const name = 'org1-orderer1';
  const target = { namespace: organization.namespace, service: name, port: PORTS.service };
  const way = await portForward(cluster).connect(target, AbortSignal.timeout(CALL_MS));
  const endpoint = { name, servername: name, host: way.host, port: way.port, tlsRoots };
  const orderer = connectOrderer(endpoint, admin, { signal, timeoutMs: CALL_MS });
  try {
    return await act(orderer, admin);
  } finally {
    orderer.close();
    await way.close();
  }
}

async function currentConfig(): Promise<ChannelConfig> {
  const block = await ask((orderer) => orderer.fetchBlock(CHANNEL, 'config'));
  if (block === undefined) throw new Error('the orderer does not have the channel');
  return channelConfig(programs, block, signal);
}

/** Makes the other network's organization a member of the channel, as an administrator does who knows nothing of Weft. */
async function addOrganizationByHand(): Promise<void> {
  const organization = organizationOf(others);
  const { certificates } = certificateAuthorityObjects(organization);
  const roots = await networkAccess(cluster).read('ConfigMap', organization.namespace, certificates);
  const current = await currentConfig();
  const wanted = structuredClone(current);
  const members = wanted.channel_group.groups['Application']?.groups ?? {};
  const member = JSON.stringify(members['Org1MSP']).replaceAll('Org1MSP', 'Org2MSP');
  const { ca, tlsca } = ownRoots(current);
  members['Org2MSP'] = JSON.parse(
    member.replaceAll(ca, base64(roots?.['ca.pem'])).replaceAll(tlsca, base64(roots?.['tlsca.pem'])),
  ) as ConfigGroup;
  delete members['Org2MSP'].values['AnchorPeers'];
  const update = await configUpdate(programs, { channel: CHANNEL, current, wanted }, signal);
  if (update === undefined) throw new Error('there is something to change');
  await ask(async (orderer, admin) => {
    const signatures = [await signConfigUpdate(update, admin)];
    const transaction = { channel: CHANNEL, configUpdate: update, signatures, sender: admin };
    await orderer.broadcast(await configUpdateTransaction(transaction));
  });
  await eventually(async () => {
    expect((await currentConfig()).sequence).toBe('1');
  }, CALL_MS);
}

/** The roots of the channel's own member, as the configuration has them. */
function ownRoots({ channel_group: { groups } }: ChannelConfig): { readonly ca: string; readonly tlsca: string } {
  const { config } = groups['Application']?.groups['Org1MSP']?.values['MSP']?.value as {
    readonly config: { readonly root_certs: readonly string[]; readonly tls_root_certs: readonly string[] };
  };
  return { ca: config.root_certs[0] ?? '', tlsca: config.tls_root_certs[0] ?? '' };
}

function base64(text: string | undefined): string {
  if (text === undefined) throw new Error('the CA has published no roots');
  return Buffer.from(text).toString('base64');
}
