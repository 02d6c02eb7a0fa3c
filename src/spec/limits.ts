/*
 * How large a description may be. What a run can do is limited further along: a ConfigMap holds 1 MiB, a workflow has seconds to check
 * its argument. A description that passes these limits is checked within a second; a larger one is refused with the limit in the message.
 */

/** More nodes of one kind in one organization are a slip of the finger: a Kubernetes node runs 110 pods by default. */
export const MOST_NODES_OF_A_KIND = 100;

/** Twice the largest network that Weft is designed for. */
export const MOST_NODES = 2_000;

export const MOST_ORGANIZATIONS = 500;

/** Each channel is a ledger of its own on every node in it; a peer is slow long before it has a hundred. */
export const MOST_CHANNELS = 100;

export const MOST_CHAINCODES = 500;

/** Registries that one network's images come from are few. */
export const MOST_PULL_SECRETS = 20;

/** Pods that Weft runs for chaincodes, one for each organization or each peer of a channel. */
export const MOST_CHAINCODE_SERVERS = 5_000;

/** Characters of a completed description as it is kept in a ConfigMap, which holds 1 MiB with its names and labels. */
export const MOST_RECORD_CHARACTERS = 900_000;

/** As many issues as somebody mends before trying again. */
export const MOST_ISSUES = 100;
