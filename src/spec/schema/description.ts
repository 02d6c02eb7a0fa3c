import { z } from 'zod';

import { chaincodeSchema } from './chaincode.ts';
import { channelSchema } from './channel.ts';
import {
  API_VERSION,
  ASSIGNED_USER,
  DEFAULT_CLUSTER_DOMAIN,
  DEFAULT_FABRIC,
  DEFAULT_LIFETIMES,
  DEFAULT_POD_USER,
  DEFAULT_ROLLOUT_TIMEOUT_SECONDS,
  DEFAULT_STORAGE,
  defaultDomain,
  defaultMspId,
} from '../defaults.ts';
import { networkPolicies } from './network-policies.ts';
import { environment, environmentFrom, resources, text, wholeNumber } from './fields.ts';
import {
  clusterDomainFormat,
  dnsNameFormat,
  domainFormat,
  lifetimeFormat,
  imageFormat,
  labelFormat,
  mspIdFormat,
  nodeAddressFormat,
  organizationNameFormat,
  quantityFormat,
  registryFormat,
  tagFormat,
  timeFormat,
} from './formats.ts';
import { WEEKDAYS } from '../maintenance.ts';
import {
  MOST_CHAINCODES,
  MOST_CHANNELS,
  MOST_NODES_OF_A_KIND,
  MOST_ORGANIZATIONS,
  MOST_PULL_SECRETS,
} from '../limits.ts';

/** A day: who waits longer for one node counts in milliseconds. */
const LONGEST_ROLLOUT_SECONDS = 86_400;

/** The largest that Kubernetes takes (k8s.io/kubernetes validation.IsValidUserID). */
const MOST_USER_ID = 2 ** 31 - 1;

const storageClass = text(dnsNameFormat)
  .optional()
  .describe("StorageClass of the volume. Default: kubernetes.storageClass, else the cluster's default class.");

const settings = {
  storage: text(quantityFormat)
    .optional()
    .describe(`Size of the volume as a Kubernetes quantity. Default: ${DEFAULT_STORAGE}.`),
  storageClass,
  image: text(imageFormat).optional().describe('Replaces the image that the Fabric release gives.'),
  resources,
  environment: environment
    .optional()
    .describe(
      "Environment variables on top of Weft's own. Not for secrets: they stand in a ConfigMap and in the run's history.",
    ),
  environmentFrom: environmentFrom
    .optional()
    .describe(
      'Environment variables whose values stand in Secrets of the namespace, each as { secret: NAME, key: KEY }. Default: none.',
    ),
};

const node = z.strictObject({
  name: text(labelFormat).describe('Name within the organization; the Kubernetes name is <organization>-<name>.'),
  address: text(nodeAddressFormat)
    .optional()
    .describe('Of orderers and peers: host and port by which other nodes reach it. Default: its Service.'),
  ...settings,
});

const organization = z.strictObject({
  name: text(organizationNameFormat).describe('Prefix of everything that belongs to the organization, e.g. org1.'),
  mspId: text(mspIdFormat)
    .optional()
    .describe(`MSP ID. Default: the name capitalised and MSP, e.g. ${defaultMspId('org1')}.`),
  domain: text(domainFormat)
    .optional()
    .describe(`DNS domain in certificates. Default: ${defaultDomain('<name>')}.`),
  cluster: text(labelFormat)
    .optional()
    .describe('Name of the cluster whose workers do its steps. Default: the cluster of the run.'),
  namespace: text(labelFormat).optional().describe('Namespace of its own. Default: kubernetes.namespace.'),
  certificateAuthority: z.strictObject(settings).optional().describe("Settings of the organization's CA."),
  orderers: nodes('Orderers: how many, or a list of them. Default: none.'),
  peers: nodes('Peers: how many, or a list of them. Default: none.'),
});

type Nodes = z.ZodUnion<readonly [z.ZodInt, z.ZodArray<typeof node>]>;

/** What a user writes: the strict schema of a network description, in short or completed form. */
export const descriptionSchema = z
  .strictObject({
    apiVersion: z
      .literal(API_VERSION, { error: `must be ${API_VERSION}` })
      .optional()
      .describe(`Version of this form of description. Default: ${API_VERSION}.`),
    name: text(labelFormat).describe('Name of the network.'),
    fabric: z
      .strictObject({
        version: text(tagFormat)
          .optional()
          .describe(`Tag of the peer and orderer images. Default: ${DEFAULT_FABRIC.version}.`),
        caVersion: text(tagFormat).optional().describe(`Tag of the CA image. Default: ${DEFAULT_FABRIC.caVersion}.`),
        registry: text(registryFormat)
          .optional()
          .describe(`Registry and path of the images. Default: ${DEFAULT_FABRIC.registry}.`),
      })
      .optional()
      .describe('Which Fabric runs, and where its images come from.'),
    kubernetes: z
      .strictObject({
        namespace: text(labelFormat)
          .optional()
          .describe("Namespace of every organization without its own. Default: the network's name."),
        storageClass: text(dnsNameFormat)
          .optional()
          .describe("StorageClass of every volume. Default: the cluster's default class."),
        rolloutTimeoutSeconds: wholeNumber(1, LONGEST_ROLLOUT_SECONDS)
          .optional()
          .describe(
            `How long one node may take to become ready, in seconds. Default: ${DEFAULT_ROLLOUT_TIMEOUT_SECONDS}.`,
          ),
        clusterDomain: text(clusterDomainFormat)
          .optional()
          .describe(`DNS domain of the cluster's Services. Default: ${DEFAULT_CLUSTER_DOMAIN}.`),
        imagePullSecrets: z
          .array(text(dnsNameFormat))
          .max(MOST_PULL_SECRETS, { error: `must name at most ${MOST_PULL_SECRETS} Secrets` })
          .optional()
          .describe(
            'Names of Secrets with which images are pulled (kubernetes.io/dockerconfigjson), in each namespace of the network. Default: none.',
          ),
        podUser: z
          .union([wholeNumber(1, MOST_USER_ID), z.literal(ASSIGNED_USER)], {
            error: `must be a whole number from 1 to ${MOST_USER_ID}, or ${ASSIGNED_USER}`,
          })
          .optional()
          .describe(
            `User and group as which pods run: a number, or ${ASSIGNED_USER} where the platform gives each namespace its own, as OpenShift does. Default: ${DEFAULT_POD_USER}.`,
          ),
        networkPolicies,
      })
      .optional()
      .describe('Where on the cluster the network runs.'),
    certificates: z
      .strictObject({
        ca: text(lifetimeFormat)
          .optional()
          .describe(`Lifetime of the CAs' root certificates. Default: ${DEFAULT_LIFETIMES.ca}.`),
        identity: text(lifetimeFormat)
          .optional()
          .describe(`Lifetime of enrollment certificates. Default: ${DEFAULT_LIFETIMES.identity}.`),
        tls: text(lifetimeFormat)
          .optional()
          .describe(`Lifetime of TLS certificates. Default: ${DEFAULT_LIFETIMES.tls}.`),
        renewBefore: text(lifetimeFormat)
          .optional()
          .describe('How long before its end a certificate is renewed. Default: a third of its lifetime.'),
      })
      .optional()
      .describe('Lifetimes of certificates, and when they are renewed.'),
    maintenanceWindow: z
      .strictObject({
        days: z
          .array(z.enum(WEEKDAYS))
          .min(1, { error: 'must name at least one weekday' })
          .optional()
          .describe('Weekdays on which it opens, such as saturday. Default: every day.'),
        from: text(timeFormat).describe('When it opens, UTC, such as 22:00.'),
        to: text(timeFormat).describe('When it closes, UTC; before `from` it is the next day.'),
      })
      .optional()
      .describe('When `weft schedule` may restart nodes. Default: at any time.'),
    organizations: z
      .array(organization)
      .min(1, { error: 'must name at least one organization' })
      .max(MOST_ORGANIZATIONS, { error: `must name at most ${MOST_ORGANIZATIONS} organizations` })
      .describe('The organizations, each with a CA of its own.'),
    channels: z
      .array(channelSchema)
      .max(MOST_CHANNELS, { error: `must be at most ${MOST_CHANNELS} channels` })
      .optional()
      .describe('The channels. Default: none.'),
    chaincodes: z
      .array(chaincodeSchema)
      .max(MOST_CHAINCODES, { error: `must be at most ${MOST_CHAINCODES} chaincodes` })
      .optional()
      .describe('The chaincodes, each run as a service. Default: none.'),
  })
  .describe('A Hyperledger Fabric network, as Weft brings it up on Kubernetes.');

/** A description with the right shape, before defaults and cross-checks. */
export type Description = z.output<typeof descriptionSchema>;

function nodes(description: string): z.ZodOptional<Nodes> {
  const count = wholeNumber(0, MOST_NODES_OF_A_KIND, ', or a list of nodes');
  const list = z.array(node).max(MOST_NODES_OF_A_KIND, { error: `must name at most ${MOST_NODES_OF_A_KIND} nodes` });
  return z
    .union([count, list], { error: `must be a whole number from 0 to ${MOST_NODES_OF_A_KIND}, or a list of nodes` })
    .optional()
    .describe(description);
}
