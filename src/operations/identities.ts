import { X509Certificate } from 'node:crypto';

import { isMapping } from '../spec/index.ts';
import {
  networkWorkflowId,
  type NamedIdentity,
  type NetworkSelector,
  type NewIdentity,
} from '../workflows/messages.ts';
import { clustersOf } from '../workflows/selection.ts';
import type { NetworkAccess, StoredIdentity } from './access/network-access.ts';
import { isOn } from './access/organization.ts';
import { readRecordedNetwork, type NetworkLookup } from './access/recorded-network.ts';
import type { OperationContext } from './context.ts';
import { OperationFailure } from './failure.ts';
import type { Operation } from './progress.ts';
import { carryOutRun, type RunEnd, type RunProgress } from './run.ts';

export interface AddIdentityInput {
  readonly selector: NetworkSelector;
  readonly identity: NewIdentity;
}

/** Gives an application an identity of an organization. @throws as {@link carryOutRun} */
export function addIdentity(
  context: OperationContext,
  { selector, identity }: AddIdentityInput,
  signal: AbortSignal,
): Operation<RunProgress, RunEnd> {
  const summary = `Adding the identity ${identity.name} of ${identity.organization} to ${selector.network} on ${context.cluster}`;
  return carryOutFor(context, selector, { type: 'addIdentity', subject: identity, summary }, signal);
}

export interface RevokeIdentityInput {
  readonly selector: NetworkSelector;
  readonly identity: NamedIdentity;
}

/** Revokes the identity of an application, at its CA and in the channels of its organization. @throws as {@link carryOutRun} */
export function revokeIdentity(
  context: OperationContext,
  { selector, identity }: RevokeIdentityInput,
  signal: AbortSignal,
): Operation<RunProgress, RunEnd> {
  const summary = `Revoking the identity ${identity.name} of ${identity.organization} in ${selector.network} on ${context.cluster}`;
  return carryOutFor(context, selector, { type: 'revokeIdentity', subject: identity, summary }, signal);
}

function carryOutFor(
  context: OperationContext,
  selector: NetworkSelector,
  { type, subject, summary }: { readonly type: string; readonly subject: NamedIdentity; readonly summary: string },
  signal: AbortSignal,
): Operation<RunProgress, RunEnd> {
  const { network } = selector;
  const clusters = clustersOf(selector, context.cluster);
  const workflowId = networkWorkflowId(context.cluster, network);
  return carryOutRun(context, { network, clusters, type, workflowId, args: [selector, subject], summary }, signal);
}

/** The identity of an application, as people are told about it. */
export interface IdentityView {
  readonly organization: string;
  readonly name: string;
  /** `client` or `admin`. */
  readonly type: string;
  /** Empty if it has none. */
  readonly affiliation: string;
  readonly attributes: readonly { readonly name: string; readonly value: string }[];
  /** When its certificate ends, RFC 3339 in UTC; empty if it has none yet. */
  readonly notAfter: string;
  /** Since when it is revoked, RFC 3339 in UTC; absent if it is not. */
  readonly revokedAt?: string;
}

export interface ListIdentitiesInput extends NetworkLookup {
  /** Only this organization; undefined means all that are on the cluster. */
  readonly organization: string | undefined;
}

/**
 * The identities of applications that the organizations of a network have, sorted by organization and name. No key is read.
 *
 * @throws OperationFailure `OrganizationNotFound` and as {@link readRecordedNetwork}; KubernetesError
 */
export async function listIdentities(
  access: NetworkAccess,
  input: ListIdentitiesInput,
): Promise<{ readonly network: string; readonly identities: readonly IdentityView[] }> {
  const network = await readRecordedNetwork(access, input);
  const organizations = network.organizations.filter((organization) => isOn(organization, input.cluster));
  const known = organizations.map(({ name }) => name);
  if (input.organization !== undefined && !known.includes(input.organization)) {
    throw new OperationFailure({
      ...{ code: 'OrganizationNotFound', network: network.name, organization: input.organization, known },
    });
  }
  const namespaces = [...new Set(organizations.map(({ namespace }) => namespace))];
  const stored = await Promise.all(
    namespaces.map((namespace) => access.applicationIdentities(network.name, namespace)),
  );
  const identities = stored
    .flat()
    .filter(({ organization }) => organization === (input.organization ?? organization))
    .map(viewOf)
    .sort((a, b) => a.organization.localeCompare(b.organization) || a.name.localeCompare(b.name));
  return { network: network.name, identities };
}

function viewOf({ organization, name, data }: StoredIdentity): IdentityView {
  const { 'cert.pem': certificate, 'registration.json': registration, revoked } = data;
  return {
    ...{ organization, name, ...registered(registration) },
    notAfter: certificate === undefined ? '' : new X509Certificate(certificate).validToDate.toISOString(),
    ...(revoked === undefined ? {} : { revokedAt: revoked }),
  };
}

/** What the step that enrolls an identity has noted of it (src/activities/identities/applications.ts). */
function registered(text = '{}'): Pick<IdentityView, 'type' | 'affiliation' | 'attributes'> {
  const noted: unknown = JSON.parse(text);
  const { type = 'client', affiliation = '', attributes = [] } = isMapping(noted) ? noted : {};
  return {
    type: String(type),
    affiliation: String(affiliation),
    attributes: (Array.isArray(attributes) ? attributes : [])
      .filter(isMapping)
      .map(({ name, value }) => ({ name: String(name), value: String(value) })),
  };
}
