import { OWN_ENVIRONMENT } from './environment.ts';
import type { Finding } from './mistake.ts';
import type { Network } from './network.ts';
import { podPlaces, type PodPlace } from './places.ts';
import { quantityValue } from './quantity.ts';

/** The ccaas builder is in the peer image since 2.4.1, and orderers start without a system channel since 2.3. */
const OLDEST_FABRIC = { major: 2, minor: 4 };

export function settingsMistakes(network: Network): Finding[] {
  return [
    ...oldFabric(network),
    ...longLifetimes(network),
    ...podPlaces(network).flatMap((pod) => [...noStorage(pod), ...requestsOverLimits(pod)]),
  ];
}

export function settingsWarnings(network: Network): Finding[] {
  return [...systemNamespaces(network), ...podPlaces(network).flatMap(environmentWarnings)];
}

function oldFabric({ fabric }: Network): Finding[] {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(fabric.version) ?? [];
  const { major: oldestMajor, minor: oldestMinor } = OLDEST_FABRIC;
  const isOld = Number(major) < oldestMajor || (Number(major) === oldestMajor && Number(minor) < oldestMinor);
  if (!isOld) return [];
  const message = `${fabric.version} is too old: Weft needs Fabric ${oldestMajor}.${oldestMinor} or later`;
  return [{ path: ['fabric', 'version'], message }];
}

/** fabric-ca-server (lib/serverenroll.go) cuts a certificate's lifetime to the CA's own and only logs it. */
function longLifetimes({ certificates }: Network): Finding[] {
  return (['identity', 'tls'] as const).flatMap((use) =>
    hours(certificates[use]) <= hours(certificates.ca)
      ? []
      : [
          {
            path: ['certificates', use],
            message: `${certificates[use]} is longer than the CA's own ${certificates.ca}: no certificate outlives its CA`,
          },
        ],
  );
}

function hours(duration: string): number {
  return Number.parseInt(duration, 10);
}

function noStorage({ settings, path }: PodPlace): Finding[] {
  if (quantityValue(settings.storage) > 0) return [];
  return [{ path: [...path, 'storage'], message: `must be more than nothing (found "${settings.storage}")` }];
}

/** Kubernetes refuses such a pod, but only when the Deployment makes it. */
function requestsOverLimits({ settings, path }: PodPlace): Finding[] {
  const { requests = {}, limits = {} } = settings.resources;
  return Object.entries(requests).flatMap(([resource, request]) => {
    const limit = limits[resource];
    if (limit === undefined || quantityValue(request) <= quantityValue(limit)) return [];
    return [
      { path: [...path, 'resources', 'requests', resource], message: `${request} is more than the limit of ${limit}` },
    ];
  });
}

function systemNamespaces({ kubernetes, organizations }: Network): Finding[] {
  const places = [
    { namespace: kubernetes.namespace, path: ['kubernetes', 'namespace'] },
    ...organizations.map(({ namespace }, at) => ({ namespace, path: ['organizations', at, 'namespace'] })),
  ];
  const seen = new Set<string>();
  return places.flatMap(({ namespace, path }) => {
    if (!namespace.startsWith('kube-') || seen.has(namespace)) return [];
    seen.add(namespace);
    return [{ path, message: `"${namespace}" begins with kube-, which Kubernetes keeps for itself` }];
  });
}

function environmentWarnings({ kind, settings, path }: PodPlace): Finding[] {
  return Object.keys(settings.environment).flatMap((name) => {
    const place = [...path, 'environment', name];
    if (OWN_ENVIRONMENT[kind].includes(name)) {
      return [
        {
          path: place,
          message: "replaces Weft's own value: with another one the pod may not start, or not be reached",
        },
      ];
    }
    if (/(?:PASSWORD|PASSWD|SECRET|TOKEN|PIN)$/i.test(name)) {
      return [
        { path: place, message: "looks like a secret, but stands readable in a ConfigMap and in the run's history" },
      ];
    }
    return [];
  });
}
