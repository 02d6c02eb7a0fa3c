import { describe, expect, test } from 'vitest';

import { certificateAuthorityVariables, nodeVariables } from '../../../../src/activities/nodes/manifest-variables.ts';
import { hashOf as textHash } from '../../../../src/activities/cluster/manifests.ts';
import { environmentOf } from '../../../../src/activities/nodes/environment.ts';
import { coreYaml, nodeOuConfigYaml, ordererYaml } from '../../../../src/fabric/index.ts';
import type { NodeInput } from '../../../../src/activities/inputs.ts';
import { describedNetwork } from '../network.ts';

const PEER = describedNetwork().node('org1', 'peer1');
const CERTIFICATES = ['identity', 'tls'];

function hashOf(input: NodeInput, certificates: readonly string[] = CERTIFICATES): unknown {
  return nodeVariables(input, certificates)['CONFIGURATION_HASH'];
}

describe('what the manifest of a node is filled in with', () => {
  test('places the node in its network, namespace and organization, under its Kubernetes name', () => {
    expect(nodeVariables(PEER, CERTIFICATES)).toMatchObject({
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
    expect(nodeVariables(describedNetwork({ fabric }).node(organization, node), CERTIFICATES)['IMAGE']).toBe(image);
  });

  test('takes an image of its own where the description gives it one', () => {
    const node = { ...PEER.node, image: 'registry.example/my-peer:1' };
    expect(nodeVariables({ ...PEER, node }, CERTIFICATES)['IMAGE']).toBe('registry.example/my-peer:1');
  });

  test('takes the image of a CA in the version of Fabric CA, or one of its own', () => {
    const fabric = { caVersion: '1.5.7', registry: 'registry.example' };
    const ca = describedNetwork({ fabric }).organization('org1');
    expect(certificateAuthorityVariables(ca, [])['IMAGE']).toBe('registry.example/fabric-ca:1.5.7');
    const certificateAuthority = { ...ca.organization.certificateAuthority, image: 'registry.example/my-ca:1' };
    const own = { ...ca, organization: { ...ca.organization, certificateAuthority } };
    expect(certificateAuthorityVariables(own, [])).toMatchObject({
      IMAGE: 'registry.example/my-ca:1',
      NODE: 'org1-ca',
    });
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
      const read = [JSON.stringify(environmentOf(input)), base, nodeOus, ...CERTIFICATES];
      expect(hashOf(input)).toBe(textHash(...read));
    },
  );

  test.each([
    ['its identity', ['renewed', 'tls']],
    ['its TLS certificate', ['identity', 'renewed']],
  ])('changes with %s, so that the pod restarts with it', (_, certificates) => {
    expect(hashOf(PEER, certificates)).not.toBe(hashOf(PEER));
  });

  test('changes with the environment', () => {
    const node = { ...PEER.node, environment: { FABRIC_LOGGING_SPEC: 'DEBUG' } };
    expect(hashOf({ ...PEER, node })).not.toBe(hashOf(PEER));
  });

  test('differs between organizations, whose NodeOUs name their own CA', () => {
    const { organization, ...peer } = PEER;
    const renamed = { ...peer, organization: { ...organization, name: 'org2' } };
    const sameEnvironment = { CORE_PEER_ADDRESS: '', CORE_PEER_CHAINCODEADDRESS: '', CORE_PEER_GOSSIP_BOOTSTRAP: '' };
    const environment = {
      ...sameEnvironment,
      CORE_PEER_GOSSIP_EXTERNALENDPOINT: '',
      CHAINCODE_AS_A_SERVICE_BUILDER_CONFIG: '',
    };
    const node = { ...PEER.node, environment };
    expect(hashOf({ ...renamed, node })).not.toBe(hashOf({ ...PEER, node }));
  });

  test('changes with what a CA reads', () => {
    const ca = describedNetwork().organization('org1');
    const hash = (read: string[]): unknown => certificateAuthorityVariables(ca, read)['CONFIGURATION_HASH'];
    expect(hash(['configuration'])).toBe(hash(['configuration']));
    expect(hash(['configuration'])).not.toBe(hash(['other']));
  });
});
