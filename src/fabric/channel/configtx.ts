/*
 * configtx.yaml and the files beside it, from which configtxgen makes a channel's first block
 * (https://hyperledger-fabric.readthedocs.io/en/release-2.5/create_channel/create_channel_config.html). What the
 * blueprint leaves open is as in Fabric's sampleconfig/configtx.yaml.
 */
import { X509Certificate } from 'node:crypto';

import { stringify } from 'yaml';

import type { Batch, BftConsensus, RaftConsensus } from '../../spec/index.ts';
import { FabricError } from '../error.ts';
import { caCertificateFile, nodeOuConfigYaml } from '../msp/node-ous.ts';
import { splitPem } from '../msp/certificates.ts';
import type {
  ChannelBlueprint,
  ConsenterBlueprint,
  MemberOrganizationBlueprint,
  OrderingOrganizationBlueprint,
  OrganizationBlueprint,
} from './blueprint.ts';

/** The one profile of the file, to name to configtxgen. */
export const CHANNEL_PROFILE = 'Channel';

/** Texts of files by their path. */
export type Files = Readonly<Record<string, string>>;

/**
 * The folder that configtxgen reads: configtx.yaml with one profile, {@link CHANNEL_PROFILE}, and the MSP folders and
 * certificates that it names.
 *
 * @throws FabricError `refused` if a CA's root is not one CA certificate: configtxgen would take an empty file, too
 */
export function configtxFiles(blueprint: ChannelBlueprint): Files {
  const { ordering, members } = blueprint;
  const consenters = ordering.flatMap((organization) => organization.consenters);
  return Object.assign(
    { 'configtx.yaml': configtxYaml(blueprint) },
    ...[...ordering, ...members].map(mspFiles),
    ...consenters.map(certificateFiles),
  ) as Files;
}

function configtxYaml({ consensus, batch, policies, capabilities, ordering, members }: ChannelBlueprint): string {
  const consenters = ordering.flatMap((organization) => organization.consenters);
  const { application, orderer } = policies;
  const profile = {
    Policies: { Readers: rule('ANY Readers'), Writers: rule('ANY Writers'), Admins: rule('MAJORITY Admins') },
    Capabilities: { [capabilities.channel]: true },
    Orderer: {
      ...(consensus.type === 'raft' ? raft(consensus, consenters) : bft(consensus, consenters)),
      ...batchSettings(batch),
      Organizations: ordering.map(orderingOrganization),
      Policies: {
        Readers: rule(orderer.readers),
        Writers: rule(orderer.writers),
        Admins: rule(orderer.admins),
        BlockValidation: rule(orderer.blockValidation),
      },
      Capabilities: { [capabilities.orderer]: true },
    },
    Application: {
      Organizations: members.map(memberOrganization),
      Policies: {
        Readers: rule(application.readers),
        Writers: rule(application.writers),
        Admins: rule(application.admins),
        LifecycleEndorsement: rule(application.lifecycleEndorsement),
        Endorsement: rule(application.endorsement),
      },
      Capabilities: { [capabilities.application]: true },
    },
  };
  // Fabric's YAML reader knows version 1.1, in which more words need quotes.
  return stringify({ Profiles: { [CHANNEL_PROFILE]: profile } }, { version: '1.1', lineWidth: 0 });
}

// The implicit meta policies of common/policies/implicitmeta_util.go; all else is a signature policy.
const IMPLICIT_META = /^(?:ANY|ALL|MAJORITY) \S+$/;

function rule(text: string): object {
  return { Type: IMPLICIT_META.test(text) ? 'ImplicitMeta' : 'Signature', Rule: text };
}

function raft(options: RaftConsensus, consenters: readonly ConsenterBlueprint[]): object {
  return {
    OrdererType: 'etcdraft',
    EtcdRaft: {
      Consenters: consenters.map((consenter) => ({
        Host: consenter.host,
        Port: consenter.port,
        ...tlsFiles(consenter),
      })),
      Options: {
        TickInterval: options.tickInterval,
        ElectionTick: options.electionTick,
        HeartbeatTick: options.heartbeatTick,
        MaxInflightBlocks: options.maxInflightBlocks,
        SnapshotIntervalSize: options.snapshotIntervalSize,
      },
    },
  };
}

function bft(options: BftConsensus, consenters: readonly ConsenterBlueprint[]): object {
  return {
    OrdererType: 'BFT',
    ConsenterMapping: consenters.map((consenter, index) => ({
      ID: index + 1,
      Host: consenter.host,
      Port: consenter.port,
      MSPID: consenter.mspId,
      Identity: identityFile(consenter),
      ...tlsFiles(consenter),
    })),
    SmartBFT: {
      RequestBatchMaxCount: options.requestBatchMaxCount,
      RequestBatchMaxInterval: options.requestBatchMaxInterval,
      RequestForwardTimeout: options.requestForwardTimeout,
      RequestComplainTimeout: options.requestComplainTimeout,
      RequestAutoRemoveTimeout: options.requestAutoRemoveTimeout,
      ViewChangeResendInterval: options.viewChangeResendInterval,
      ViewChangeTimeout: options.viewChangeTimeout,
      LeaderHeartbeatTimeout: options.leaderHeartbeatTimeout,
      CollectTimeout: options.collectTimeout,
      RequestBatchMaxBytes: options.requestBatchMaxBytes,
      IncomingMessageBufferSize: options.incomingMessageBufferSize,
      RequestPoolSize: options.requestPoolSize,
      LeaderHeartbeatCount: options.leaderHeartbeatCount,
    },
  };
}

function batchSettings({ timeout, maxMessageCount, absoluteMaxBytes, preferredMaxBytes }: Batch): object {
  return {
    BatchTimeout: timeout,
    BatchSize: {
      MaxMessageCount: maxMessageCount,
      AbsoluteMaxBytes: absoluteMaxBytes,
      PreferredMaxBytes: preferredMaxBytes,
    },
  };
}

function orderingOrganization({ name, mspId, endpoints }: OrderingOrganizationBlueprint): object {
  return {
    ...organization({ name, mspId }),
    Policies: {
      Readers: rule(`OR('${mspId}.member')`),
      Writers: rule(`OR('${mspId}.member')`),
      Admins: rule(`OR('${mspId}.admin')`),
    },
    OrdererEndpoints: endpoints,
  };
}

function memberOrganization({ name, mspId, anchorPeers }: MemberOrganizationBlueprint): object {
  return {
    ...organization({ name, mspId }),
    Policies: {
      Readers: rule(`OR('${mspId}.admin','${mspId}.peer','${mspId}.client')`),
      Writers: rule(`OR('${mspId}.admin','${mspId}.client')`),
      Admins: rule(`OR('${mspId}.admin')`),
      Endorsement: rule(`OR('${mspId}.peer')`),
    },
    AnchorPeers: anchorPeers.map(({ host, port }) => ({ Host: host, Port: port })),
  };
}

function organization({ name, mspId }: { readonly name: string; readonly mspId: string }): object {
  return { Name: mspId, ID: mspId, MSPDir: mspFolder(name) };
}

/** The verifying MSP of an organization: its roots, what they have revoked, and what makes a role, no key and no identity. */
function mspFiles({ name, mspId, roots, revocationList }: OrganizationBlueprint): Files {
  const folder = mspFolder(name);
  return {
    [`${folder}/config.yaml`]: nodeOuConfigYaml(name),
    [`${folder}/${caCertificateFile(name)}`]: onlyRoot(roots.ca, `the enrollment CA of ${mspId}`),
    [`${folder}/tlscacerts/${name}-tlsca.pem`]: onlyRoot(roots.tlsca, `the TLS CA of ${mspId}`),
    ...(revocationList === undefined ? {} : { [`${folder}/crls/${name}-ca.pem`]: revocationList }),
  };
}

function onlyRoot(pem: string, owner: string): string {
  const [root, ...others] = splitPem(pem);
  if (root === undefined || others.length > 0 || !new X509Certificate(root).ca)
    throw new FabricError('refused', `The root of ${owner} is not one CA certificate; a channel cannot be made of it.`);
  return root;
}

function certificateFiles(consenter: ConsenterBlueprint): Files {
  return {
    [tlsFiles(consenter).ServerTLSCert]: consenter.tlsCertificate,
    [identityFile(consenter)]: consenter.identity,
  };
}

/** An orderer calls the others with the certificate that it serves with (kube/config/orderer.yaml, General.Cluster). */
function tlsFiles(consenter: ConsenterBlueprint): { readonly ClientTLSCert: string; readonly ServerTLSCert: string } {
  const file = `${consenterFolder(consenter)}/tls.pem`;
  return { ClientTLSCert: file, ServerTLSCert: file };
}

function identityFile(consenter: ConsenterBlueprint): string {
  return `${consenterFolder(consenter)}/identity.pem`;
}

function consenterFolder({ host, port }: ConsenterBlueprint): string {
  return `consenters/${host}-${port}`;
}

function mspFolder(name: string): string {
  return `organizations/${name}/msp`;
}
