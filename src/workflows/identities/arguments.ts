import type { ApplicationIdentity, Attribute } from '../../activities/inputs.ts';
import { identityNameIssue, isMapping, type Network, type Organization } from '../../spec/index.ts';
import { invalidArgument } from '../durable/arguments.ts';
import type { NamedIdentity } from '../messages.ts';

/** @throws ApplicationFailure `InvalidArgument` */
export function checkedName(given: unknown): NamedIdentity {
  if (isMapping(given)) {
    const { organization, name } = given;
    if (typeof organization === 'string' && typeof name === 'string') return { organization, name };
  }
  throw invalidArgument('The second argument must name an identity: {"organization": "org1", "name": "app1"}.');
}

/** @throws ApplicationFailure `InvalidArgument` */
export function checkedIdentity(given: unknown): ApplicationIdentity {
  const { name } = checkedName(given);
  const { type = 'client', affiliation, attributes = [] } = isMapping(given) ? given : {};
  if (type !== 'client' && type !== 'admin') throw invalidArgument('The type must be "client" or "admin".');
  if (affiliation !== undefined && typeof affiliation !== 'string') {
    throw invalidArgument('The affiliation must be a name such as "org1.department1".');
  }
  if (!Array.isArray(attributes) || !attributes.every(isAttribute)) {
    throw invalidArgument('The attributes must be a list: [{"name": "role", "value": "teller", "ecert": true}].');
  }
  return { name, type, ...(affiliation === undefined ? {} : { affiliation }), attributes };
}

function isAttribute(value: unknown): value is Attribute {
  if (!isMapping(value)) return false;
  const { name, value: is, ecert } = value;
  return typeof name === 'string' && typeof is === 'string' && (ecert === undefined || typeof ecert === 'boolean');
}

/**
 * The organization whose identity is meant.
 *
 * @throws ApplicationFailure `InvalidArgument` if there is none of its name, or the identity can be none of an application
 */
export function ownerOf(
  { name: network, organizations }: Network,
  { organization, name }: NamedIdentity,
): Organization {
  const owner = organizations.find((candidate) => candidate.name === organization);
  if (owner === undefined) {
    const known = organizations.map((candidate) => candidate.name).join(', ');
    throw invalidArgument(`${organization} is no organization of ${network}. There are: ${known}.`);
  }
  const issue = identityNameIssue(owner, name);
  if (issue !== undefined) throw invalidArgument(`"${name}" is no name for an identity: ${issue}.`);
  return owner;
}
