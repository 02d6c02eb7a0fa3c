import { nodeName, nodeTargetName, type Channel, type Network, type Organization } from '../../spec/index.ts';
import { CommandFailure } from '../command-failure.ts';
import { EXIT } from '../exit-codes.ts';

export interface ChoiceFlags {
  readonly channel?: string;
  readonly org?: string;
  readonly peer?: string;
}

/** Whom a call of a chaincode goes to, and on whose behalf. */
export interface Choice {
  readonly channel: Channel;
  readonly organization: Organization;
  /** Name of the peer within its organization. */
  readonly peer: string;
}

/**
 * Decides what the flags leave open.
 *
 * @param chaincode its name; one that Weft did not deploy, such as a system chaincode, needs the channel named
 * @throws CommandFailure if it cannot be decided, or what is named does not exist
 */
export function chooseCall(network: Network, chaincode: string, flags: ChoiceFlags): Choice {
  const channel = chooseChannel(network, chaincode, flags.channel);
  const organization = chooseOrganization(network, channel, flags.org);
  return { channel, organization, peer: choosePeer(channel, organization, flags.peer) };
}

/** MSP IDs of organizations by their names. @throws CommandFailure if one is no member of the channel */
export function mspIdsOfMembers(network: Network, channel: Channel, names: readonly string[]): readonly string[] {
  return names.map((name) => chooseOrganization(network, channel, name).mspId);
}

function chooseChannel(
  { name, channels, chaincodes }: Network,
  chaincode: string,
  wanted: string | undefined,
): Channel {
  const on = chaincodes.filter((candidate) => candidate.name === chaincode).map(({ channel }) => channel);
  const [first, ...others] = on;
  if (wanted === undefined && first === undefined) {
    throw wrong(`the network ${name} has no chaincode ${chaincode}.`, [
      `It has: ${listed(new Set(chaincodes.map((known) => known.name)))}`,
      'One that Weft did not deploy, or a system chaincode, needs its channel named: --channel NAME',
    ]);
  }
  if (wanted === undefined && others.length > 0) {
    throw wrong(`which channel? ${chaincode} is on ${listed(on)}.`, [`Name one: --channel ${first ?? ''}`]);
  }
  const channel = channels.find((candidate) => candidate.name === (wanted ?? first));
  if (channel !== undefined) return channel;
  throw wrong(`the network ${name} has no channel ${wanted ?? first ?? ''}.`, [
    `It has: ${listed(channels.map((known) => known.name))}`,
  ]);
}

function chooseOrganization({ organizations }: Network, channel: Channel, wanted: string | undefined): Organization {
  const members = channel.peers.map(({ organization }) => organization);
  const chosen = wanted ?? members[0];
  const organization = organizations.find(({ name }) => name === chosen);
  if (organization !== undefined && members.includes(organization.name)) return organization;
  throw wrong(`${chosen ?? 'no organization'} is no member of channel ${channel.name}.`, [
    `Its members: ${listed(members)}`,
  ]);
}

function choosePeer(channel: Channel, organization: Organization, wanted: string | undefined): string {
  const joined = channel.peers.find((member) => member.organization === organization.name)?.peers ?? [];
  const [first] = joined;
  if (wanted === undefined && first !== undefined) return first;
  const found = joined.find((name) => wanted !== undefined && namesOf(organization, name).includes(wanted));
  if (found !== undefined) return found;
  throw wrong(
    wanted === undefined
      ? `no peer of ${organization.name} is in channel ${channel.name}.`
      : `${wanted} is no peer of ${organization.name} in channel ${channel.name}.`,
    joined.length === 0
      ? ['Choose another member: --org NAME']
      : [`Its peers there: ${listed(joined)}`, 'Another organization: --org NAME'],
  );
}

/** Every name that people have for a node: `peer1`, `org1-peer1`, `org1/peer1`. */
function namesOf(organization: Organization, name: string): readonly string[] {
  return [name, nodeName(organization, { name }), nodeTargetName(organization, { name })];
}

function listed(names: Iterable<string>): string {
  return [...names].join(', ') || 'none';
}

function wrong(message: string, hints: readonly string[]): CommandFailure {
  return new CommandFailure({ exitCode: EXIT.usage, message, hints });
}
