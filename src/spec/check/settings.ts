import { OWN_CHAINCODE_ENVIRONMENT, OWN_ENVIRONMENT } from '../environment.ts';
import type { Issue, Path } from '../issues/issue.ts';
import type { EnvironmentFrom, Network, Resources } from '../network.ts';
import { milliseconds, quantityValue } from '../units.ts';
import { isDeployed, locatedPods, type LocatedPod } from './located.ts';

/** What nodes, CAs and chaincode servers have alike. */
interface Workload {
  readonly path: Path;
  readonly settings: {
    readonly resources: Resources;
    readonly environment: Readonly<Record<string, string>>;
    readonly environmentFrom?: EnvironmentFrom;
  };
  /** Names of the variables that Weft gives itself. */
  readonly own: readonly string[];
}

export function settingsIssues(network: Network): Issue[] {
  return [
    ...longLifetimes(network),
    ...earlyRenewal(network),
    ...locatedPods(network).flatMap(noStorage),
    ...workloads(network).flatMap(requestsOverLimits),
    ...workloads(network).flatMap(valuesTwice),
  ];
}

export function settingsWarnings(network: Network): Issue[] {
  return workloads(network).flatMap(environmentWarnings);
}

function workloads(network: Network): Workload[] {
  return [
    ...locatedPods(network).map(({ kind, settings, path }) => ({ path, settings, own: OWN_ENVIRONMENT[kind] })),
    ...network.chaincodes.flatMap((chaincode, at) =>
      isDeployed(chaincode) ? [{ path: ['chaincodes', at], settings: chaincode, own: OWN_CHAINCODE_ENVIRONMENT }] : [],
    ),
  ];
}

/** fabric-ca-server (lib/serverenroll.go) cuts a certificate's lifetime to the CA's own and only logs it. */
function longLifetimes({ certificates }: Network): Issue[] {
  return (['identity', 'tls'] as const).flatMap((use) =>
    milliseconds(certificates[use]) <= milliseconds(certificates.ca)
      ? []
      : [
          {
            path: ['certificates', use],
            message: `${certificates[use]} is longer than the CA's own ${certificates.ca}: no certificate outlives its CA`,
          },
        ],
  );
}

/** A certificate that is due when it is issued would be issued again by every run, and its node restarted each time. */
function earlyRenewal({ certificates: { identity, tls, renewBefore } }: Network): Issue[] {
  if (renewBefore === undefined || milliseconds(renewBefore) < Math.min(milliseconds(identity), milliseconds(tls)))
    return [];
  const message = `${renewBefore} is not shorter than what certificates live (identity ${identity}, tls ${tls})`;
  return [{ path: ['certificates', 'renewBefore'], message }];
}

function noStorage({ settings, path }: LocatedPod): Issue[] {
  if (quantityValue(settings.storage) > 0) return [];
  return [{ path: [...path, 'storage'], message: `must be more than nothing (found "${settings.storage}")` }];
}

/** Kubernetes refuses such a pod, but only when the Deployment makes it. */
function requestsOverLimits({ settings, path }: Workload): Issue[] {
  const { requests = {}, limits = {} } = settings.resources;
  return Object.entries(requests).flatMap(([resource, request]) => {
    const limit = limits[resource];
    if (limit === undefined || quantityValue(request) <= quantityValue(limit)) return [];
    return [
      { path: [...path, 'resources', 'requests', resource], message: `${request} is more than the limit of ${limit}` },
    ];
  });
}

/** Namespaces of the cluster itself: what stands there is not to be disturbed, and `weft down` removes what it finds under its labels. */
export function systemNamespaces({ kubernetes, organizations }: Network): Issue[] {
  const places = [
    { namespace: kubernetes.namespace, path: ['kubernetes', 'namespace'] },
    ...organizations.map(({ namespace }, at) => ({ namespace, path: ['organizations', at, 'namespace'] })),
  ];
  const seen = new Set<string>();
  return places.flatMap(({ namespace, path }) => {
    if (!namespace.startsWith('kube-') || seen.has(namespace)) return [];
    seen.add(namespace);
    return [
      {
        path,
        message: `"${namespace}" begins with kube-, which Kubernetes keeps for itself: choose another namespace`,
      },
    ];
  });
}

/** Kubernetes lets the one from the Secret win and does not say so. */
function valuesTwice({ settings: { environment, environmentFrom = {} }, path }: Workload): Issue[] {
  return Object.keys(environmentFrom)
    .filter((name) => Object.hasOwn(environment, name))
    .map((name) => ({
      path: [...path, 'environmentFrom', name],
      message: 'has a value in environment as well: leave one of them out',
    }));
}

function environmentWarnings({ own, settings: { environment, environmentFrom = {} }, path }: Workload): Issue[] {
  const replaced = Object.entries({ environment, environmentFrom }).flatMap(([field, variables]) =>
    Object.keys(variables)
      .filter((name) => own.includes(name))
      .map((name) => ({
        path: [...path, field, name],
        message: "replaces Weft's own value: with another one the pod may not start, or not be reached",
      })),
  );
  const readable = Object.keys(environment).flatMap((name) => {
    if (own.includes(name)) return [];
    const place = [...path, 'environment', name];
    if (/(?:PASSWORD|PASSWD|SECRET|TOKEN|PIN)$/i.test(name)) {
      return [
        {
          path: place,
          message:
            "looks like a secret, but stands readable in a ConfigMap and in the run's history: environmentFrom takes it from a Secret",
        },
      ];
    }
    return [];
  });
  return [...replaced, ...readable];
}
