import type { Dependencies } from '../../../../src/activities/cluster/manifests.ts';
import { CertificateAuthorityError, FabricError } from '../../../../src/fabric/index.ts';
import type { ClusterRequest } from '../../../../src/kubernetes/index.ts';
import { connectionError, responseError } from '../../../../src/kubernetes/errors/transport.ts';
import type { FakeFabric } from '../fake-fabric.ts';
import type { FakeAuthorities, FakeCa } from '../identities/fake-authorities.ts';
import type { ObjectStore } from '../object-store.ts';

/** In which way a call fails. `lost`: it is carried out, and its answer does not arrive. */
export type CallFault = 'reset' | 'too many' | 'error 500' | 'unavailable 503' | 'slow' | 'lost';

export const CALL_FAULTS: readonly CallFault[] = ['reset', 'too many', 'error 500', 'unavailable 503', 'slow', 'lost'];

/** The calls of an activity, of which one fails, once. */
export interface FailingCalls {
  /** What was called so far, in order. */
  readonly calls: readonly string[];
  /** Has the call of a number fail, from 1. It failed already if as many were made. */
  readonly fail: (number: number, fault: CallFault) => void;
  readonly dependencies: (dependencies: Dependencies) => Dependencies;
}

/** Who is called: its errors are its own. */
interface Callee {
  readonly errorOf: (fault: CallFault) => Error;
}

/** Counts what an activity calls at the cluster, at nodes and at CAs. */
export function failingCalls({ fabric, authorities, store }: CalledParts): FailingCalls {
  const calls: string[] = [];
  let failing: { readonly number: number; readonly fault: CallFault } | undefined;

  /** Counts a call. @returns how it fails, if it does */
  const count = (call: string): CallFault | undefined => {
    calls.push(call);
    return failing?.number === calls.length ? failing.fault : undefined;
  };

  // The fakes carry a call out between `before` and `after`; what one throws is the answer.
  const between = (callee: Callee): { before: (call: string) => void; after: (call: string) => void } => {
    const lost = new Set<string>();
    return {
      before: (call) => {
        const fault = count(call);
        if (fault === 'lost') lost.add(call);
        else if (fault !== undefined) throw callee.errorOf(fault);
      },
      after: (call) => {
        if (lost.delete(call)) throw callee.errorOf('lost');
      },
    };
  };
  const ofNodes = between({ errorOf: nodeError });
  fabric.before = ofNodes.before;
  fabric.after = ofNodes.after;
  for (const ca of [authorities.enrollmentCa, authorities.tlsCa]) watchCa(ca, between);

  const request = async (given: ClusterRequest): Promise<unknown> => {
    const fault = count(`${given.method} ${given.path}${given.query?.['dryRun'] === undefined ? '' : ' (dry run)'}`);
    if (fault !== undefined && fault !== 'lost') throw clusterError(given, fault);
    const answered = given.path.includes('/selfsubject') ? GRANTED : await store.cluster.request(given);
    if (fault === 'lost') throw clusterError(given, fault);
    return answered;
  };

  return {
    calls,
    fail: (number, fault) => {
      failing = { number, fault };
    },
    dependencies: (dependencies) => ({
      ...dependencies,
      cluster: {
        ...dependencies.cluster,
        request,
        requestText: async (given) => {
          const fault = count(`${given.method} ${given.path}`);
          if (fault !== undefined) throw clusterError(given, fault);
          return store.cluster.requestText(given);
        },
      },
      connector: {
        connect: async (target, signal) => {
          const fault = count(`connect ${target.service}:${target.port}`);
          if (fault !== undefined) throw clusterError({ purpose: `forward a port of ${target.service}` }, fault);
          return dependencies.connector.connect(target, signal);
        },
      },
    }),
  };
}

interface CalledParts {
  readonly fabric: FakeFabric;
  readonly authorities: FakeAuthorities;
  readonly store: ObjectStore;
}

/** Answers both reviews of what is allowed. */
const GRANTED = {
  status: {
    allowed: true,
    incomplete: false,
    resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
  },
};

/** As the client would word it (src/kubernetes/client), so that what kind of failure it is, is decided as always. */
function clusterError({ purpose }: Pick<ClusterRequest, 'purpose'>, fault: CallFault): Error {
  const status = STATUS[fault];
  if (status === undefined) {
    const cause = fault === 'slow' ? 10_000 : Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    return connectionError({ name: 'fake', server: 'https://fake' }, cause);
  }
  const body = JSON.stringify({ kind: 'Status', status: 'Failure', code: status.code, reason: status.reason });
  return responseError(purpose, { statusCode: status.code, retryAfter: status.retryAfter, body, confidential: false });
}

const STATUS: Partial<
  Record<CallFault, { readonly code: number; readonly reason: string; readonly retryAfter?: string }>
> = {
  'too many': { code: 429, reason: 'TooManyRequests', retryAfter: '1' },
  'error 500': { code: 500, reason: 'InternalError' },
  'unavailable 503': { code: 503, reason: 'ServiceUnavailable' },
};

function nodeError(fault: CallFault): Error {
  if (fault === 'slow') return new FabricError('timeout', 'it did not answer within 60 s');
  const isAnswer = STATUS[fault] !== undefined;
  return new FabricError(isAnswer ? 'unavailable' : 'unreachable', fault);
}

function watchCa(
  ca: FakeCa,
  between: (callee: Callee) => { before: (call: string) => void; after: (call: string) => void },
): void {
  const { before, after } = between({
    errorOf: (fault) => {
      const kind = STATUS[fault] === undefined ? 'unreachable' : 'unavailable';
      return new CertificateAuthorityError({ kind, authority: 'fake', task: 'answer', reason: fault });
    },
  });
  ca.before = (call) => {
    before(call);
    return Promise.resolve();
  };
  ca.after = after;
}
