import { answerOf, type paths, type WeftClient } from '../../api-client/index.ts';
import { EXIT } from '../exit-codes.ts';
import { networkNotNamed } from '../network/status.ts';
import { showUntilLeft } from '../progress/looks.ts';
import { unmetConditions } from '../render/conditions.ts';
import { ageInWords, secondsBetween } from '../render/duration.ts';
import { renderStatus, type ShownStatus } from '../render/status.ts';
import { table } from '../render/table.ts';
import type { CommandResult, Session } from '../session.ts';
import type { ApiConnection } from './connection.ts';
import { allPages } from './pages.ts';

interface ApiStatusFlags {
  /** Answer with exit code 6 if the network is not ready. */
  readonly exitCode?: boolean;
  readonly watch?: boolean;
}

/** Networks of a service in short, or its only one in full. */
export async function statusOfServed(
  api: ApiConnection,
  flags: ApiStatusFlags,
  session: Session,
): Promise<CommandResult> {
  const networks = await allPages(async (query) => {
    const { data } = await answerOf(api.client.GET('/v1/networks', { params: { query } }));
    return { items: data.networks, nextPageToken: data.nextPageToken };
  });
  const [first, ...others] = networks;
  if (first === undefined) {
    session.note('Bring a network up: weft up -f network.yaml\n');
    return { exitCode: EXIT.done, text: `${api.url} knows no network.`, document: { networks: [] } };
  }
  if (others.length === 0) return statusThroughApi(api, first.metadata.name, flags, session);
  if (flags.watch === true) {
    throw networkNotNamed(
      networks.map(({ metadata }) => metadata.name),
      api.url,
    );
  }
  session.note(`One of them in full: weft status ${first.metadata.name}\n`);
  const isReady = networks.every(({ status }) => status.ready === 'True');
  return {
    exitCode: flags.exitCode === true && !isReady ? EXIT.notReady : EXIT.done,
    text: table([['NETWORK', 'READY', 'SEEN', 'REASON'], ...networks.map((network) => rowOf(network, session))]),
    document: {
      networks: networks.map(({ metadata: { name }, status: { ready, conditions, seenAt } }) => ({
        ...{ network: name, ready: ready === 'True', conditions },
        ...(seenAt === undefined ? {} : { seenAt }),
      })),
    },
  };
}

type ListedNetwork = paths['/v1/networks']['get']['responses'][200]['content']['application/json']['networks'][number];

function rowOf({ metadata, status }: ListedNetwork, { palette, now }: Session): string[] {
  const { good, bad, attention, symbols } = palette;
  const words = {
    True: good(`${symbols.done} yes`),
    False: bad(`${symbols.failed} no`),
    Unknown: attention('? unknown'),
  };
  return [
    metadata.name,
    words[status.ready],
    status.seenAt === undefined ? 'never' : ageOf(status.seenAt, now()),
    unmetConditions(status.conditions)[0] ?? '',
  ];
}

/** `weft status` of one network, as a service has seen it last: nobody is asked anew. */
export async function statusThroughApi(
  { client }: ApiConnection,
  name: string,
  flags: ApiStatusFlags,
  session: Session,
): Promise<CommandResult> {
  if (flags.watch === true) {
    return showUntilLeft(session, async () => {
      const state = await stateOf(client, name);
      return { kind: 'seen', ...lookOf(state, shownStatus(state), session) };
    });
  }
  const seen = await stateOf(client, name);
  const { topology } = seen;
  const { observedAt, stale } = topology.observation;
  const { note, palette } = session;
  note(
    observedAt === undefined
      ? `Nobody has looked at ${name} yet.\n`
      : `Looked at ${ageOf(observedAt, session.now())} ago.\n`,
  );
  if (stale !== undefined) {
    note(`${palette.attention('!')} No later look since ${stale.since}: ${stale.reason}: ${stale.message}\n`);
  }
  if (topology.run !== undefined) note(`A run is under way. Watch: weft watch ${name}\n`);
  const status = shownStatus(seen);
  const exitCode = flags.exitCode === true && !status.ready ? EXIT.notReady : EXIT.done;
  return { exitCode, ...lookOf(seen, status, session) };
}

/** What a service has seen, for people and for programs. */
function lookOf(
  { network, topology }: ServedState,
  status: ShownStatus,
  { now, palette, output }: Session,
): { readonly text: string; readonly document: Readonly<Record<string, unknown>> } {
  const options = { cluster: network.metadata.cluster, now: now(), palette, wide: output === 'wide' };
  return { text: renderStatus(status, options), document: { ...status, observation: topology.observation } };
}

type AnswerOf<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { 'application/json': infer Answer } } } };
}
  ? Answer
  : never;

/** What a service tells of the state of a network. */
export interface ServedState {
  readonly network: AnswerOf<'/v1/networks/{name}'>;
  readonly topology: AnswerOf<'/v1/networks/{name}/topology'>;
  readonly channels: AnswerOf<'/v1/networks/{name}/channels'>;
  readonly chaincodes: AnswerOf<'/v1/networks/{name}/chaincodes'>;
  readonly certificates: AnswerOf<'/v1/networks/{name}/certificates'>;
}

async function stateOf(client: WeftClient, name: string): Promise<ServedState> {
  const params = { params: { path: { name } } };
  // The network first: where there is none, one answer says so.
  const network = await answerOf(client.GET('/v1/networks/{name}', params));
  const [topology, channels, chaincodes, certificates] = await Promise.all([
    answerOf(client.GET('/v1/networks/{name}/topology', params)),
    answerOf(client.GET('/v1/networks/{name}/channels', params)),
    answerOf(client.GET('/v1/networks/{name}/chaincodes', params)),
    answerOf(client.GET('/v1/networks/{name}/certificates', params)),
  ]);
  return {
    ...{ network: network.data, topology: topology.data, channels: channels.data },
    ...{ chaincodes: chaincodes.data, certificates: certificates.data },
  };
}

/** The state of a network in the form in which the command line shows the looks of its own. */
export function shownStatus({ network, topology, channels, chaincodes, certificates }: ServedState): ShownStatus {
  const { conditions, ready } = network.status;
  const views = certificates.certificates.map(({ owner, kind: use, serial, endsAt: notAfter, ...more }) => ({
    ...{ owner, use, serial, notAfter },
    ...(more.issuer === undefined ? {} : { issuer: more.issuer }),
    ...(more.renewedFrom === undefined ? {} : { dueAt: more.renewedFrom }),
    ...(more.endsWithCa ? { endsWithCa: true as const } : {}),
  }));
  return {
    network: network.metadata.name,
    ...{ ready: ready === 'True', conditions, certificates: views },
    nodes: topology.organizations.flatMap(({ name: organization, certificateAuthority, orderers, peers }) => {
      const shown = (kind: 'ca' | 'orderer' | 'peer', node: ServedNode): ShownStatus['nodes'][number] => ({
        name: `${organization}-${node.name}`,
        ...{ organization, kind, ready: node.state === 'ready', version: node.version ?? '' },
        reason: node.state === 'unknown' ? 'nobody has looked' : node.reason,
        ...(node.since === undefined ? {} : { since: node.since }),
        certificates: views.flatMap(({ owner, use, ...view }) =>
          owner === node.id && (use === 'ca' || use === 'tlsca' || use === 'identity' || use === 'tls')
            ? [{ ...view, use }]
            : [],
        ),
      });
      return [
        shown('ca', certificateAuthority),
        ...orderers.map((node) => shown('orderer', node)),
        ...peers.map((node) => shown('peer', node)),
      ];
    }),
    channels: channels.channels.map(({ name, height = 0, problems, orderers, peers }) => ({
      ...{ name, height, problems, orderers },
      peers: peers.map(({ name: peer, height: blocks, reason }) => ({ name: peer, height: blocks, reason })),
    })),
    chaincodes: chaincodes.chaincodes.map(({ name, channel, state, reason, version, sequence, packageId }) => ({
      ...{ name, channel, version: version ?? '', sequence: sequence ?? 0, packageId: packageId ?? '' },
      ...{ ready: state === 'ready', reason },
    })),
  };
}

type ServedNode = AnswerOf<'/v1/networks/{name}/topology'>['organizations'][number]['certificateAuthority'];

function ageOf(time: string, now: Date): string {
  return ageInWords(secondsBetween(new Date(time), now));
}
