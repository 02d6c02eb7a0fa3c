import { z } from 'zod';

import { isKubernetesObject, type KubernetesObject } from '../../kubernetes/client/objects.ts';
import type { PodSettings } from '../../kubernetes/index.ts';
import { ASSIGNED_USER, DEFAULT_POD_USER } from '../../spec/index.ts';
import { OperationFailure } from '../failure.ts';
import type { ArchiveFile } from './archive.ts';

/** The volume of a node, as it was, and how the node ran: its image brings the program that copies files. */
export interface VolumeCopy extends PodSettings {
  readonly namespace: string;
  readonly organization: string;
  /** Name of the node and of its claim. */
  readonly node: string;
  readonly claim: KubernetesObject;
  readonly files: readonly ArchiveFile[];
}

/** What cannot be made again of a network, on one cluster. */
export interface Backup {
  readonly network: string;
  /** The cluster's name, for people. */
  readonly cluster: string;
  readonly createdAt: string;
  /** Namespaces, ConfigMaps and Secrets. */
  readonly objects: readonly KubernetesObject[];
  readonly volumes: readonly VolumeCopy[];
}

const ABOUT = 'backup.json';

const aboutSchema = z.object({
  apiVersion: z.literal('weft.dev/v1alpha1'),
  kind: z.literal('Backup'),
  network: z.string(),
  cluster: z.string(),
  createdAt: z.string(),
  volumes: z.array(
    z.object({
      namespace: z.string(),
      organization: z.string(),
      node: z.string(),
      image: z.string(),
      // Those before the description had a field for it are of pods that ran as this one.
      user: z.union([z.int(), z.literal(ASSIGNED_USER)]).default(DEFAULT_POD_USER),
      imagePullSecrets: z.array(z.string()).readonly().default([]),
      claim: z.unknown(),
    }),
  ),
});

/** The files of a backup's archive: one about the whole, one for each object, those of the volumes as they are. */
export function filesOfBackup({ network, cluster, createdAt, objects, volumes }: Backup): ArchiveFile[] {
  const about: z.input<typeof aboutSchema> = {
    ...{ apiVersion: 'weft.dev/v1alpha1', kind: 'Backup', network, cluster, createdAt },
    volumes: volumes.map(({ namespace, organization, node, image, user, imagePullSecrets, claim }) => ({
      ...{ namespace, organization, node, image, user, imagePullSecrets, claim },
    })),
  };
  return [
    { path: ABOUT, content: jsonOf(about) },
    ...objects.map((object) => ({ path: objectFile(object), content: jsonOf(object) })),
    ...volumes.flatMap((volume) =>
      volume.files.map(({ path, content }) => ({ path: `${volumeFolder(volume)}${path}`, content })),
    ),
  ];
}

/** @throws OperationFailure `BackupUnreadable` for an archive that no version of Weft up to this one wrote */
export function backupIn(files: readonly ArchiveFile[]): Backup {
  const file = files.find(({ path }) => path === ABOUT);
  if (file === undefined) throw unreadable(`it has no ${ABOUT}`);
  const about = aboutSchema.safeParse(parsed(file));
  if (!about.success) throw unreadable(`its ${ABOUT} is not of a kind that this version of Weft knows`);
  const { network, cluster, createdAt, volumes } = about.data;
  return {
    ...{ network, cluster, createdAt },
    objects: files.filter(({ path }) => path.startsWith(OBJECTS)).map(objectIn),
    volumes: volumes.map(({ claim, ...volume }) => {
      if (!isKubernetesObject(claim)) throw unreadable(`its ${ABOUT} has no claim for ${volume.node}`);
      const folder = volumeFolder(volume);
      const own = files.filter(({ path }) => path.startsWith(folder));
      return {
        ...volume,
        claim,
        files: own.map(({ path, content }) => ({ path: path.slice(folder.length), content })),
      };
    }),
  };
}

const OBJECTS = 'objects/';

function objectFile({ kind, metadata: { name, namespace } }: KubernetesObject): string {
  return `${OBJECTS}${namespace === undefined ? '' : `${namespace}/`}${kind}/${name}.json`;
}

function volumeFolder({ namespace, node }: Pick<VolumeCopy, 'namespace' | 'node'>): string {
  return `volumes/${namespace}/${node}/`;
}

function jsonOf(value: unknown): Uint8Array {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
}

function objectIn(file: ArchiveFile): KubernetesObject {
  const object = parsed(file);
  if (isKubernetesObject(object)) return object;
  throw unreadable(`${file.path} is no Kubernetes object`);
}

function parsed({ path, content }: ArchiveFile): unknown {
  try {
    return JSON.parse(Buffer.from(content).toString('utf8'));
  } catch {
    throw unreadable(`${path} is not valid JSON`);
  }
}

function unreadable(reason: string): OperationFailure {
  return new OperationFailure({ code: 'BackupUnreadable', reason });
}
