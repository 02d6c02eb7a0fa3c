import type {
  CertificateStatus,
  CertificateView,
  ChaincodeStatus,
  ChannelStatus,
  NetworkStatus,
  NodeStatus,
} from '../../workflows/messages.ts';
import { helpForConditions, renderConditions, type ShownCondition } from './conditions.ts';
import { secondsBetween } from './duration.ts';
import type { Palette } from './palette.ts';
import { table } from './table.ts';

/** Of a certificate of a node, what is shown. */
type ShownCertificate = Pick<CertificateStatus, 'use' | 'serial' | 'notAfter'>;

type ShownNode = Omit<NodeStatus, 'certificates'> & { readonly certificates: readonly ShownCertificate[] };

/** Of the state of a network, what is shown, whoever has looked at it. */
export interface ShownStatus extends Omit<NetworkStatus, 'conditions' | 'nodes'> {
  readonly conditions: readonly ShownCondition[];
  readonly nodes: readonly ShownNode[];
}

export interface StatusOptions {
  readonly cluster: string;
  readonly now: Date;
  readonly palette: Palette;
  /** Every certificate, with the day from which on a run renews it, instead of only a node's that ends first. */
  readonly wide: boolean;
}

/** From here on a certificate's end is somebody's business. */
const EXPIRES_SOON_DAYS = 30;

const SECONDS_PER_DAY = 86_400;

/** The state of a network and of each of its nodes as a table; reasons come last in a row and are never cut. */
export function renderStatus(status: ShownStatus, options: StatusOptions): string {
  const { palette, cluster } = options;
  const ready = status.nodes.filter((node) => node.ready).length;
  if (isGone(status)) return `${status.network}: nothing of it is on ${cluster}.`;
  const state = status.ready ? palette.good('ready') : palette.bad('not ready');
  const rows = status.nodes.map((node) => nodeRow(node, options));
  const help = helpForConditions(status.conditions, 'weft up').map((line) => palette.attention(line));
  const conditions = renderConditions(status.conditions, { ...options, all: options.wide });
  return [
    `${palette.strong(status.network)} on ${cluster}: ${state}, ${ready} of ${status.nodes.length} nodes`,
    ...(conditions === '' ? [] : [conditions, ...help, '']),
    table([['NAME', 'ORGANIZATION', 'KIND', 'READY', 'VERSION', 'EXPIRES', 'REASON'], ...rows]),
    ...channelTable(status.channels, palette),
    ...channelProblems(status.channels, palette),
    ...chaincodeTable(status.chaincodes, palette),
    ...(options.wide ? certificateTable(status.certificates ?? certificatesOfNodes(status), options) : []),
  ].join('\n');
}

/** There is no node of it, and nothing says that there should be. */
function isGone({ nodes, conditions }: ShownStatus): boolean {
  const isRecorded = conditions.some(({ type, reason }) => type === 'RecordApplied' && reason !== 'RecordMissing');
  return nodes.length === 0 && !isRecorded;
}

/** A row for each node that has a part in a channel: what it has of the blocks, and who leads. */
function channelTable(channels: readonly ChannelStatus[], palette: Palette): string[] {
  if (channels.length === 0) return [];
  const rows = channels.flatMap(({ name, orderers, peers }) => [
    ...orderers.map((orderer) => {
      const part = orderer.leader ? `${orderer.status}, leader` : orderer.status;
      return [name, orderer.name, 'orderer', part, String(orderer.height), orderer.reason];
    }),
    ...peers.map((peer) => {
      const part = peer.height > 0 ? 'joined' : palette.bad('-');
      return [name, peer.name, 'peer', part, String(peer.height), peer.reason];
    }),
  ]);
  return ['', table([['CHANNEL', 'NODE', 'KIND', 'STATUS', 'BLOCKS', 'REASON'], ...rows])];
}

function channelProblems(channels: readonly ChannelStatus[], { bad, symbols }: Palette): string[] {
  return channels.flatMap(({ name, problems }) =>
    problems.map((problem) => `${bad(symbols.failed)} ${name}: ${problem}.`),
  );
}

function chaincodeTable(chaincodes: readonly ChaincodeStatus[], palette: Palette): string[] {
  if (chaincodes.length === 0) return [];
  const rows = chaincodes.map(({ name, channel, version, sequence, packageId, ready, reason }) => [
    name,
    channel,
    version || '-',
    sequence === 0 ? '-' : String(sequence),
    readiness(ready, palette),
    packageId || '-',
    reason,
  ]);
  return ['', table([['CHAINCODE', 'CHANNEL', 'VERSION', 'SEQUENCE', 'READY', 'PACKAGE', 'REASON'], ...rows])];
}

/** Every certificate that there is, of registrars, Admins and chaincode servers, too; those that are renewed first come first. */
function certificateTable(certificates: readonly CertificateView[], { now, palette }: StatusOptions): string[] {
  if (certificates.length === 0) return [];
  const sorted = certificates.toSorted((one, other) => orderOf(one) - orderOf(other));
  const rows = sorted.map((certificate) => {
    const { owner, use, serial, notAfter } = certificate;
    const day = dayOf(notAfter);
    const end = Date.parse(notAfter) <= now.getTime() ? palette.bad(`${day} (has expired)`) : day;
    return [owner, use, end, renewal(certificate, { now, palette }), serial];
  });
  return ['', table([['CERTIFICATE', 'USE', 'EXPIRES', 'RENEWED FROM', 'SERIAL'], ...rows])];
}

/** Without a record nobody knows whose certificates there should be, nor when they are renewed. */
function certificatesOfNodes({ nodes }: ShownStatus): readonly CertificateView[] {
  return nodes.flatMap(({ name, certificates }) =>
    certificates.map(({ use, serial, notAfter }) => ({ owner: name, use, serial, notAfter })),
  );
}

function orderOf({ dueAt, notAfter }: CertificateView): number {
  return Date.parse(dueAt ?? notAfter);
}

function renewal(
  { dueAt, endsWithCa }: Pick<CertificateView, 'dueAt' | 'endsWithCa'>,
  { now, palette }: Pick<StatusOptions, 'now' | 'palette'>,
): string {
  if (endsWithCa === true) return '- (ends with its CA)';
  if (dueAt === undefined) return '-';
  return Date.parse(dueAt) <= now.getTime() ? palette.attention(`${dayOf(dueAt)} (due)`) : dayOf(dueAt);
}

function readiness(ready: boolean, { good, bad, symbols }: Palette): string {
  return ready ? good(`${symbols.done} yes`) : bad(`${symbols.failed} no`);
}

function nodeRow(node: ShownNode, options: StatusOptions): string[] {
  const ready = readiness(node.ready, options.palette);
  const expires = firstToExpire(node.certificates, options);
  return [node.name, node.organization, node.kind, ready, node.version || '-', expires, node.reason];
}

function firstToExpire(certificates: readonly ShownCertificate[], { now, palette }: StatusOptions): string {
  const [first] = [...certificates].sort((a, b) => Date.parse(a.notAfter) - Date.parse(b.notAfter));
  if (first === undefined) return '-';
  const end = new Date(first.notAfter);
  if (end <= now) return palette.bad(`${dayOf(first.notAfter)} (${first.use} has expired)`);
  const days = Math.floor(secondsBetween(now, end) / SECONDS_PER_DAY);
  const text = `${dayOf(first.notAfter)} (${first.use}, ${days} days)`;
  return days < EXPIRES_SOON_DAYS ? palette.attention(`${text} !`) : text;
}

function dayOf(time: string): string {
  return time.slice(0, 'yyyy-mm-dd'.length);
}
