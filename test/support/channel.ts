import type { ChannelBlueprint, ConsenterBlueprint, IdentityType } from '../../src/fabric/index.ts';
import { newAuthority, type TestAuthority } from '../unit/fabric/ca/authority.ts';

const DAY_MS = 24 * 3_600_000;

/** Certificates that are valid now, whenever the tests run. */
export const NOW = { from: new Date(Date.now() - DAY_MS), to: new Date(Date.now() + DAY_MS) };

/** An organization with two CAs in memory. */
export interface TestOrganization {
  readonly name: string;
  readonly mspId: string;
  readonly roots: { readonly ca: string; readonly tlsca: string };
  readonly identity: (name: string, role: IdentityType | 'department1') => ReturnType<TestAuthority['issue']>;
  readonly tls: (name: string, hosts: readonly string[]) => ReturnType<TestAuthority['issue']>;
  readonly signRevocationList: TestAuthority['revocationList'];
}

export async function newOrganization(name: string, mspId: string): Promise<TestOrganization> {
  const [ca, tlsca] = await Promise.all([newAuthority(`${name}-ca`, NOW), newAuthority(`${name}-tlsca`, NOW)]);
  return {
    name,
    mspId,
    roots: { ca: ca.chain, tlsca: tlsca.chain },
    identity: (commonName, role) => ca.issue({ commonName, units: [role], validity: NOW }),
    tls: (commonName, hosts) => tlsca.issue({ commonName, units: [], hosts, validity: NOW }),
    signRevocationList: (certificates) => ca.revocationList(certificates),
  };
}

/** An orderer of the organization as it stands in a channel. */
export async function newConsenter(
  organization: TestOrganization,
  host: string,
  port = 6050,
): Promise<ConsenterBlueprint> {
  const [identity, tls] = await Promise.all([organization.identity(host, 'orderer'), organization.tls(host, [host])]);
  return { host, port, mspId: organization.mspId, identity: identity.certificate, tlsCertificate: tls.certificate };
}

export const RAFT = {
  type: 'raft',
  tickInterval: '500ms',
  electionTick: 10,
  heartbeatTick: 1,
  maxInflightBlocks: 5,
  snapshotIntervalSize: '16 MB',
} as const;

export const BFT = {
  type: 'bft',
  requestBatchMaxCount: 100,
  requestBatchMaxInterval: '50ms',
  requestForwardTimeout: '2s',
  requestComplainTimeout: '20s',
  requestAutoRemoveTimeout: '3m0s',
  viewChangeResendInterval: '5s',
  viewChangeTimeout: '20s',
  leaderHeartbeatTimeout: '1m0s',
  collectTimeout: '1s',
  requestBatchMaxBytes: 10_485_760,
  incomingMessageBufferSize: 200,
  requestPoolSize: 400,
  leaderHeartbeatCount: 10,
} as const;

/** A channel with Fabric's defaults, ordered by one organization. */
export function channelBlueprint(
  ordering: TestOrganization,
  consenters: readonly ConsenterBlueprint[],
  members: readonly TestOrganization[],
): ChannelBlueprint {
  return {
    name: 'mychannel',
    consensus: RAFT,
    batch: { timeout: '2s', maxMessageCount: 500, absoluteMaxBytes: '10 MB', preferredMaxBytes: '2 MB' },
    policies: {
      application: {
        readers: 'ANY Readers',
        writers: 'ANY Writers',
        admins: 'MAJORITY Admins',
        lifecycleEndorsement: 'MAJORITY Endorsement',
        endorsement: 'MAJORITY Endorsement',
      },
      orderer: {
        readers: 'ANY Readers',
        writers: 'ANY Writers',
        admins: 'MAJORITY Admins',
        blockValidation: 'ANY Writers',
      },
    },
    capabilities: { channel: 'V2_0', orderer: 'V2_0', application: 'V2_5' },
    ordering: [{ ...ordering, endpoints: consenters.map(({ host, port }) => `${host}:${port}`), consenters }],
    members: members.map((member) => ({
      ...member,
      anchorPeers: [{ host: `${member.name}-peer1`, port: 7051 }],
    })),
  };
}
