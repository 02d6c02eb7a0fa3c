import { describe, expect, test } from 'vitest';

import { certificateAuthorityVariables, nodeVariables } from '../../../../src/activities/nodes/manifest-variables.ts';
import { hashOf as textHash } from '../../../../src/activities/cluster/manifests.ts';
import { environmentOf } from '../../../../src/activities/nodes/environment.ts';
import { coreYaml, nodeOuConfigYaml, ordererYaml, selfSignedAuthority } from '../../../../src/fabric/index.ts';
import type { SecretVariables } from '../../../../src/activities/nodes/secret-variables.ts';
import type { NodeInput } from '../../../../src/activities/inputs.ts';
import type { TemplateVariables } from '../../../../src/templates/index.ts';
import { describedNetwork } from '../network.ts';

const PEER = describedNetwork().node('org1', 'peer1');
const { certificate: operationsCa } = await selfSignedAuthority({ commonName: 'org1-operations-ca', lifetimeHours: 1 });
const CERTIFICATES = { certificates: ['identity', 'tls'], operationsCa };
const NONE: SecretVariables = { env: [], digests: [] };

function hashOf(input: NodeInput, certificates = CERTIFICATES): unknown {
  return nodeVariables(input, certificates, NONE)['CONFIGURATION_HASH'];
}

describe('what the manifest of a node is filled in with', () => {
  test('places the node in its network, namespace and organization, under its Kubernetes name', () => {
    expect(nodeVariables(PEER, CERTIFICATES, NONE)).toMatchObject({
      NETWORK: 'net',
      NAMESPACE: 'net',
      ORGANIZATION: 'org1',
      NODE: 'org1-peer1',
      ROLLOUT_TIMEOUT_SECONDS: PEER.network.kubernetes.rolloutTimeoutSeconds,
      RESOURCES: PEER.node.resources,
    });
  });

  test.each([
    ['org0', 'orderer1', 'registry.example/fabric-orderer:2.5.9'],
    ['org1', 'peer1', 'registry.example/fabric-peer:2.5.9'],
  ])('takes the image of %s/%s from the registry, in the version of Fabric', (organization, node, image) => {
    const fabric = { version: '2.5.9', registry: 'registry.example' };
    expect(nodeVariables(describedNetwork({ fabric }).node(organization, node), CERTIFICATES, NONE)['IMAGE']).toBe(
      image,
    );
  });

  test('takes an image of its own where the description gives it one', () => {
    const node = { ...PEER.node, image: 'registry.example/my-peer:1' };
    expect(nodeVariables({ ...PEER, node }, CERTIFICATES, NONE)['IMAGE']).toBe('registry.example/my-peer:1');
  });

  test('takes the image of a CA in the version of Fabric CA, or one of its own', () => {
    const fabric = { caVersion: '1.5.7', registry: 'registry.example' };
    const ca = describedNetwork({ fabric }).organization('org1');
    expect(certificateAuthorityVariables(ca, [], NONE)['IMAGE']).toBe('registry.example/fabric-ca:1.5.7');
    const certificateAuthority = { ...ca.organization.certificateAuthority, image: 'registry.example/my-ca:1' };
    const own = { ...ca, organization: { ...ca.organization, certificateAuthority } };
    expect(certificateAuthorityVariables(own, [], NONE)).toMatchObject({
      IMAGE: 'registry.example/my-ca:1',
      NODE: 'org1-ca',
    });
  });
});

describe('how the pod of a node runs', () => {
  const variables = (kubernetes: object): TemplateVariables =>
    nodeVariables(describedNetwork({ kubernetes }).node('org1', 'peer1'), CERTIFICATES, NONE);

  test('as a user of its own, pulling with nothing, where the description does not say', () => {
    expect(variables({})).toMatchObject({ POD_USER: 7051, IMAGE_PULL_SECRETS: null, SECRET_VARIABLES: null });
  });

  test.each([
    ['as the user that the description names', { podUser: 1000 }, { POD_USER: 1000 }],
    ['as nobody in particular where the platform assigns users', { podUser: 'assigned' }, { POD_USER: null }],
    [
      'with the Secrets that open its registries',
      { imagePullSecrets: ['registry', 'mirror'] },
      { IMAGE_PULL_SECRETS: [{ name: 'registry' }, { name: 'mirror' }] },
    ],
  ])('%s', (_, kubernetes, expected) => {
    expect(variables(kubernetes)).toMatchObject(expected);
  });

  test('restarts neither for its user nor for its Secrets by the hash: Kubernetes restarts it for both', () => {
    const { CONFIGURATION_HASH } = variables({ podUser: 1000, imagePullSecrets: ['registry'] });
    expect(CONFIGURATION_HASH).toBe(hashOf(PEER));
  });
});

describe('the hash of what a pod reads at its start', () => {
  test('stays while nothing of it changes, so that the pod stays too', () => {
    expect(hashOf(describedNetwork().node('org1', 'peer1'))).toBe(hashOf(PEER));
    // Both are the Deployment's own business: Kubernetes restarts the pod by itself, or need not.
    expect(hashOf({ ...PEER, node: { ...PEER.node, image: 'other:1', storage: '20Gi' } })).toBe(hashOf(PEER));
  });

  test.each([
    ['orderer', describedNetwork().node('org0', 'orderer1'), ordererYaml()],
    ['peer', PEER, coreYaml()],
  ] as const)(
    'is of all that an %s reads: environment, base configuration, NodeOUs, certificates',
    (_, input, base) => {
      const nodeOus = nodeOuConfigYaml(input.organization.name);
      const read = [JSON.stringify(environmentOf(input)), base, nodeOus, ...CERTIFICATES.certificates, operationsCa];
      expect(hashOf(input)).toBe(textHash(...read));
    },
  );

  test.each([
    ['its identity', ['renewed', 'tls']],
    ['its TLS certificate', ['identity', 'renewed']],
  ])('changes with %s, so that the pod restarts with it', (_, certificates) => {
    expect(hashOf(PEER, { ...CERTIFICATES, certificates })).not.toBe(hashOf(PEER));
  });

  test.each([
    ['admin', 'adminCa', 'ADMIN_CA'],
    ['operations', 'operationsCa', 'OPERATIONS_CA'],
  ] as const)(
    'changes with the CA that an orderer trusts at its %s endpoint, by its certificate; who may ask there by its key',
    async (endpoint, field, variable) => {
      const orderer = describedNetwork().node('org0', 'orderer1');
      const commonName = `org0-${endpoint}-ca`;
      const first = await selfSignedAuthority({ commonName, lifetimeHours: 1 });
      const [renewed, other] = await Promise.all([
        selfSignedAuthority({ commonName, lifetimeHours: 1, key: first.key }),
        selfSignedAuthority({ commonName, lifetimeHours: 1 }),
      ]);
      const [one, two, three] = [first, renewed, other].map(({ certificate }) =>
        nodeVariables(orderer, { ...CERTIFICATES, [field]: certificate }, NONE),
      );
      for (const hash of ['CONFIGURATION_HASH', 'CERTIFICATES_HASH']) {
        expect(new Set([one?.[hash], two?.[hash], three?.[hash]]).size).toBe(3);
      }
      expect(two?.[variable]).toBe(one?.[variable]);
      expect(three?.[variable]).not.toBe(one?.[variable]);
      expect(one?.[`${variable}_SECRET`]).toBe(commonName);
    },
  );

  test('changes with the environment', () => {
    const node = { ...PEER.node, environment: { FABRIC_LOGGING_SPEC: 'DEBUG' } };
    expect(hashOf({ ...PEER, node })).not.toBe(hashOf(PEER));
  });

  test('changes with what the Secrets hold that its variables come from', () => {
    const [before, after] = ['one', 'other'].map((digest) =>
      nodeVariables(PEER, CERTIFICATES, { env: [], digests: [digest] }),
    );
    expect(after?.['CONFIGURATION_HASH']).not.toBe(before?.['CONFIGURATION_HASH']);
  });

  test('differs between organizations, whose NodeOUs name their own CA', () => {
    const { organization, ...peer } = PEER;
    const renamed = { ...peer, organization: { ...organization, name: 'org2' } };
    const sameEnvironment = { CORE_PEER_ADDRESS: '', CORE_PEER_CHAINCODEADDRESS: '', CORE_PEER_GOSSIP_BOOTSTRAP: '' };
    const environment = { ...sameEnvironment, CORE_PEER_GOSSIP_EXTERNALENDPOINT: '' };
    const node = { ...PEER.node, environment };
    expect(hashOf({ ...renamed, node })).not.toBe(hashOf({ ...PEER, node }));
  });

  test('changes with what a CA reads', () => {
    const ca = describedNetwork().organization('org1');
    const hash = (read: string[]): unknown => certificateAuthorityVariables(ca, read, NONE)['CONFIGURATION_HASH'];
    expect(hash(['configuration'])).toBe(hash(['configuration']));
    expect(hash(['configuration'])).not.toBe(hash(['other']));
  });
});
