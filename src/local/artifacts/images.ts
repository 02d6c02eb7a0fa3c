import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

import { contentKey, directoryOf } from './cache.ts';
import {
  addons,
  ccaasBuilder,
  coreDnsVersion,
  fabric,
  fabricCa,
  fabricCaVersion,
  fabricVersion,
  node,
} from './catalog.ts';
import { goArchitecture, goArtifact, type GoArtifact } from './go-artifacts.ts';
import { writeImageArchive, type Image } from './image.ts';
import type { ImageEntry } from './image.ts';
import type { Artifact } from './obtain.ts';

/** What containerd starts each pod with; it is no upstream image, so it has no upstream name. */
export const pauseImage = `weft.dev/pause:${node.version}`;
export const coreDnsImage = `registry.k8s.io/coredns/coredns:v${coreDnsVersion}`;

const layoutVersion = '1';

/** @returns every image that the embedded platform's node is given, by the name of its archive */
export function nodeImages(): ReadonlyMap<string, Image> {
  return new Map([
    ['fabric-peer.tar', peerImage()],
    ['fabric-orderer.tar', ordererImage()],
    ['fabric-ca.tar', fabricCaImage()],
    ['coredns.tar', newCoreDnsImage()],
    ['pause.tar', newPauseImage()],
  ]);
}

/** @returns how to obtain the archives of all node images; the artifacts that they hold must be there before */
export function imagesArtifact(): Artifact {
  const archives = nodeImages();
  const sources = [fabric, ccaasBuilder, fabricCa, addons, node].map((artifact) => goArtifact(artifact).key);
  // How the archives are written decides about their content as much as what is in them.
  const writers = ['images', 'image'].map((name) =>
    readFileSync(join(import.meta.dirname, name + extname(import.meta.filename)), 'utf8'),
  );
  return {
    name: 'images',
    version: layoutVersion,
    key: contentKey(...sources, ...writers),
    files: [...archives.keys()],
    produce: async (directory, work) => {
      for (const [archive, image] of archives) {
        work.say(`writing ${image.reference}`);
        await writeImageArchive(image, join(directory, archive));
      }
    },
  };
}

/** @returns the references and archives of all node images */
export function imageArchives(): readonly { readonly reference: string; readonly archive: string }[] {
  const directory = directoryOf(imagesArtifact());
  return [...nodeImages()].map(([archive, image]) => ({
    reference: image.reference,
    archive: join(directory, archive),
  }));
}

/** As the Dockerfile images/peer of Fabric 2.5.9 makes it, without its sample MSP: a node must bring its own. */
function peerImage(): Image {
  return {
    reference: `ghcr.io/hyperledger/fabric-peer:${fabricVersion}`,
    architecture: goArchitecture(),
    entries: [
      ...baseEntries,
      program(fabric, 'peer', 'usr/local/bin/peer'),
      program(ccaasBuilder, 'detect', 'opt/hyperledger/ccaas_builder/bin/detect'),
      program(ccaasBuilder, 'build', 'opt/hyperledger/ccaas_builder/bin/build'),
      program(ccaasBuilder, 'release', 'opt/hyperledger/ccaas_builder/bin/release'),
      fabricSample('core.yaml'),
    ],
    config: {
      Cmd: ['peer', 'node', 'start'],
      Env: [searchPath, `FABRIC_CFG_PATH=/${fabricConfigFolder}`, `FABRIC_VER=${fabricVersion}`],
      ExposedPorts: { '7051/tcp': {} },
    },
  };
}

/** As the Dockerfile images/orderer of Fabric 2.5.9 makes it, without its sample MSP. */
function ordererImage(): Image {
  return {
    reference: `ghcr.io/hyperledger/fabric-orderer:${fabricVersion}`,
    architecture: goArchitecture(),
    entries: [
      ...baseEntries,
      program(fabric, 'orderer', 'usr/local/bin/orderer'),
      program(node, 'rm', 'bin/rm'),
      fabricSample('orderer.yaml'),
    ],
    config: {
      Cmd: ['orderer', 'start'],
      Env: [searchPath, `FABRIC_CFG_PATH=/${fabricConfigFolder}`, `FABRIC_VER=${fabricVersion}`],
      ExposedPorts: { '7050/tcp': {} },
    },
  };
}

/**
 * As the Dockerfile images/fabric-ca of Fabric CA 1.5.21 makes it, without its default registrar and password; of its distribution
 * only the two programs by which a backup copies the CA's volume.
 */
function fabricCaImage(): Image {
  return {
    reference: `ghcr.io/hyperledger/fabric-ca:${fabricCaVersion}`,
    architecture: goArchitecture(),
    entries: [
      ...baseEntries,
      program(fabricCa, 'fabric-ca-server', 'usr/local/bin/fabric-ca-server'),
      program(fabricCa, 'fabric-ca-client', 'usr/local/bin/fabric-ca-client'),
      program(node, 'tar', 'usr/bin/tar'),
      program(node, 'sleep', 'usr/bin/sleep'),
      { path: 'etc/hyperledger/fabric-ca-server', mode: 0o755, folder: true },
    ],
    config: {
      Cmd: ['fabric-ca-server', 'start'],
      Env: [searchPath, 'FABRIC_CA_HOME=/etc/hyperledger/fabric-ca-server'],
      ExposedPorts: { '7054/tcp': {} },
    },
  };
}

/** Upstream's user and entry point. The program has no file capability: in the cluster it listens above port 1023. */
function newCoreDnsImage(): Image {
  return {
    reference: coreDnsImage,
    architecture: goArchitecture(),
    entries: [...baseEntries, program(addons, 'coredns', 'coredns')],
    config: {
      Entrypoint: ['/coredns'],
      User: '65532:65532',
      WorkingDir: '/',
      ExposedPorts: { '53/tcp': {}, '53/udp': {} },
    },
  };
}

function newPauseImage(): Image {
  return {
    reference: pauseImage,
    architecture: goArchitecture(),
    entries: [program(node, 'pause', 'pause')],
    config: { Entrypoint: ['/pause'], User: '65535:65535' },
  };
}

const searchPath = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What a static program may look for in an image without a distribution. */
const baseEntries: readonly ImageEntry[] = [
  {
    path: 'etc/passwd',
    mode: 0o644,
    text: 'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n',
  },
  { path: 'etc/group', mode: 0o644, text: 'root:x:0:\nnonroot:x:65532:\n' },
  // Go's own resolver asks DNS before /etc/hosts when this file is missing.
  { path: 'etc/nsswitch.conf', mode: 0o644, text: 'hosts: files dns\n' },
  { path: 'tmp', mode: 0o1777, folder: true },
  { path: 'home/nonroot', mode: 0o755, folder: true },
  // Where charts and manifests mount configuration and data: a read-only root has to have the mount points.
  { path: 'etc/hyperledger', mode: 0o755, folder: true },
  { path: 'var/hyperledger', mode: 0o755, folder: true },
];

const fabricConfigFolder = 'etc/hyperledger/fabric';

function fabricSample(file: (typeof fabric.samples.files)[number]): ImageEntry {
  const source = join(directoryOf(goArtifact(fabric)), fabric.samples.folder, file);
  return { path: `${fabricConfigFolder}/${file}`, mode: 0o644, source };
}

function program<Program extends string>(artifact: GoArtifact<Program>, name: Program, path: string): ImageEntry {
  return { path, mode: 0o755, source: join(directoryOf(goArtifact(artifact)), 'bin', name) };
}
