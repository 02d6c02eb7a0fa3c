import type { ChannelConfig, ConfigGroup, ConfigPolicy } from '../../../../src/fabric/index.ts';

/** An organization of a channel, as a test describes it. */
export interface ConfigOrganization {
  readonly mspId: string;
  /** PEM. */
  readonly root: string;
  /** `host:port`: endpoints of one that orders, anchor peers of a member. */
  readonly addresses?: readonly string[];
}

export interface ConfigConsenter {
  readonly host: string;
  /** PEM. */
  readonly certificate: string;
}

export interface ConfigParts {
  readonly ordering: readonly ConfigOrganization[];
  readonly members: readonly ConfigOrganization[];
  readonly consenters: readonly ConfigConsenter[];
  readonly consensus?: 'etcdraft' | 'BFT';
  readonly batchTimeout?: string;
  readonly maxMessageCount?: number;
  readonly tickInterval?: string;
  readonly leaderHeartbeatTimeout?: string;
  readonly capability?: string;
  readonly applicationPolicies?: Readonly<Record<string, ConfigPolicy>>;
}

/** A channel's configuration in the form in which configtxlator prints it; the integration tests prove that it does. */
export function channelConfig(parts: ConfigParts): ChannelConfig {
  return {
    sequence: '0',
    channel_group: group({
      groups: { Orderer: ordererGroup(parts), Application: applicationGroup(parts) },
      policies: META_POLICIES,
      values: { Capabilities: capabilities('V2_0'), HashingAlgorithm: { name: 'SHA256' } },
    }),
  };
}

export function implicit(rule: 'ANY' | 'ALL' | 'MAJORITY', subPolicy: string): ConfigPolicy {
  return { mod_policy: 'Admins', version: '0', policy: { type: 3, value: { rule, sub_policy: subPolicy } } };
}

/** `signature(2, 'Org1MSP.ADMIN', 'Org2MSP.ADMIN')`: two out of these. */
export function signature(n: number, ...roles: readonly string[]): ConfigPolicy {
  const identities = roles.map((role) => {
    const [msp_identifier, name] = role.split('.');
    return { principal: { msp_identifier, role: name }, principal_classification: 'ROLE' };
  });
  const rules = roles.map((_role, index) => ({ signed_by: index }));
  const value = { identities, rule: { n_out_of: { n, rules } }, version: 0 };
  return { mod_policy: 'Admins', version: '0', policy: { type: 1, value } };
}

const META_POLICIES = {
  Readers: implicit('ANY', 'Readers'),
  Writers: implicit('ANY', 'Writers'),
  Admins: implicit('MAJORITY', 'Admins'),
};

function ordererGroup(parts: ConfigParts): ConfigGroup {
  const consenters = parts.consenters.map(({ host, certificate }, index) => ({
    host,
    port: 6050,
    client_tls_cert: base64(certificate),
    server_tls_cert: base64(certificate),
    ...(parts.consensus === 'BFT' && { id: index + 1, msp_id: 'OrdererMSP', identity: base64(certificate) }),
  }));
  const raft = {
    type: 'etcdraft',
    state: 'STATE_NORMAL',
    metadata: { consenters, options: { tick_interval: parts.tickInterval ?? '500ms', election_tick: 10 } },
  };
  const bft = {
    type: 'BFT',
    state: 'STATE_NORMAL',
    metadata: {
      leader_heartbeat_timeout: parts.leaderHeartbeatTimeout ?? '1m0s',
      leader_rotation: 'ROTATION_UNSPECIFIED',
    },
  };
  return group({
    groups: Object.fromEntries(
      parts.ordering.map((organization) => [
        organization.mspId,
        organizationGroup(organization, { Endpoints: { addresses: organization.addresses ?? [] } }),
      ]),
    ),
    policies: { ...META_POLICIES, BlockValidation: implicit('ANY', 'Writers') },
    values: {
      Capabilities: capabilities('V2_0'),
      BatchTimeout: { timeout: parts.batchTimeout ?? '2s' },
      BatchSize: {
        max_message_count: parts.maxMessageCount ?? 500,
        absolute_max_bytes: 10_485_760,
        preferred_max_bytes: 2_097_152,
      },
      ChannelRestrictions: null,
      ...(parts.consensus === 'BFT'
        ? { ConsensusType: bft, Orderers: { consenter_mapping: consenters } }
        : { ConsensusType: raft }),
    },
  });
}

function applicationGroup({ members, capability, applicationPolicies }: ConfigParts): ConfigGroup {
  return group({
    groups: Object.fromEntries(
      members.map((organization) => {
        const anchors = organization.addresses?.map((address) => {
          const [host, port] = address.split(':');
          return { host, port: Number(port) };
        });
        const values = anchors === undefined ? {} : { AnchorPeers: { anchor_peers: anchors } };
        return [organization.mspId, organizationGroup(organization, values)];
      }),
    ),
    policies: {
      ...META_POLICIES,
      Endorsement: implicit('MAJORITY', 'Endorsement'),
      LifecycleEndorsement: implicit('MAJORITY', 'Endorsement'),
      ...applicationPolicies,
    },
    values: { Capabilities: capabilities(capability ?? 'V2_5') },
  });
}

function organizationGroup(
  { mspId, root }: ConfigOrganization,
  values: Readonly<Record<string, unknown>>,
): ConfigGroup {
  const ou = (role: string): object => ({ certificate: base64(root), organizational_unit_identifier: role });
  const config = {
    name: mspId,
    root_certs: [base64(root)],
    tls_root_certs: [base64(root)],
    revocation_list: ['a list of this organization'],
    fabric_node_ous: {
      enable: true,
      client_ou_identifier: ou('client'),
      peer_ou_identifier: ou('peer'),
      admin_ou_identifier: ou('admin'),
      orderer_ou_identifier: ou('orderer'),
    },
  };
  return group({
    groups: {},
    policies: {
      Readers: signature(1, `${mspId}.MEMBER`),
      Writers: signature(1, `${mspId}.MEMBER`),
      Admins: signature(1, `${mspId}.ADMIN`),
      Endorsement: signature(1, `${mspId}.PEER`),
    },
    values: { MSP: { config, type: 0 }, ...values },
  });
}

function group({
  groups,
  policies,
  values,
}: {
  readonly groups: Readonly<Record<string, ConfigGroup>>;
  readonly policies: Readonly<Record<string, ConfigPolicy>>;
  readonly values: Readonly<Record<string, unknown>>;
}): ConfigGroup {
  return {
    groups: { ...groups },
    policies: { ...policies },
    values: Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, { mod_policy: 'Admins', version: '0', value }]),
    ),
    mod_policy: 'Admins',
    version: '0',
  };
}

function capabilities(level: string): object {
  return { capabilities: { [level]: {} } };
}

export function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
