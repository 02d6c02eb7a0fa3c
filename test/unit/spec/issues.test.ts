import { describe, expect, test } from 'vitest';

import { completeDescription, readStoredDescription } from '../../../src/spec/index.ts';
import {
  described,
  describedChaincodes,
  describedChannel,
  describedOrderer,
  issuesOf,
  networkOf,
  warningsOf,
} from './descriptions.ts';

const KNOWN_OF_ORGANIZATION = 'name, mspId, domain, cluster, namespace, certificateAuthority, orderers, peers';

const ORDERING = { name: 'org0', orderers: 3 };
const CHAINCODE = { name: 'basic', version: '1.0', image: 'basic:1.0' };

describe('fields', () => {
  test.each([
    [
      'misspelt',
      described({ organisations: [] }),
      'organisations: is not a known field; did you mean "organizations"?',
    ],
    [
      'in other capitals',
      described({}, { mspID: 'X' }),
      'organizations[0].mspID: is not a known field; did you mean "mspId"?',
    ],
    ['shortened', described({ certs: {} }), 'certs: is not a known field; did you mean "certificates"?'],
    [
      'unlike any other',
      described({}, { color: 'red' }),
      `organizations[0].color: is not a known field (known here: ${KNOWN_OF_ORGANIZATION})`,
    ],
    [
      'of a node in a list',
      describedOrderer({ storge: '1Gi' }),
      'organizations[0].orderers[0].storge: is not a known field; did you mean "storage"?',
    ],
    [
      'of a consensus, which has its own with each type',
      describedChannel({ consensus: { type: 'raft', electonTick: 12 } }),
      'channels[0].consensus.electonTick: is not a known field; did you mean "electionTick"?',
    ],
    [
      'of another type of consensus',
      describedChannel({ consensus: { type: 'raft', collectTimeout: '1s' } }),
      'channels[0].consensus.collectTimeout: is not a known field (known here: type, tickInterval, electionTick, heartbeatTick, maxInflightBlocks, snapshotIntervalSize)',
    ],
    [
      'of an organization in a channel',
      describedChannel({ peers: [{ organization: 'org1', anchors: [] }] }),
      'channels[0].peers[0].anchors: is not a known field; did you mean "anchorPeers"?',
    ],
  ])('refuses an unknown field and suggests a known one: %s', (_, description, issue) => {
    expect(issuesOf(completeDescription(description))).toEqual([issue]);
  });

  test.each([
    [{ organizations: [{ name: 'org0', orderers: 1 }] }, 'name: is missing'],
    [{ name: 'net' }, 'organizations: is missing'],
    [described({}, {}, { peers: 1 }), 'organizations[1].name: is missing'],
    [describedOrderer({ name: undefined }), 'organizations[0].orderers[0].name: is missing'],
  ])('names the field that is missing: %j', (description, issue) => {
    expect(issuesOf(completeDescription(description))).toEqual([issue]);
  });

  test('does not tell a misspelt field as missing too', () => {
    const issues = issuesOf(completeDescription({ name: 'net', organisations: [{ name: 'org0', orderers: 1 }] }));
    expect(issues).toEqual(['organisations: is not a known field; did you mean "organizations"?']);
  });
});

describe('values', () => {
  test.each([
    [described({ name: 3 }), 'name: must be a text (found 3): write it in quotes'],
    [described({ fabric: { version: 2.5 } }), 'fabric.version: must be a text (found 2.5): write it in quotes'],
    [described({ fabric: '2.5.9' }), 'fabric: must be a mapping of fields (found "2.5.9")'],
    [described({ kubernetes: null }), 'kubernetes: must be a mapping of fields (found nothing)'],
    [described({ organizations: { org0: 3 } }), 'organizations: must be a list (found a mapping)'],
    [described({ organizations: [] }), 'organizations: must name at least one organization (found an empty list)'],
    [
      described({}, { peers: 'two' }),
      'organizations[0].peers: must be a whole number from 0 to 100, or a list of nodes (found "two")',
    ],
    [
      described({}, { peers: -1 }),
      'organizations[0].peers: must be a whole number from 0 to 100, or a list of nodes (found -1)',
    ],
    [
      described({}, { peers: 1.5 }),
      'organizations[0].peers: must be a whole number from 0 to 100, or a list of nodes (found 1.5)',
    ],
    [
      described({}, { orderers: 1e9 }),
      'organizations[0].orderers: must be a whole number from 0 to 100, or a list of nodes (found 1000000000)',
    ],
    [describedChannel({ orderers: 'org0' }), 'channels[0].orderers: must be a list (found "org0")'],
    [
      describedChannel({ peers: [1] }),
      'channels[0].peers[0]: must be the name of an organization, or a mapping with its organization and peers (found 1)',
    ],
    [
      describedChannel({ consensus: 'pbft' }),
      'channels[0].consensus: must be raft or bft, or a mapping with its type and options (found "pbft")',
    ],
    [
      describedChannel({ consensus: { type: 'pbft' } }),
      'channels[0].consensus.type: must be raft or bft (found "pbft")',
    ],
    [
      describedChannel({ batch: { timeout: 2 } }),
      'channels[0].batch.timeout: must be a duration such as 500ms, 2s or 1m30s (found 2)',
    ],
    [describedChaincodes({ version: 1.0 }), 'chaincodes[0].version: must be a text (found 1): write it in quotes'],
    [describedChaincodes({ tls: 'yes' }), 'chaincodes[0].tls: must be true or false (found "yes")'],
    [describedChaincodes({ per: 'node' }), 'chaincodes[0].per: must be organization or peer (found "node")'],
    [described({}, { peers: ['peer1'] }), 'organizations[0].peers[0]: must be a mapping of fields (found "peer1")'],
    [
      described({ kubernetes: { rolloutTimeoutSeconds: '10m' } }),
      'kubernetes.rolloutTimeoutSeconds: must be a whole number from 1 to 86400 (found "10m")',
    ],
  ])('refuses a value of another type: %j', (description, issue) => {
    expect(issuesOf(completeDescription(description))).toContain(issue);
  });

  test.each([
    [undefined, ': there is no description: it must be a mapping of fields'],
    [null, ': must be a mapping of fields (found nothing)'],
    ['up', ': must be a mapping of fields (found "up")'],
    [[], ': must be a mapping of fields (found an empty list)'],
  ])('refuses what is no mapping of fields: %j', (value, issue) => {
    expect(issuesOf(completeDescription(value))).toEqual([issue]);
  });

  test('does not repeat the value of an environment variable, as it may be secret', () => {
    const description = describedOrderer({ environment: { SOME_PIN: 12345 } });
    expect(issuesOf(completeDescription(description))).toEqual([
      'organizations[0].orderers[0].environment.SOME_PIN: must be a text: write it in quotes',
    ]);
  });
});

describe('names', () => {
  const label = 'must be lower-case letters, digits and dashes, not beginning or ending with a dash';
  const organizationName =
    'must be lower-case letters, digits and dashes, beginning with a letter and not ending with a dash';

  test.each([
    [described({ name: 'Test_Network' }), `name: ${label} (found "Test_Network")`],
    [described({ name: 'n'.repeat(64) }), `name: must have at most 63 characters (found "${'n'.repeat(60)}"…)`],
    [described({ kubernetes: { namespace: '-x' } }), `kubernetes.namespace: ${label} (found "-x")`],
    [described({}, { name: 'Org0' }), `organizations[0].name: ${organizationName} (found "Org0")`],
    [described({}, { name: '0rg' }), `organizations[0].name: ${organizationName} (found "0rg")`],
    [
      described({}, { name: 'o'.repeat(44) }),
      `organizations[0].name: must have at most 43 characters (found "${'o'.repeat(44)}")`,
    ],
    [describedOrderer({ name: 'a_b' }), `organizations[0].orderers[0].name: ${label} (found "a_b")`],
    [
      described({}, { mspId: 'Org1 MSP' }),
      'organizations[0].mspId: must be letters, digits, dots and dashes, such as Org1MSP (found "Org1 MSP")',
    ],
    [
      described({}, { mspId: '..' }),
      'organizations[0].mspId: must be letters, digits, dots and dashes, such as Org1MSP (found "..")',
    ],
    [
      described({}, { domain: 'Org0.example.com' }),
      'organizations[0].domain: must be a DNS name in lower case, such as fast.example.com (found "Org0.example.com")',
    ],
  ])('refuses names that Kubernetes or Fabric would refuse: %j', (description, issue) => {
    expect(issuesOf(completeDescription(description))).toEqual([issue]);
  });

  test('refuses names that Kubernetes would cut off in the names of pods', () => {
    const tooLong = describedOrderer({ name: 'o'.repeat(42) });
    expect(issuesOf(completeDescription(tooLong))).toEqual([
      `organizations[0].orderers[0].name: makes the Kubernetes name "org0-${'o'.repeat(42)}" of 47 characters: at most 46 leave room for what a Deployment adds to the names of its pods`,
    ]);
    expect(warningsOf(completeDescription(describedOrderer({ name: 'o'.repeat(41) })))).toEqual([]);
  });

  test('tells a name of a counted node that is too long at the count', () => {
    const [issue] = issuesOf(completeDescription(described({}, { name: 'o'.repeat(40) })));
    expect(issue).toMatch(/^organizations\[0\]\.orderers: makes the Kubernetes name "o+-orderer1" of 49 characters/);
  });

  test('refuses two organizations or two nodes of one name', () => {
    const twice = described(
      {},
      { orderers: [{ name: 'a' }], peers: [{ name: 'a' }] },
      { name: 'org0', peers: 1, mspId: 'Other' },
    );
    expect(issuesOf(completeDescription(twice))).toEqual([
      'organizations[1].name: "org0" is already the name of organizations[0]: an organization needs a name of its own',
      'organizations[0].peers[0].name: "a" is already the name of organizations[0].orderers[0]: a node needs a name of its own in its organization',
    ]);
  });

  test('refuses two organizations of one MSP ID', () => {
    const twice = described({}, { mspId: 'Org1MSP' }, { name: 'org1', peers: 1 });
    expect(issuesOf(completeDescription(twice))).toEqual([
      'organizations[1].mspId: "Org1MSP" is already the MSP ID of organizations[0]: Fabric would take the two organizations for one',
    ]);
  });

  test.each([
    ['ca', 'needs the Deployment "org0-ca", which belongs to the CA of org0: choose another name'],
    ['admin', 'needs the Secret "org0-admin-msp", which belongs to the Admin of org0: choose another name'],
    ['msp', 'needs the ConfigMap "org0-msp-config", which belongs to organization org0: choose another name'],
  ])('refuses a node name that Weft needs itself: %s', (name, message) => {
    const issues = issuesOf(completeDescription(describedOrderer({ name })));
    expect(issues).toEqual([`organizations[0].orderers[0].name: ${message}`]);
  });

  test('refuses names that become the same object of one namespace', () => {
    const clash = described({}, { name: 'a', peers: [{ name: 'b-c' }] }, { name: 'a-b', peers: [{ name: 'c' }] });
    expect(issuesOf(completeDescription(clash))).toEqual([
      'organizations[1].peers[0].name: needs the Deployment "a-b-c", which belongs to a/b-c: choose another name',
    ]);
  });

  test('accepts names that become objects of one name in two namespaces', () => {
    const apart = described(
      {},
      { name: 'a', peers: [{ name: 'b-c' }] },
      { name: 'a-b', namespace: 'other', peers: [{ name: 'c' }] },
    );
    expect(warningsOf(completeDescription(apart))).toEqual([]);
  });
});

describe('settings', () => {
  const at = 'organizations[0].orderers[0]';
  const quantity = 'must be a Kubernetes quantity, such as 500m, 512Mi or 1Gi';

  test.each([
    [describedOrderer({ storage: '1 GB' }), `${at}.storage: ${quantity} (found "1 GB")`],
    [describedOrderer({ storage: '-1Gi' }), `${at}.storage: ${quantity} (found "-1Gi")`],
    [describedOrderer({ storage: '0Gi' }), `${at}.storage: must be more than nothing (found "0Gi")`],
    [
      describedOrderer({ resources: { limits: { cpu: 'much' } } }),
      `${at}.resources.limits.cpu: ${quantity} (found "much")`,
    ],
    [
      describedOrderer({ resources: { requests: { memory: '1Gi' }, limits: { memory: '1000M' } } }),
      `${at}.resources.requests.memory: 1Gi is more than the limit of 1000M`,
    ],
    [
      describedOrderer({ image: 'ghcr.io/Hyperledger/fabric orderer' }),
      `${at}.image: must be an image reference, such as ghcr.io/hyperledger/fabric-peer:2.5.9 (found "ghcr.io/Hyperledger/fabric orderer")`,
    ],
    [
      describedOrderer({ environment: { 'A-B': 'x' } }),
      `${at}.environment.A-B: must be a variable name of letters, digits and underscores, such as FABRIC_LOGGING_SPEC`,
    ],
    [
      described({ fabric: { registry: 'https://ghcr.io/hyperledger' } }),
      'fabric.registry: must be a registry and a path without tag or scheme, such as ghcr.io/hyperledger (found "https://ghcr.io/hyperledger")',
    ],
    [
      described({ fabric: { version: '2.5 lts' } }),
      'fabric.version: must be an image tag, such as 2.5.9 (found "2.5 lts")',
    ],
    [described({ fabric: { version: '2.2.15' } }), 'fabric.version: 2.2.15 is too old: Weft needs Fabric 2.4 or later'],
    [
      described({ certificates: { tls: '90d' } }),
      'certificates.tls: must be a duration in whole hours or minutes, such as 8760h for a year (found "90d")',
    ],
    [
      described({ certificates: { ca: '8760h', tls: '8761h' } }),
      "certificates.tls: 8761h is longer than the CA's own 8760h: no certificate outlives its CA",
    ],
    [
      described({ certificates: { tls: '2h', renewBefore: '2h' } }),
      'certificates.renewBefore: 2h is not shorter than what certificates live (identity 8760h, tls 2h)',
    ],
  ])('refuses settings that cannot work: %j', (description, issue) => {
    expect(issuesOf(completeDescription(description))).toEqual([issue]);
  });

  test.each(['2.5.9', '2.4', '3.1.5', '2.5', '3', 'nightly'])('accepts Fabric %s', (version) => {
    expect(warningsOf(completeDescription(described({ fabric: { version } })))).toEqual([]);
  });

  test.each(['ghcr.io/hyperledger', 'localhost:5000', 'registry', '[::1]:5000/a/b', 'docker.io/my-org'])(
    'accepts the registry %s',
    (registry) => {
      expect(warningsOf(completeDescription(described({ fabric: { registry } })))).toEqual([]);
    },
  );
});

describe('the network as a whole', () => {
  test('refuses a network without orderers', () => {
    expect(issuesOf(completeDescription(described({}, { orderers: 0, peers: 2 })))).toEqual([
      'organizations: have no orderers: a network needs at least one, e.g. "orderers: 3" in one of them',
    ]);
  });

  test('warns of an even number of orderers over all organizations', () => {
    const even = described({}, { orderers: 3 }, { name: 'org1', orderers: 1 });
    expect(warningsOf(completeDescription(even))).toEqual([
      'organizations: have 4 orderers, which survive the loss of 1, as 3 would: a Raft cluster wants an odd number',
    ]);
    expect(warningsOf(completeDescription(described({}, { orderers: 2 }, { name: 'org1', orderers: 3 })))).toEqual([]);
  });

  test('warns of an organization without nodes', () => {
    expect(warningsOf(completeDescription(described({}, {}, { name: 'org1' })))).toEqual([
      'organizations[1]: has neither orderers nor peers: only the CA of org1 will run',
    ]);
  });

  test('warns of nodes without addresses where the organizations are on several clusters', () => {
    const orderers = [{ name: 'a', address: 'a.example.com:443' }];
    const apart = described({}, { orderers }, { name: 'org1', cluster: 'west', peers: 2 });
    expect(warningsOf(completeDescription(apart))).toEqual([
      "organizations[1]: has nodes without an address (peer1, peer2): organizations of other clusters reach those of org1 only where its cluster's Service names are known to them",
    ]);
    expect(warningsOf(completeDescription(described({}, {}, { name: 'org1', peers: 2 })))).toEqual([]);
  });

  test('refuses a namespace that Kubernetes keeps for itself', () => {
    expect(issuesOf(completeDescription(described({ kubernetes: { namespace: 'kube-system' } })))).toEqual([
      'kubernetes.namespace: "kube-system" begins with kube-, which Kubernetes keeps for itself: choose another namespace',
    ]);
    expect(issuesOf(completeDescription(described({}, { namespace: 'kube-public' })))).toEqual([
      'organizations[0].namespace: "kube-public" begins with kube-, which Kubernetes keeps for itself: choose another namespace',
    ]);
  });

  test('reads a network that stands in a namespace which would be refused today', () => {
    const network = networkOf(completeDescription(described()));
    const kubernetes = { ...network.kubernetes, namespace: 'kube-system' };
    expect(networkOf(readStoredDescription({ ...network, kubernetes })).kubernetes.namespace).toBe('kube-system');
  });
});

describe('environment variables', () => {
  test.each([
    [
      'ORDERER_GENERAL_LOCALMSPID',
      "replaces Weft's own value: with another one the pod may not start, or not be reached",
    ],
    [
      'ORDERER_X_PASSWORD',
      "looks like a secret, but stands readable in a ConfigMap and in the run's history: environmentFrom takes it from a Secret",
    ],
  ])('warns of risky environment variables: %s', (name, message) => {
    const description = describedOrderer({ environment: { [name]: 'x' } });
    expect(warningsOf(completeDescription(description))).toEqual([
      `organizations[0].orderers[0].environment.${name}: ${message}`,
    ]);
  });

  test('does not warn of environment variables that are for the description to choose', () => {
    expect(
      warningsOf(completeDescription(describedOrderer({ environment: { FABRIC_LOGGING_SPEC: 'debug' } }))),
    ).toEqual([]);
  });
});

describe('all issues at once', () => {
  test('reports issues of shape and of meaning together', () => {
    const description = {
      name: 'Net',
      colour: 'red',
      certificates: { identity: '999999h' },
      organizations: [
        { name: 'org0', orderers: 'three' },
        { name: 'org1', peers: [{ name: 'ca' }, { name: 'p', storage: 'big' }, { name: 'p' }] },
        { mspId: 'Org1MSP' },
      ],
    };
    expect(issuesOf(completeDescription(description))).toEqual([
      `name: must be lower-case letters, digits and dashes, not beginning or ending with a dash (found "Net")`,
      'organizations[0].orderers: must be a whole number from 0 to 100, or a list of nodes (found "three")',
      'organizations[1].peers[1].storage: must be a Kubernetes quantity, such as 500m, 512Mi or 1Gi (found "big")',
      'organizations[2].name: is missing',
      'colour: is not a known field (known here: apiVersion, name, fabric, kubernetes, certificates, maintenanceWindow, organizations, channels, chaincodes)',
      'organizations[2].mspId: "Org1MSP" is already the MSP ID of organizations[1]: Fabric would take the two organizations for one',
      'organizations[1].peers[2].name: "p" is already the name of organizations[1].peers[1]: a node needs a name of its own in its organization',
      'organizations[1].peers[0].name: needs the Deployment "org1-ca", which belongs to the CA of org1: choose another name',
      "certificates.identity: 999999h is longer than the CA's own 131400h: no certificate outlives its CA",
    ]);
  });

  test.each([
    ['a misspelt "orderers"', described({}, { orderers: undefined, orderes: 3 })],
    ['an unreadable lifetime of the CA', described({ certificates: { ca: '20y', identity: '140000h' } })],
    ['an MSP ID of another form', described({}, { mspId: 'Org 1' }, { name: 'org1', mspId: 'Org0MSP', peers: 1 })],
    [
      'an unreadable name of an organization in a channel',
      describedChannel({ peers: ['Org1'] }, { organizations: [ORDERING, { name: 'Org1', peers: 1 }] }),
    ],
    [
      'an unreadable count of peers in a channel',
      describedChannel({ peers: ['org1'] }, { organizations: [ORDERING, { name: 'org1', peers: 'one' }] }),
    ],
    [
      'an unreadable MSP ID in a policy',
      describedChannel(
        { policies: { application: { admins: "OR('Org1.admin')" } } },
        { organizations: [ORDERING, { name: 'org1', mspId: 'Org1 ', peers: 1 }] },
      ),
    ],
    [
      'an unreadable name of a channel',
      describedChannel({ name: 'My Channel' }, { chaincodes: [{ ...CHAINCODE, channel: 'My Channel' }] }),
    ],
    [
      'an unknown organization of a channel',
      describedChannel(
        { peers: ['org1', 'og2'] },
        { chaincodes: [{ ...CHAINCODE, endorsementPolicy: "OR('Org1MSP.peer', 'Org2MSP.peer')" }] },
      ),
    ],
    ['a channel that is no mapping', describedChannel({}, { channels: ['mychannel'], chaincodes: [CHAINCODE] })],
    ['a chaincode that is no mapping', describedChannel({}, { chaincodes: ['basic'] })],
    ['a chaincode without version', describedChannel({}, { chaincodes: [{ ...CHAINCODE, version: undefined }] })],
    ['an unreadable address', describedChaincodes({ address: 'http://localhost' })],
    ['an unreadable image', describedChaincodes({ image: 'Basic' })],
    ['an unreadable policy of a collection', describedChaincodes({ collections: [{ name: 'a', policy: 1 }] })],
    ['a collection that is no mapping', describedChaincodes({ collections: ['a'] })],
    [
      'a consensus of an unknown type',
      describedChannel({ consensus: { type: 'pbft' } }, { chaincodes: [{ ...CHAINCODE, channel: 'mychannel' }] }),
    ],
    ['an orderer of a channel that is no name', describedChannel({ orderers: ['org0', 7] })],
  ])('reports what is wrong and nothing that follows from it: %s', (_, description) => {
    expect(issuesOf(completeDescription(description))).toHaveLength(1);
  });
});
