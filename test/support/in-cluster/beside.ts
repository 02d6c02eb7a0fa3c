import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { pauseImage } from '../../../src/local/artifacts/images.ts';
import type { ReportProgress } from '../../../src/local/artifacts/progress.ts';
import { installMissing, type SystemNeed } from '../../../src/local/artifacts/system-packages.ts';
import { temporalExecutable } from '../temporal.ts';
import { kubectl, rolledOut } from './kubectl.ts';

/*
 * What Weft needs beside it in a cluster: PostgreSQL, and Temporal with its development server, which keeps all in memory. Both are this
 * machine's programs, which their pods see by the folders of the node, so that no image of them is made.
 */

/** Where both are, and under what name Temporal is: that of the base's TEMPORAL_ADDRESS. */
export const BESIDE = 'temporal';

const POSTGRES = '/usr/lib/postgresql';

const postgres: SystemNeed = { package: 'postgresql', isPresent: () => postgresBin() !== undefined };

/** Installs PostgreSQL unless it is there; its service is not started. */
export function prepareBeside(report: ReportProgress): Promise<void> {
  return installMissing([postgres], report);
}

/**
 * Starts both, and waits until they answer.
 *
 * @returns the URL of an empty database
 */
export async function startBeside(): Promise<string> {
  const password = 'password of the tests';
  const objects = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: BESIDE } },
    ...temporalObjects(),
    ...postgresObjects(password),
  ];
  await kubectl(['apply', '--filename', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
  for (const name of ['temporal-frontend', 'postgres']) await rolledOut(BESIDE, name, STARTED_MS);
  return `postgresql://weft:${encodeURIComponent(password)}@postgres.${BESIDE}/postgres`;
}

/** Seconds; a busy machine needs more of them. */
const STARTED_MS = 60_000;

/** Any user of every machine's that is not root: initdb wants one that has a name. */
const NOBODY = 65_534;

function temporalObjects(): object[] {
  const programs = dirname(temporalExecutable());
  return served('temporal-frontend', 7233, {
    containers: [
      {
        ...container('temporal', 7233, [{ name: 'programs', mountPath: programs, readOnly: true }]),
        command: [temporalExecutable(), 'server', 'start-dev', '--headless', '--ip', '0.0.0.0', '--namespace', 'weft'],
        // It wants to know who it runs as, and there is no list of users.
        env: Object.entries({ HOME: '/tmp', USER: 'temporal' }).map(([name, value]) => ({ name, value })),
      },
    ],
    volumes: [{ name: 'programs', hostPath: { path: programs, type: 'Directory' } }],
  });
}

function postgresObjects(password: string): object[] {
  const bin = postgresBin() ?? '';
  const mounts = [
    ...MACHINE.map((path) => ({ name: volumeName(path), mountPath: path, readOnly: true })),
    { name: 'settings', mountPath: '/settings', readOnly: true },
  ];
  const settings = { 'pg_hba.conf': 'host all all all scram-sha-256\n', password };
  return [
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'postgres', namespace: BESIDE }, stringData: settings },
    ...served('postgres', 5432, {
      initContainers: [
        {
          ...container('initdb', undefined, mounts),
          command: [join(bin, 'initdb'), '--pgdata', DATA, '--username', 'weft', '--pwfile', '/settings/password'],
          args: ['--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale', 'C', '--no-sync'],
        },
      ],
      containers: [
        {
          ...container('postgres', 5432, mounts),
          command: [join(bin, 'postgres'), '-D', DATA],
          args: Object.entries({
            listen_addresses: '*',
            unix_socket_directories: '',
            hba_file: '/settings/pg_hba.conf',
          }).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
        },
      ],
      volumes: [
        ...MACHINE.map((path) => ({ name: volumeName(path), hostPath: { path } })),
        { name: 'settings', secret: { secretName: 'postgres' } },
      ],
    }),
  ];
}

/** Of this machine: programs, libraries and their loader, the shell that initdb calls, and names of users. */
const MACHINE = ['/usr', '/bin', '/lib', '/lib64', '/etc/passwd'].filter((path) => existsSync(path));

const DATA = '/data/postgres';

function volumeName(path: string): string {
  return `machine${path.replaceAll('/', '-')}`;
}

interface Pod {
  readonly initContainers?: readonly object[];
  readonly containers: readonly object[];
  readonly volumes: readonly object[];
}

/** A Deployment of one pod, and a Service before it. */
function served(name: string, port: number, pod: Pod): object[] {
  const metadata = { name, namespace: BESIDE };
  const labels = { app: name };
  return [
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: labels, ports: [{ port }] } },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            enableServiceLinks: false,
            automountServiceAccountToken: false,
            terminationGracePeriodSeconds: 5,
            securityContext: { runAsUser: NOBODY, runAsGroup: NOBODY, fsGroup: NOBODY },
            ...pod,
            volumes: [...pod.volumes, { name: 'data', emptyDir: {} }, { name: 'tmp', emptyDir: {} }],
          },
        },
      },
    },
  ];
}

function container(name: string, port: number | undefined, mounts: readonly object[]): object {
  return {
    name,
    image: pauseImage,
    imagePullPolicy: 'IfNotPresent',
    ...(port !== undefined && { readinessProbe: { tcpSocket: { port }, periodSeconds: 1 } }),
    volumeMounts: [...mounts, { name: 'data', mountPath: '/data' }, { name: 'tmp', mountPath: '/tmp' }],
  };
}

/** The folder with the programs of this machine's newest PostgreSQL. */
function postgresBin(): string | undefined {
  if (!existsSync(POSTGRES)) return undefined;
  return readdirSync(POSTGRES)
    .sort((one, other) => Number(one) - Number(other))
    .map((version) => join(POSTGRES, version, 'bin'))
    .findLast((folder) => existsSync(join(folder, 'initdb')));
}
