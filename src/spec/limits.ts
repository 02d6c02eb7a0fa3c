/*
 * How large a description may be, and what is asked of a run. What a run can do is limited further along: a ConfigMap holds 1 MiB, a workflow has seconds to check
 * its argument. A description that passes these limits is checked within a second; a larger one is refused with the limit in the message.
 */

/**
 * Characters of a description's text, and of what its aliases stand for in their places. Temporal takes no larger argument, so that a larger
 * description could not be brought up in any case.
 */
export const MOST_TEXT_CHARACTERS = 2_000_000;

/** Mappings and lists within each other. The form of a description has ten levels; whoever reads a thousand of them runs out of stack. */
export const MOST_LEVELS = 100;

/** Anchors and aliases: some for each of the most nodes. To find what one stands for takes a look at all of them. */
export const MOST_ANCHORS_AND_ALIASES = 10_000;

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

/** Who collects metrics and where workers run is said in a few groups of pods. */
export const MOST_POD_GROUPS = 20;

/** Ports of nodes elsewhere: organizations of one network answer at a few. */
export const MOST_EXTERNAL_PORTS = 100;

/** Pods that Weft runs for chaincodes, one for each organization or each peer of a channel. */
export const MOST_CHAINCODE_SERVERS = 5_000;

/** Characters of a completed description as it is kept in a ConfigMap, which holds 1 MiB with its names and labels. */
export const MOST_RECORD_CHARACTERS = 900_000;

/** Characters of the reason why a run is paused, and of the name of whoever pauses it. Both are told at every look at the run. */
export const LONGEST_PAUSE_TEXT = 1_000;

/** Characters of the target of a step, such as `mychannel/basic@org1-peer1`: a channel's name has up to 249, those of others up to 63. */
export const LONGEST_TARGET = 400;

/** Targets of a renewal: each node of the largest network, and for each organization itself, its Admin and its CA. */
export const MOST_RENEWAL_TARGETS = MOST_NODES + 3 * MOST_ORGANIZATIONS;

/** As many issues as somebody mends before trying again. */
export const MOST_ISSUES = 100;
