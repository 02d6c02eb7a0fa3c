import { describe, expect, test } from 'vitest';

import { completeDescription, type Chaincode } from '../../../src/spec/index.ts';
import { describedChaincodes, describedChannel, issuesOf, networkOf, warningsOf } from './descriptions.ts';

function completed(chaincode: Record<string, unknown> = {}): Chaincode {
  const [found] = networkOf(completeDescription(describedChaincodes(chaincode))).chaincodes;
  if (found === undefined) throw new Error('no chaincode');
  return found;
}

function issues(...chaincodes: Record<string, unknown>[]): string[] {
  return issuesOf(completeDescription(describedChaincodes(...chaincodes)));
}

describe('completion of a chaincode', () => {
  test('fills in the defaults of a chaincode that Weft runs', () => {
    expect(completed()).toEqual({
      name: 'basic',
      channel: 'mychannel',
      version: '1.0',
      image: 'localhost:5000/basic:1.0',
      per: 'organization',
      resources: { requests: { cpu: '20m', memory: '64Mi' } },
      environment: {},
      endorsementPolicy: '/Channel/Application/Endorsement',
      initRequired: false,
      collections: [],
      tls: true,
    });
  });

  test.each([
    ['image', {}, true],
    ['image', { tls: false }, false],
    ['address', { address: 'host.docker.internal:9999' }, false],
    ['address', { address: 'host.docker.internal:9999', tls: true }, true],
  ])(
    'has peers talk to a chaincode with %s as the description says, by default in TLS to their own servers: %o',
    (_, fields, tls) => {
      expect(completed(fields)).toHaveProperty('tls', tls);
    },
  );

  test('gives a chaincode at an address no image and no resources', () => {
    expect(completed({ address: 'host.docker.internal:9999' })).toEqual({
      name: 'basic',
      channel: 'mychannel',
      version: '1.0',
      address: 'host.docker.internal:9999',
      endorsementPolicy: '/Channel/Application/Endorsement',
      initRequired: false,
      collections: [],
      tls: false,
    });
  });

  test('keeps what the description says of a chaincode', () => {
    const chaincode = {
      name: 'Asset_2',
      channel: 'mychannel',
      version: '1.0+build_7',
      image: 'basic@sha256:' + 'a'.repeat(64),
      per: 'peer',
      resources: { limits: { memory: '1Gi' } },
      environment: { LOG_LEVEL: 'debug' },
      endorsementPolicy: "AND('Org1MSP.peer', 'Org2MSP.peer')",
      initRequired: true,
      collections: [],
      tls: false,
    };
    expect(completed(chaincode)).toEqual(chaincode);
  });
});

describe('names of chaincodes', () => {
  test.each(['ba sic', 'basic-', '-basic', 'ba--sic', 'ba.sic', ''])(
    'refuses a chaincode name that Fabric refuses: "%s"',
    (name) => {
      expect(issues({ name })).toEqual([
        `chaincodes[0].name: must be letters and digits, and single dashes or underscores between them (found "${name}")`,
      ]);
    },
  );

  test("refuses the names of Fabric's system chaincodes", () => {
    expect(issues({ name: 'lscc' })).toEqual([
      'chaincodes[0].name: "lscc" is the name of one of Fabric\'s system chaincodes',
    ]);
  });

  test('refuses a second chaincode of one name on a channel', () => {
    const twice = [{ address: 'a:1' }, { name: 'other' }, { version: '2.0', address: 'b:1' }];
    expect(issues(...twice)).toEqual([
      'chaincodes[2].name: "basic" is already the name of chaincodes[0]: a chaincode needs a name of its own on its channel',
    ]);
  });

  test('accepts chaincodes of one name on two channels', () => {
    const chaincodes = ['a', 'b'].map((channel) => ({ name: 'basic', channel, version: '1', image: 'basic' }));
    const network = describedChannel({}, { channels: [{ name: 'a' }, { name: 'b' }], chaincodes });
    expect(warningsOf(completeDescription(network))).toEqual([]);
  });

  test('refuses a chaincode name that leaves no room in the names of its pods', () => {
    expect(issues({ name: 'a-chaincode-of-many-letters', per: 'peer' })).toEqual([
      'chaincodes[0].name: makes the Kubernetes name "org1-peer1-ccaas-mychannel-a-chaincode-of-many-letters" of 54 characters: at most 46 leave room for what a Deployment adds to the names of its pods',
    ]);
    expect(completed({ name: 'a-chaincode-of-many-letters', address: 'a:1' }).name).toHaveLength(27);
  });

  test('refuses chaincode names that become the same Kubernetes name', () => {
    expect(issues({ name: 'a_b' }, { name: 'A-B' })).toEqual([
      'chaincodes[1].name: needs the Deployment "org1-ccaas-mychannel-a-b", which belongs to chaincode a_b on mychannel: choose another name',
    ]);
  });

  test('refuses a chaincode name that becomes the Kubernetes name of a node', () => {
    const organizations = [
      { name: 'org0', orderers: 1 },
      { name: 'org1', peers: [{ name: 'ccaas-mychannel-basic' }] },
    ];
    const chaincodes = [{ name: 'basic', version: '1', image: 'basic' }];
    expect(issuesOf(completeDescription(describedChannel({}, { organizations, chaincodes })))).toEqual([
      'chaincodes[0].name: needs the Deployment "org1-ccaas-mychannel-basic", which belongs to org1/ccaas-mychannel-basic: choose another name',
    ]);
  });
});

describe('versions of chaincodes', () => {
  test('refuses a chaincode version that Fabric refuses', () => {
    expect(issues({ version: '1 beta' })).toEqual([
      'chaincodes[0].version: must be letters, digits, dots, dashes, underscores and plus signs, such as "1.0" (found "1 beta")',
    ]);
  });

  test('refuses a chaincode without a version, or with a number for one', () => {
    expect(issues({ version: undefined }, { name: 'other', version: 1.5 })).toEqual([
      'chaincodes[0].version: is missing',
      'chaincodes[1].version: must be a text (found 1.5): write it in quotes',
    ]);
  });
});

describe('channels of chaincodes', () => {
  const chaincodes = [{ name: 'basic', version: '1', image: 'basic' }];

  test('refuses a chaincode on a channel that is not there', () => {
    expect(issues({ channel: 'mychanel' })).toEqual([
      'chaincodes[0].channel: "mychanel" is no channel; did you mean "mychannel"?',
    ]);
  });

  test.each([
    [[{ name: 'a' }, { name: 'b' }], 'chaincodes[0].channel: is missing: there are 2 channels (a, b)'],
    [[], 'chaincodes[0].channel: is missing: there are no channels'],
  ])('refuses a chaincode that names no channel unless there is only one: %j', (channels, issue) => {
    expect(issuesOf(completeDescription(describedChannel({}, { channels, chaincodes })))).toEqual([issue]);
  });
});

describe('images and addresses of chaincodes', () => {
  test.each([
    ['localhost:9999', true],
    ['127.0.0.1:9999', true],
    ['basic.localhost:9999', true],
    ['host.docker.internal:9999', false],
    ['localhost.example.com:9999', false],
  ])('warns of an address at which each peer would look into its own pod: %s', (address, isWarned) => {
    expect(warningsOf(completeDescription(describedChaincodes({ address })))).toEqual(
      isWarned
        ? [
            `chaincodes[0].address: "${address}" is the pod of each peer itself, where no chaincode's server runs: name where pods reach it, such as its Service`,
          ]
        : [],
    );
  });

  const address = 'must be a host and a port without a scheme, such as host.docker.internal:9999';
  const ofImage = 'is for a server that Weft runs from an image: it does nothing for one at an address';

  test.each([
    [
      { image: undefined },
      'image: is missing: give the image of the chaincode, or the address where somebody else runs it',
    ],
    [
      { image: 'basic', address: 'localhost:9999' },
      'address: excludes image: either Weft runs the chaincode from its image, or somebody else at its address',
    ],
    [{ address: 'localhost' }, `address: ${address} (found "localhost")`],
    [{ address: 'grpc://localhost:9999' }, `address: ${address} (found "grpc://localhost:9999")`],
    [{ address: 'localhost:65536' }, `address: ${address} (found "localhost:65536")`],
    [{ address: 'localhost:0' }, `address: ${address} (found "localhost:0")`],
    [{ address: 'localhost:9999', per: 'peer' }, `per: ${ofImage}`],
    [{ address: 'localhost:9999', resources: {} }, `resources: ${ofImage}`],
    [{ address: 'localhost:9999', environment: {} }, `environment: ${ofImage}`],
    [
      { resources: { requests: { memory: '1Gi' }, limits: { memory: '512Mi' } } },
      'resources.requests.memory: 1Gi is more than the limit of 512Mi',
    ],
  ])('refuses a chaincode with no image, with image and address, or with a malformed one: %j', (chaincode, issue) => {
    expect(issues(chaincode)).toEqual([`chaincodes[0].${issue}`]);
  });

  test.each(['10.0.0.5:1', 'debug.svc.cluster.local:65535', '[::1]:9999'])(
    'accepts the chaincode address %s',
    (found) => {
      expect(completed({ address: found })).toMatchObject({ address: found });
    },
  );

  test.each([
    ['CHAINCODE_ID', "replaces Weft's own value: with another one the pod may not start, or not be reached"],
    [
      'DB_PASSWORD',
      "looks like a secret, but stands readable in a ConfigMap and in the run's history: environmentFrom takes it from a Secret",
    ],
  ])('warns of risky environment variables of a chaincode: %s', (name, message) => {
    const description = describedChaincodes({ environment: { [name]: 'x' } });
    expect(warningsOf(completeDescription(description))).toEqual([`chaincodes[0].environment.${name}: ${message}`]);
  });
});

describe('endorsement policies of chaincodes', () => {
  test.each([
    "OR('Org1MSP.peer', 'Org2MSP.peer')",
    '/Channel/Application/Endorsement',
    '/Channel/Application/LifecycleEndorsement',
    '/Channel/Application/Org1MSP/Endorsement',
  ])('accepts the endorsement policy %s', (endorsementPolicy) => {
    expect(completed({ endorsementPolicy }).endorsementPolicy).toBe(endorsementPolicy);
  });

  test.each([
    [
      "OR('Org1MSP.peer' 'Org2MSP.peer')",
      `cannot be read: at column 19 there must be "," or ")" (found 'Org2MSP.peer')`,
    ],
    ["OR('Org9MSP.peer')", 'names "Org9MSP", but no organization has this MSP ID; did you mean "Org1MSP"?'],
    ["OR('Org1MSP.peer', 'OrdererMSP.peer')", 'names "OrdererMSP", but org0 is no member of channel mychannel'],
    [
      '/Channel/Application/Endorsment',
      'must be the path of a policy of channel mychannel; did you mean "/Channel/Application/Endorsement"? (found "/Channel/Application/Endorsment")',
    ],
    [
      'MAJORITY Endorsement',
      'must be a signature policy, or the path of a policy of the channel such as /Channel/Application/Endorsement: only channels have implicit ones (found "MAJORITY Endorsement")',
    ],
  ])('refuses an endorsement policy that nobody could fulfil: %s', (endorsementPolicy, issue) => {
    expect(issues({ endorsementPolicy })).toEqual([`chaincodes[0].endorsementPolicy: ${issue}`]);
  });
});
