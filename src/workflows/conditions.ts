import type { CertificateStatus, NodeStatus } from '../activities/status/nodes.ts';
import { caName, renewalDate, type CertificateLifetimes, type Network } from '../spec/index.ts';
import { channelFindings, endorsersInWords, type ChannelFinding } from './channel-status.ts';
import { canMembersMeet, nameOf, nodesOf } from './inputs.ts';
import type { ChaincodeStatus, ChannelStatus, Condition, ConditionType } from './messages.ts';

/*
 * Whether a network is ready, and if not, what keeps it from being so. Pure: `network-look.ts` has looked.
 */

/** What was seen of a network. */
export interface NetworkSeen {
  /** The description that it should follow; undefined where the record does not say it. */
  readonly network: Network | undefined;
  readonly record: RecordSeen;
  readonly nodes: readonly NodeStatus[];
  readonly channels: readonly ChannelStatus[];
  readonly chaincodes: readonly ChaincodeStatus[];
  /** Peers have not had the time yet to tell each other what they run. */
  readonly isSettling: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** How far the newest run came, as the cluster keeps it. */
export type RecordSeen =
  | { readonly state: 'applied' | 'begun' | 'missing' }
  /** @property reason a sentence */
  | { readonly state: 'unreadable'; readonly reason: string };

/** Something that keeps a condition from being true. */
interface Finding {
  readonly reason: string;
  readonly message: string;
  readonly since?: string | undefined;
  /** The reason of the object that it is about. */
  readonly cause?: string | undefined;
}

function looksUntilPassed({ reason }: Finding): number {
  return LOOKS_UNTIL_PASSED.get(reason) ?? 0;
}

/** What a condition says where nothing keeps it from being true. */
interface Good {
  readonly reason: string;
  readonly message: string;
  readonly since?: string | undefined;
}

/** All conditions of a network, those first on which others depend. */
export function conditionsOf(seen: NetworkSeen): readonly Condition[] {
  return [
    authoritiesReady(seen),
    orderersReady(seen),
    peersInStep(seen),
    channelsReady(seen),
    chaincodesReady(seen),
    certificatesValid(seen),
    recordApplied(seen),
  ];
}

/**
 * Says of conditions of which the cluster does not tell since when they are so: at least since an earlier look at which they were, or else
 * since now.
 *
 * @param now RFC 3339
 */
export function sinceEarlier(
  conditions: readonly Condition[],
  earlier: readonly Condition[],
  now: string,
): readonly Condition[] {
  return conditions.map((condition) => {
    if (condition.since !== undefined) return condition;
    const { type, status } = condition;
    const before = earlier.find((one) => one.type === type && one.status === status);
    return withSince(condition, before?.since ?? now);
  });
}

/** What is not known of a network that could not be looked at. @param reason a sentence */
export function unseenConditions(reason: string): readonly Condition[] {
  return UNSEEN.map((type) => ({ type, status: 'Unknown', reason: 'NotSeen', message: reason }));
}

const UNSEEN: readonly ConditionType[] = [
  'CertificateAuthoritiesReady',
  'OrderersReady',
  'PeersInStep',
  'ChannelsReady',
  'ChaincodesReady',
  'CertificatesValid',
];

/**
 * Reasons that pass by themselves within seconds where all is well: an election, an orderer that fetches blocks, gossip. Without anchor
 * peers only those of one organization hear of each other, which takes a moment, too.
 */
const LOOKS_UNTIL_PASSED: ReadonlyMap<string, number> = new Map([
  ['NoLeader', Infinity],
  ['OrdererNotActive', Infinity],
  ['OrderersBehind', Infinity],
  ['PeersBehind', Infinity],
  ['NoEndorsers', Infinity],
  ['NoAnchorPeers', 3],
]);

/**
 * Whether a network that is not ready may be so in a moment, by itself.
 *
 * @param looks how often it was looked at, a second apart
 */
export function maySettle(conditions: readonly Condition[], looks: number): boolean {
  const open = conditions.filter(({ status }) => status !== 'True');
  return open.length > 0 && open.every(({ reason }) => (LOOKS_UNTIL_PASSED.get(reason) ?? 0) > looks);
}

function authoritiesReady({ network, nodes }: NetworkSeen): Condition {
  const expected = network?.organizations.map(caName) ?? [];
  return condition('CertificateAuthoritiesReady', nodeFindings(nodes, 'ca', expected), standing(nodes, 'ca'));
}

function orderersReady({ network, nodes, channels }: NetworkSeen): Condition {
  const findings = [
    ...nodeFindings(nodes, 'orderer', expectedNodes(network, 'orderer')),
    ...channelFinding(channels, { orderer: 'OrdererNotActive' }),
    ...channelFinding(channels, { 'orderer behind': 'OrderersBehind' }),
  ];
  return condition('OrderersReady', findings, standing(nodes, 'orderer'));
}

function peersInStep({ network, nodes, channels }: NetworkSeen): Condition {
  const findings = [
    ...channelFinding(channels, { ahead: 'PeersAhead' }),
    ...nodeFindings(nodes, 'peer', expectedNodes(network, 'peer')),
    ...channelFinding(channels, { outside: 'NotJoined' }),
    ...channelFinding(channels, { behind: 'PeersBehind' }),
  ];
  return condition('PeersInStep', findings, standing(nodes, 'peer'));
}

function channelsReady({ network, channels }: NetworkSeen): Condition {
  if (network === undefined) return unknown('ChannelsReady');
  const names = channels.map(({ name }) => name);
  return condition('ChannelsReady', channelFinding(channels, { leader: 'NoLeader' }), {
    reason: names.length === 0 ? 'NoChannels' : 'Ordering',
    message: names.length === 0 ? '' : `${names.join(', ')} can order`,
  });
}

function chaincodesReady({ network, chaincodes, isSettling }: NetworkSeen): Condition {
  if (network === undefined) return unknown('ChaincodesReady');
  const settling = isSettling ? chaincodes.filter((chaincode) => settlesByItself(network, chaincode)) : [];
  const findings = chaincodes
    .filter((chaincode) => !chaincode.ready && !settling.includes(chaincode))
    .map((chaincode) => chaincodeFinding(network, chaincode))
    // What does not pass by itself is the reason.
    .toSorted((one, other) => looksUntilPassed(one) - looksUntilPassed(other));
  if (settling.length > 0) {
    return condition('ChaincodesReady', findings, {
      reason: 'GossipSettling',
      message: `${settling.map(({ name }) => name).join(', ')}: peers learn within seconds which other peers run it, and the first transaction waits for that`,
    });
  }
  const names = chaincodes.map(({ name }) => name);
  return condition('ChaincodesReady', findings, {
    reason: names.length === 0 ? 'NoChaincodes' : 'Answering',
    message:
      names.length === 0 ? '' : `${names.join(', ')}: transactions can be endorsed through the peers of every member`,
  });
}

function chaincodeFinding(network: Network, { name, channel, reason, withoutEndorsers }: ChaincodeStatus): Finding {
  const message = `${name}: ${reason}`;
  if (withoutEndorsers === undefined || reason !== endorsersInWords(withoutEndorsers)) {
    return { reason: 'NotAnswering', message };
  }
  if (!isWithoutWays(network, channel)) return { reason: 'NoEndorsers', message };
  return {
    reason: 'NoAnchorPeers',
    message: `${message}; no member of ${channel} has anchor peers, so that peers never learn of those of other organizations: describe anchorPeers, one peer of each member at least`,
  };
}

/** That peers do not know enough others is all that a chaincode lacks, and there is a way on which they hear of them. */
function settlesByItself(network: Network, { channel, ready, reason, withoutEndorsers }: ChaincodeStatus): boolean {
  if (ready || withoutEndorsers === undefined) return false;
  return reason === endorsersInWords(withoutEndorsers) && !isWithoutWays(network, channel);
}

/** Peers of different members can never hear of each other. */
function isWithoutWays(network: Network, name: string): boolean {
  const channel = network.channels.find((one) => one.name === name);
  return channel !== undefined && !canMembersMeet(network, channel);
}

function certificatesValid({ network, nodes, now }: NetworkSeen): Condition {
  const certificates = nodes
    .flatMap((node) => node.certificates.map((certificate) => ({ node, certificate })))
    .map(({ node, certificate }) => ({
      name: `${node.name} (${certificate.use})`,
      notAfter: certificate.notAfter,
      renewal: renewedFrom(certificate, network?.certificates),
    }));
  const expired = certificates.filter(({ notAfter }) => Date.parse(notAfter) <= now);
  const findings = expired.map(({ name, notAfter }) => ({
    reason: 'Expired',
    message: `${name} expired at ${notAfter}`,
    since: notAfter,
  }));
  const renewals = certificates
    .flatMap(({ name, renewal }) => (renewal === undefined ? [] : [{ name, at: renewal }]))
    .toSorted((one, other) => one.at - other.at);
  const due = renewals.filter(({ at }) => at <= now);
  const [first] = renewals;
  if (first === undefined) return condition('CertificatesValid', findings, { reason: 'Valid', message: '' });
  const since = new Date(first.at).toISOString();
  if (due.length === 0) {
    const message = `the first to be renewed is that of ${first.name}, from ${since} on`;
    return condition('CertificatesValid', findings, { reason: 'Valid', message });
  }
  const names = due.map(({ name }) => name).join(', ');
  return condition('CertificatesValid', findings, {
    reason: 'RenewalDue',
    message: `the next run renews that of ${names}`,
    since,
  });
}

/** From when on a run renews a certificate, in milliseconds since 1970; undefined for the root of a CA, which no run renews. */
function renewedFrom(
  { use, notBefore, notAfter }: CertificateStatus,
  lifetimes?: CertificateLifetimes,
): number | undefined {
  if (use === 'ca' || use === 'tlsca') return undefined;
  return renewalDate({ notBefore: new Date(notBefore), notAfter: new Date(notAfter) }, lifetimes, use).getTime();
}

function recordApplied({ record }: NetworkSeen): Condition {
  const type = 'RecordApplied';
  switch (record.state) {
    case 'applied':
      return condition(type, [], { reason: 'Applied', message: '' });
    case 'begun':
      return condition(type, [
        { reason: 'RunNotFinished', message: 'the newest run has not come to its end; the same run again carries on' },
      ]);
    case 'missing':
      return condition(type, [
        {
          reason: 'RecordMissing',
          message: 'the cluster keeps no record of the network, which says what there should be; a run writes it anew',
        },
      ]);
    case 'unreadable':
      return condition(type, [{ reason: 'RecordUnreadable', message: record.reason }]);
  }
}

/** What keeps nodes of a kind from being ready: that they are not there, do not answer, or crash. */
function nodeFindings(
  nodes: readonly NodeStatus[],
  kind: NodeStatus['kind'],
  expected: readonly string[],
): readonly Finding[] {
  const present = nodes.filter((node) => node.kind === kind);
  const absent = expected.filter((name) => present.every((node) => node.name !== name));
  return [
    ...absent.map((name) => ({ reason: 'NodeMissing', message: `${name} is described, and has no Deployment` })),
    ...present
      .filter(({ ready }) => !ready)
      .map(({ name, reason, since, cause }) => ({
        reason: 'NodesNotReady',
        message: reason.startsWith(name) ? reason.replace(/\.$/, '') : `${name}: ${reason.replace(/\.$/, '')}`,
        since,
        cause,
      })),
  ];
}

function expectedNodes(network: Network | undefined, kind: 'orderer' | 'peer'): readonly string[] {
  const nodes = network?.organizations.flatMap(nodesOf) ?? [];
  return nodes.filter((node) => node.kind === kind).map(nameOf);
}

function channelFinding(
  channels: readonly ChannelStatus[],
  reasons: { readonly [Kind in ChannelFinding['kind']]?: string },
): readonly Finding[] {
  return channels.flatMap((channel) =>
    channelFindings(channel).flatMap(({ kind, message }) => {
      const reason = reasons[kind];
      return reason === undefined ? [] : [{ reason, message: `${channel.name}: ${message}` }];
    }),
  );
}

function standing(nodes: readonly NodeStatus[], kind: NodeStatus['kind']): Good {
  const own = nodes.filter((node) => node.kind === kind);
  const since = own
    .flatMap((node) => node.since ?? [])
    .toSorted((one, other) => Date.parse(other) - Date.parse(one))[0];
  return { reason: 'Ready', message: own.map(({ name }) => name).join(', '), since };
}

function condition(
  type: ConditionType,
  findings: readonly Finding[],
  good: Good = { reason: 'Ready', message: '' },
): Condition {
  const [first] = findings;
  if (first === undefined) return withSince({ type, status: 'True', ...messageOf(good) }, good.since);
  const since = findings
    .flatMap((finding) => finding.since ?? [])
    .toSorted((one, other) => Date.parse(one) - Date.parse(other))[0];
  const message = [...new Set(findings.map((finding) => finding.message))].join('; ');
  const causes = [...new Set(findings.flatMap(({ cause }) => cause ?? []))];
  return withSince(
    { type, status: 'False', reason: first.reason, message, ...(causes.length === 0 ? {} : { causes }) },
    since,
  );
}

function messageOf({ reason, message }: Good): Pick<Condition, 'reason' | 'message'> {
  return { reason, message };
}

function withSince(without: Condition, since: string | undefined): Condition {
  const { type, status, ...why } = without;
  return { type, status, ...(since === undefined ? {} : { since }), ...why };
}

function unknown(type: ConditionType): Condition {
  return {
    type,
    status: 'Unknown',
    reason: 'RecordUnknown',
    message: 'without the record nobody knows what there should be',
  };
}
