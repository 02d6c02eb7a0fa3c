/*
 * What Kubernetes, Fabric and image registries accept as a name, an amount or a duration. Each form has its pattern, its longest
 * length and the words that tell a person what is accepted.
 */

export interface Format {
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
export const organizationNameFormat: Format = {
  pattern: /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/,
  longest: LONGEST_NODE_NAME - '-ca'.length,
  words: 'lower-case letters, digits and dashes, beginning with a letter and not ending with a dash',
};

/** One part of a DNS name, as Kubernetes wants it for namespaces and labels (RFC 1123). */
export const labelFormat: Format = {
  pattern: new RegExp(`^${LABEL}$`),
  longest: LONGEST_LABEL,
  words: 'lower-case letters, digits and dashes, not beginning or ending with a dash',
};

/** Names of storage classes. */
export const dnsNameFormat: Format = {
  pattern: new RegExp(`^${LABEL}(?:\\.${LABEL})*$`),
  longest: LONGEST_DNS_NAME,
  words: 'a DNS name in lower case, such as fast.example.com',
};

/** Domain of a cluster's Services; the longest of their names stands in front of it. */
export const clusterDomainFormat: Format = {
  ...dnsNameFormat,
  longest: LONGEST_DNS_NAME - 2 * (LONGEST_LABEL + '.'.length) - 'svc.'.length,
  words: 'a DNS name in lower case, such as cluster.local',
};

/** An organization's domain: `<organization>-<node>.` stands in front of it in certificates. */
export const domainFormat: Format = { ...dnsNameFormat, longest: LONGEST_DNS_NAME - LONGEST_NODE_NAME - '.'.length };

/** Fabric names an organization's part of a channel by its MSP ID; form and length are those of config elements (fabric common/configtx/validator.go, validateConfigID). */
export const mspIdFormat: Format = {
  pattern: /^(?!\.{1,2}$)[a-zA-Z0-9.-]+$/,
  longest: 249,
  words: 'letters, digits, dots and dashes, such as Org1MSP',
};

/** k8s.io/apimachinery resource.Quantity, without a sign: there is no negative storage. */
export const quantityFormat: Format = {
  pattern: /^\d+(?:\.\d+)?(?:[numkMGTPE]|[KMGTPE]i|[eE][+-]?\d{1,2})?$/,
  longest: 32,
  words: 'a Kubernetes quantity, such as 500m, 512Mi or 1Gi',
};

/** A Go duration in whole hours or minutes; Go's int64 of nanoseconds ends at 2562047h. Fabric CA rounds to minutes. */
export const lifetimeFormat: Format = {
  pattern: /^[1-9]\d{0,5}[hm]$/,
  longest: 7,
  words: 'a duration in whole hours or minutes, such as 8760h for a year',
};

/** A time of the day, in hours and minutes. */
export const timeFormat: Format = {
  pattern: /^(?:[01]\d|2[0-3]):[0-5]\d$/,
  longest: 5,
  words: 'a time of the day in hours and minutes, such as 22:30',
};

const TAG = '[A-Za-z0-9_][A-Za-z0-9._-]{0,127}';
const PATH = '[a-z0-9]+(?:(?:\\.|__?|-+)[a-z0-9]+)*';
const HOST_NAME = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*';
const HOST = `(?:${HOST_NAME}|\\[[a-fA-F0-9:]+\\])`;
const REGISTRY_HOST = `${HOST}(?::\\d{1,5})?`;

/** Tags, registries and references as github.com/distribution/reference reads them. */
export const tagFormat: Format = {
  pattern: new RegExp(`^${TAG}$`),
  longest: 128,
  words: 'an image tag, such as 2.5.9',
};

export const registryFormat: Format = {
  pattern: new RegExp(`^${REGISTRY_HOST}(?:/${PATH})*$`),
  longest: 200,
  words: 'a registry and a path without tag or scheme, such as ghcr.io/hyperledger',
};

export const imageFormat: Format = {
  pattern: new RegExp(`^(?:${REGISTRY_HOST}/)?${PATH}(?:/${PATH})*(?::${TAG})?(?:@sha256:[a-f0-9]{64})?$`),
  longest: 500,
  words: 'an image reference, such as ghcr.io/hyperledger/fabric-peer:2.5.9',
};

/** What shells and Fabric's viper settings can both name; Kubernetes would take more. */
export const environmentNameFormat: Format = {
  pattern: /^[A-Za-z_][A-Za-z0-9_]*$/,
  longest: 253,
  words: 'a variable name of letters, digits and underscores, such as FABRIC_LOGGING_SPEC',
};

/** Keys of Secrets and ConfigMaps (k8s.io/apimachinery validation.IsConfigMapKey). */
export const secretKeyFormat: Format = {
  pattern: /^(?!\.{1,2}$|\.\.)[-._a-zA-Z0-9]+$/,
  longest: LONGEST_DNS_NAME,
  words: 'a key of a Secret: letters, digits, dots, dashes and underscores, such as password',
};

/** Kubernetes resource names: `cpu`, `memory`, `example.com/device`. */
export const resourceNameFormat: Format = {
  pattern: new RegExp(`^(?:${LABEL}(?:\\.${LABEL})*/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$`),
  longest: LONGEST_DNS_NAME,
  words: 'a resource name, such as cpu or memory',
};

/** Keys of labels have the same form (k8s.io/apimachinery validation.IsQualifiedName). */
export const labelKeyFormat: Format = {
  ...resourceNameFormat,
  words: 'the key of a label, such as app.kubernetes.io/name',
};

/** k8s.io/apimachinery validation.IsValidLabelValue. */
export const labelValueFormat: Format = {
  pattern: /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/,
  longest: LONGEST_LABEL,
  words: 'the value of a label: letters and digits, and dashes, dots or underscores between them',
};

/**
 * Fabric takes [a-z][a-z0-9.-]* (common/configtx/validator.go, ValidateChannelID). Here it is a label's value and a part of a
 * ConfigMap's name besides, so that each of its parts begins and ends with a letter or a digit.
 */
export const channelNameFormat: Format = {
  pattern: new RegExp(`^(?=[a-z])${LABEL}(?:\\.${LABEL})*$`),
  longest: LONGEST_LABEL,
  words: 'lower-case letters, digits, and dashes or dots between them, beginning with a letter',
};

/** fabric core/chaincode/lifecycle/scc.go, ChaincodeNameRegExp. */
export const chaincodeNameFormat: Format = {
  pattern: /^[a-zA-Z0-9]+(?:[-_][a-zA-Z0-9]+)*$/,
  longest: LONGEST_LABEL,
  words: 'letters and digits, and single dashes or underscores between them',
};

/** fabric core/chaincode/lifecycle/scc.go, ChaincodeVersionRegExp. With the name it makes a file name of the peer. */
export const chaincodeVersionFormat: Format = {
  pattern: /^[A-Za-z0-9_.+-]+$/,
  longest: LONGEST_LABEL,
  words: 'letters, digits, dots, dashes, underscores and plus signs, such as "1.0"',
};

/** fabric core/chaincode/lifecycle/scc.go, collectionNameRegExp. */
export const collectionNameFormat: Format = {
  pattern: /^[A-Za-z0-9-][A-Za-z0-9_-]*$/,
  longest: 128,
  words: 'letters, digits, dashes and underscores, not beginning with an underscore',
};

/** What Go's time.ParseDuration reads, and longer than nothing. */
export const goDurationFormat: Format = {
  pattern: /^(?=.*[1-9])(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/,
  longest: 32,
  words: 'a duration such as 500ms, 2s or 1m30s',
};

/** fabric common/viperutil/config_util.go, byteSizeDecodeHook. */
export const byteSizeFormat: Format = {
  pattern: /^[1-9]\d*\s*[kKmMgG][bB]?$/,
  longest: 16,
  words: 'a size as configtx.yaml writes it, such as 512 KB or 10 MB',
};

const PORT = '(?:[1-9]\\d{0,3}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d{2}|655[0-2]\\d|6553[0-5])';

/** What a peer dials. */
export const addressFormat: Format = {
  pattern: new RegExp(`^${HOST}:${PORT}$`),
  longest: LONGEST_DNS_NAME + ':65535'.length,
  words: 'a host and a port without a scheme, such as host.docker.internal:9999',
};

/**
 * What other nodes dial, and a TLS certificate names. Lower case only, because addresses are compared as texts with those of a channel;
 * no IPv6, because Fabric joins host and port with a colon alone (orderer/consensus/etcdraft/util.go).
 */
export const nodeAddressFormat: Format = {
  pattern: new RegExp(`^${LABEL}(?:\\.${LABEL})*:${PORT}$`),
  longest: LONGEST_DNS_NAME + ':65535'.length,
  words: 'a host in lower case and a port, such as peer1.example.com:443',
};

/** Policies have a language of their own, which is read later. A hundred organizations fit. */
export const policyFormat: Format = {
  pattern: /\S/,
  longest: 10_000,
  words: "a policy, such as OR('Org1MSP.peer', 'Org2MSP.peer')",
};

/** The name of something else in the description. Whether it is there says more than whether it has the form of a name. */
export const referenceFormat: Format = { pattern: /\S/, longest: LONGEST_DNS_NAME, words: 'a name' };
