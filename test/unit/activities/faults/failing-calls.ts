import { AsyncLocalStorage } from 'node:async_hooks';

import type { Dependencies } from '../../../../src/activities/cluster/manifests.ts';
import { CertificateAuthorityError, FabricError } from '../../../../src/fabric/index.ts';
import type { ClusterRequest } from '../../../../src/kubernetes/index.ts';
import { connectionError, responseError } from '../../../../src/kubernetes/errors/transport.ts';
import type { FakeFabric } from '../fake-fabric.ts';
import type { FakeAuthorities } from '../identities/fake-authorities.ts';
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
  /** Awaited with each call and its number, from 1, before it is carried out; what it rejects with is the answer. */
  before: (number: number, call: string) => Promise<void>;
  /** The same once it is carried out, before its answer arrives. */
  after: (number: number) => Promise<void>;
  readonly dependencies: (dependencies: Dependencies) => Dependencies;
  /** Lets an activity make them: one that goes on beside others makes no calls of theirs. */
  readonly run: <Result>(act: () => Promise<Result>) => Promise<Result>;
}

/** Who is called: its errors are its own. */
interface Callee {
  readonly errorOf: (fault: CallFault) => Error;
}

/** Counts what an activity calls at the cluster, at nodes and at CAs. */
export function failingCalls({ fabric, authorities, store }: CalledParts): FailingCalls {
  const calls: string[] = [];
  let failing: { readonly number: number; readonly fault: CallFault } | undefined;

  /** Counts a call. @returns how it fails, if it does, and what to await once it is carried out */
  const count = async (call: string): Promise<Counted> => {
    const number = calls.push(call);
    await counted.before(number, call);
    const fault = failing?.number === number ? failing.fault : undefined;
    return { ...(fault && { fault }), answered: () => counted.after(number) };
  };

  // The fakes carry a call out between `before` and `after`; what one throws is the answer.
  const between = (callee: Callee): Between => {
    const underWay = new Map<string, Counted[]>();
    return {
      before: async (call) => {
        const counted = await count(call);
        if (counted.fault !== undefined && counted.fault !== 'lost') throw callee.errorOf(counted.fault);
        underWay.set(call, [...(underWay.get(call) ?? []), counted]);
      },
      after: async (call) => {
        const [first, ...others] = underWay.get(call) ?? [];
        underWay.set(call, others);
        await first?.answered();
        if (first?.fault === 'lost') throw callee.errorOf('lost');
      },
    };
  };
  const own: Callees = {
    nodes: between({ errorOf: nodeError }),
    enrollmentCa: between({ errorOf: authorityError }),
    tlsCa: between({ errorOf: authorityError }),
  };
  const callees = (): Callees => running.getStore() ?? own;
  fabric.before = (call) => callees().nodes.before(call);
  fabric.after = (call) => callees().nodes.after(call);
  for (const name of ['enrollmentCa', 'tlsCa'] as const) {
    authorities[name].before = (call) => callees()[name].before(call);
    authorities[name].after = (call) => callees()[name].after(call);
  }

  const request = async (given: ClusterRequest): Promise<unknown> => {
    const isDryRun = given.query?.['dryRun'] !== undefined;
    const { fault, answered } = await count(`${given.method} ${given.path}${isDryRun ? ' (dry run)' : ''}`);
    if (fault !== undefined && fault !== 'lost') throw clusterError(given, fault);
    try {
      return given.path.includes('/selfsubject') ? GRANTED : await store.cluster.request(given);
    } finally {
      await answered();
      // eslint-disable-next-line no-unsafe-finally -- whatever the answer was, it is lost
      if (fault === 'lost') throw clusterError(given, fault);
    }
  };

  const counted: FailingCalls = {
    calls,
    fail: (number, fault) => {
      failing = { number, fault };
    },
    before: () => Promise.resolve(),
    after: () => Promise.resolve(),
    run: (act) => running.run(own, act),
    dependencies: (dependencies) => ({
      ...dependencies,
      cluster: {
        ...dependencies.cluster,
        request,
        requestText: async (given) => {
          const { fault, answered } = await count(`${given.method} ${given.path}`);
          if (fault !== undefined) throw clusterError(given, fault);
          return store.cluster.requestText(given).finally(answered);
        },
      },
      connector: {
        connect: async (target, signal) => {
          const { fault, answered } = await count(`connect ${target.service}:${target.port}`);
          if (fault !== undefined) throw clusterError({ purpose: `forward a port of ${target.service}` }, fault);
          return dependencies.connector.connect(target, signal).finally(answered);
        },
      },
    }),
  };
  return counted;
}

interface Counted {
  readonly fault?: CallFault;
  readonly answered: () => Promise<void>;
}

/** What happens around a call. */
interface Between {
  readonly before: (call: string) => Promise<void>;
  readonly after: (call: string) => Promise<void>;
}

/** Those who share one set of fakes with all other attempts. */
type Callees = Readonly<Record<'nodes' | 'enrollmentCa' | 'tlsCa', Between>>;

const running = new AsyncLocalStorage<Callees>();

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

function authorityError(fault: CallFault): Error {
  const kind = STATUS[fault] === undefined ? 'unreachable' : 'unavailable';
  return new CertificateAuthorityError({ kind, authority: 'fake', task: 'answer', reason: fault });
}
