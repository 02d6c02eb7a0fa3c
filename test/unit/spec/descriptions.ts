import type { IssueReport, Network, DescriptionResult } from '../../../src/spec/index.ts';

/** The network of a description that should be valid; its issues are the failure. */
export function networkOf(result: DescriptionResult): Network {
  if (result.ok) return result.network;
  throw new Error(`not valid:\n${inLines(result.issues).join('\n')}`);
}

/** The issues of a description that should not be valid, as `path: message`. */
export function issuesOf(result: DescriptionResult): string[] {
  if (!result.ok) return inLines(result.issues);
  throw new Error('valid, without an issue');
}

export function warningsOf(result: DescriptionResult): string[] {
  if (result.ok) return inLines(result.warnings);
  throw new Error(`not valid:\n${inLines(result.issues).join('\n')}`);
}

function inLines(issues: readonly IssueReport[]): string[] {
  return issues.map(({ path, message }) => `${path}: ${message}`);
}

type Fields = Record<string, unknown>;

/** A valid network with one organization of one orderer and no peers, and what a test wants to be different. */
export function described(network: Fields = {}, organization: Fields = {}, ...others: Fields[]): Fields {
  return { name: 'net', organizations: [{ name: 'org0', orderers: 1, ...organization }, ...others], ...network };
}

/** The same with one orderer that has settings of its own. */
export function describedOrderer(settings: Fields): Fields {
  return described({}, { orderers: [{ name: 'o', ...settings }] });
}

/** A valid network of an ordering organization (three orderers) and two with peers (two each), with this channel. */
export function describedChannel(channel: Fields = {}, network: Fields = {}): Fields {
  return {
    name: 'net',
    organizations: [
      { name: 'org0', mspId: 'OrdererMSP', orderers: 3 },
      { name: 'org1', peers: 2 },
      { name: 'org2', peers: 2 },
    ],
    channels: [{ name: 'mychannel', ...channel }],
    ...network,
  };
}

/** The same with these chaincodes on the channel, each `basic` 1.0 with an image but for what it says otherwise. */
export function describedChaincodes(...chaincodes: Fields[]): Fields {
  return describedChannel({}, { chaincodes: chaincodes.map(chaincode) });
}

function chaincode(fields: Fields): Fields {
  const image = 'address' in fields ? {} : { image: 'localhost:5000/basic:1.0' };
  return { name: 'basic', version: '1.0', ...image, ...fields };
}
