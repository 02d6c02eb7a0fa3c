import type { CertificateAuthority, Orderer, OrdererAdmin, Peer } from '../fabric/index.ts';
import type { Cluster, ClusterRequest } from '../kubernetes/index.ts';
import { requireCurrentAttempt } from './attempt.ts';
import type { Dependencies } from './cluster/manifests.ts';
import type { CertificateAuthorities } from './identities/ca-connections.ts';

/*
 * What activities work with, so that nothing is written by an attempt that Temporal has given up. Here rather than in each step: a step that forgot it
 * would do no harm in any test but that of a process that stood still.
 */

/** Lets only attempts write that are not given up. */
export function currentWrites({ cluster, nodes, ...others }: Dependencies): Dependencies {
  return {
    ...others,
    cluster: clusterOf(cluster),
    nodes: {
      ...nodes,
      connectPeer: (...given) => peerOf(nodes.connectPeer(...given)),
      connectOrderer: (...given) => ordererOf(nodes.connectOrderer(...given)),
      connectOrdererAdmin: (...given) => ordererAdminOf(nodes.connectOrdererAdmin(...given)),
    },
  };
}

/** The same for CAs. */
export function currentEnrollments({ use }: CertificateAuthorities): CertificateAuthorities {
  return {
    use: (input, signal, act) =>
      use(input, signal, ({ enrollmentCa, tlsCa, ...pair }) =>
        act({ ...pair, enrollmentCa: authorityOf(enrollmentCa), tlsCa: authorityOf(tlsCa) }),
      ),
  };
}

function clusterOf(cluster: Cluster): Cluster {
  return {
    ...cluster,
    request: async (request) => {
      if (isWrite(request)) requireCurrentAttempt();
      return cluster.request(request);
    },
  };
}

function isWrite({ method, query, isQuestion = false }: ClusterRequest): boolean {
  return method !== 'GET' && query?.['dryRun'] === undefined && !isQuestion;
}

function peerOf(peer: Peer): Peer {
  return {
    ...peer,
    joinChannel: current((block) => peer.joinChannel(block)),
    installChaincode: current((bytes) => peer.installChaincode(bytes)),
    approve: current((channel, definition, packageId) => peer.approve(channel, definition, packageId)),
    commit: current((channel, definition, organizations) => peer.commit(channel, definition, organizations)),
  };
}

function ordererOf(orderer: Orderer): Orderer {
  return { ...orderer, broadcast: current((envelope) => orderer.broadcast(envelope)) };
}

function ordererAdminOf(admin: OrdererAdmin): OrdererAdmin {
  return {
    ...admin,
    join: current((block) => admin.join(block)),
    remove: current((channel) => admin.remove(channel)),
  };
}

function authorityOf(ca: CertificateAuthority): CertificateAuthority {
  return {
    ...ca,
    enroll: current((enrollment) => ca.enroll(enrollment)),
    register: current((registrar, registration) => ca.register(registrar, registration)),
    setSecret: current((registrar, id, allowance) => ca.setSecret(registrar, id, allowance)),
    addAffiliation: current((registrar, name) => ca.addAffiliation(registrar, name)),
    revoke: current((registrar, id) => ca.revoke(registrar, id)),
    revokeCertificate: current((registrar, certificate) => ca.revokeCertificate(registrar, certificate)),
  };
}

/** A write that only a current attempt makes. */
function current<Given extends unknown[], Result>(
  write: (...given: Given) => Promise<Result>,
): (...given: Given) => Promise<Result> {
  return async (...given) => {
    requireCurrentAttempt();
    return write(...given);
  };
}
