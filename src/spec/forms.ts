/*
 * What Kubernetes, Fabric and image registries accept as a name, an amount or a duration. Each form has its pattern, its longest
 * length and the words that tell a person what is accepted.
 */

export interface Form {
  readonly pattern: RegExp;
  readonly longest: number;
  /** Continues "must be …". */
  readonly words: string;
}

/** Kubernetes cuts the names that it generates for pods at this length, and refuses longer names of Services and label values (RFC 1123). */
const LONGEST_LABEL = 63;

/** What a Deployment adds to its own name for a pod: `-`, a hash of up to 10 characters, `-` and 5 random ones (k8s.io/apiserver names.SimpleNameGenerator). */
const LONGEST_POD_SUFFIX = 17;

/** Longest `<organization>-<node>` whose pods keep their whole name. */
export const LONGEST_NODE_NAME = LONGEST_LABEL - LONGEST_POD_SUFFIX;

/** Longest DNS name (RFC 1035, 2.3.4, without the closing dot). */
const LONGEST_DNS_NAME = 253;

const LABEL = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?';

/** Prefix of Service names, which must begin with a letter (RFC 1035), and leaves room for the CA's name. */
export const organizationNameForm: Form = {
  pattern: /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/,
  longest: LONGEST_NODE_NAME - '-ca'.length,
  words: 'lower-case letters, digits and dashes, beginning with a letter and not ending with a dash',
};

/** One part of a DNS name, as Kubernetes wants it for namespaces and labels (RFC 1123). */
export const labelForm: Form = {
  pattern: new RegExp(`^${LABEL}$`),
  longest: LONGEST_LABEL,
  words: 'lower-case letters, digits and dashes, not beginning or ending with a dash',
};

/** Names of storage classes. */
export const dnsNameForm: Form = {
  pattern: new RegExp(`^${LABEL}(?:\\.${LABEL})*$`),
  longest: LONGEST_DNS_NAME,
  words: 'a DNS name in lower case, such as fast.example.com',
};

/** An organization's domain: `<organization>-<node>.` stands in front of it in certificates. */
export const domainForm: Form = { ...dnsNameForm, longest: LONGEST_DNS_NAME - LONGEST_NODE_NAME - '.'.length };

/** Fabric names an organization's part of a channel by its MSP ID; form and length are those of config elements (fabric common/configtx/validator.go, validateConfigID). */
export const mspIdForm: Form = {
  pattern: /^(?!\.{1,2}$)[a-zA-Z0-9.-]+$/,
  longest: 249,
  words: 'letters, digits, dots and dashes, such as Org1MSP',
};

/** k8s.io/apimachinery resource.Quantity, without a sign: there is no negative storage. */
export const quantityForm: Form = {
  pattern: /^\d+(?:\.\d+)?(?:[numkMGTPE]|[KMGTPE]i|[eE][+-]?\d{1,2})?$/,
  longest: 32,
  words: 'a Kubernetes quantity, such as 500m, 512Mi or 1Gi',
};

/** A Go duration in whole hours; Go's int64 of nanoseconds ends at 2562047h. */
export const hoursForm: Form = {
  pattern: /^[1-9]\d{0,5}h$/,
  longest: 7,
  words: 'a duration in whole hours, such as 8760h for a year',
};

const TAG = '[A-Za-z0-9_][A-Za-z0-9._-]{0,127}';
const PATH = '[a-z0-9]+(?:(?:\\.|__?|-+)[a-z0-9]+)*';
const HOST =
  '(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\\[[a-fA-F0-9:]+\\])(?::\\d{1,5})?';

/** Tags, registries and references as github.com/distribution/reference reads them. */
export const tagForm: Form = {
  pattern: new RegExp(`^${TAG}$`),
  longest: 128,
  words: 'an image tag, such as 2.5.0',
};

export const registryForm: Form = {
  pattern: new RegExp(`^${HOST}(?:/${PATH})*$`),
  longest: 200,
  words: 'a registry and a path without tag or scheme, such as ghcr.io/hyperledger',
};

export const imageForm: Form = {
  pattern: new RegExp(`^(?:${HOST}/)?${PATH}(?:/${PATH})*(?::${TAG})?(?:@sha256:[a-f0-9]{64})?$`),
  longest: 500,
  words: 'an image reference, such as ghcr.io/hyperledger/fabric-peer:2.5.0',
};

/** What shells and Fabric's viper settings can both name; Kubernetes would take more. */
export const environmentNameForm: Form = {
  pattern: /^[A-Za-z_][A-Za-z0-9_]*$/,
  longest: 253,
  words: 'a variable name of letters, digits and underscores, such as FABRIC_LOGGING_SPEC',
};

/** Kubernetes resource names: `cpu`, `memory`, `example.com/device`. */
export const resourceNameForm: Form = {
  pattern: new RegExp(`^(?:${LABEL}(?:\\.${LABEL})*/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$`),
  longest: LONGEST_DNS_NAME,
  words: 'a resource name, such as cpu or memory',
};
