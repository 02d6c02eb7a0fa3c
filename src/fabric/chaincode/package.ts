import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';

import { pack } from 'tar-stream';

/** Where the peers reach the server of a chaincode, with the fields of a package's connection.json. */
export interface ChaincodeConnection {
  /** Host and port. May hold `{{.peername}}` and its like, which each peer fills in for itself. */
  readonly address: string;
  /** Go duration, e.g. `10s`. */
  readonly dialTimeout: string;
  /** Absent means that they talk without TLS. */
  readonly tls?: ChaincodeTls;
}

/** By what a peer and the server of a chaincode know each other in TLS: each PEM, or a placeholder as in the address. */
export interface ChaincodeTls {
  /** What the peer trusts of the server. */
  readonly rootCertificate: string;
  /** What the peer shows to the server; absent means that it shows nothing. */
  readonly client?: { readonly certificate: string; readonly key: string };
}

export interface ChaincodePackage {
  readonly bytes: Uint8Array;
  /** `<label>:<SHA-256 of the bytes>`, as Fabric computes it (`PackageID` in core/chaincode/persistence). */
  readonly packageId: string;
}

/**
 * Makes the package of a chaincode that runs as a service
 * (https://hyperledger-fabric.readthedocs.io/en/release-2.5/cc_service.html#packaging-chaincode). The same label and
 * connection give the same bytes, wherever and whenever: a package ID says what is in a package and nothing else.
 *
 * @param content.label e.g. `basic_1.0`
 * @throws TypeError if Fabric would not take the label
 */
export async function ccaasPackage(content: {
  readonly label: string;
  readonly connection: ChaincodeConnection;
}): Promise<ChaincodePackage> {
  const { label, connection } = content;
  if (!LABEL.test(label)) {
    throw new TypeError(
      `"${label}" cannot be the label of a chaincode package: it takes letters, digits and . + - _, ` +
        'and begins with a letter or a digit.',
    );
  }
  const code = await archive({ 'connection.json': connectionJson(connection) });
  const bytes = await archive({
    'metadata.json': JSON.stringify({ type: 'ccaas', label }),
    'code.tar.gz': code,
  });
  const hash = createHash('sha256').update(bytes).digest('hex');
  return { bytes, packageId: `${label}:${hash}` };
}

// LabelRegexp in core/chaincode/persistence/chaincode_package.go.
const LABEL = /^[A-Za-z0-9][A-Za-z0-9_.+-]*$/;

/** Names as Fabric reads them (`ChaincodeServerUserData` in core/container/externalbuilder/instance.go). */
function connectionJson({ address, dialTimeout, tls }: ChaincodeConnection): string {
  return JSON.stringify({
    address,
    dial_timeout: dialTimeout,
    tls_required: tls !== undefined,
    root_cert: tls?.rootCertificate,
    ...(tls?.client && {
      client_auth_required: true,
      client_cert: tls.client.certificate,
      client_key: tls.client.key,
    }),
  });
}

/** A .tar.gz of plain files in the order given, each of nobody in particular, from the beginning of time. */
async function archive(files: Readonly<Record<string, string | Uint8Array>>): Promise<Uint8Array> {
  const tar = pack();
  for (const [name, content] of Object.entries(files)) {
    tar.entry({ name, mode: 0o644, mtime: new Date(0), uid: 0, gid: 0 }, Buffer.from(content));
  }
  tar.finalize();
  return storedGzip(await buffer(tar));
}

/**
 * Wraps bytes in the gzip format (RFC 1952) without compressing them.
 *
 * What zlib makes of the same input differs from version to version, and with it a hash of the result. Blocks that are
 * stored as they are (RFC 1951, 3.2.4) can be written in one way only.
 */
export function storedGzip(bytes: Uint8Array): Uint8Array {
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(bytes), 0);
  trailer.writeUInt32LE(bytes.length % 2 ** 32, 4);
  return Buffer.concat([HEADER, ...storedBlocks(bytes), trailer]);
}

// Magic number, method deflate, no flags, no time, no extra flags, operating system unknown.
const HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);

const LARGEST_BLOCK = 65_535;

function storedBlocks(bytes: Uint8Array): Uint8Array[] {
  const count = Math.max(1, Math.ceil(bytes.length / LARGEST_BLOCK));
  return Array.from({ length: count }, (_, index) => {
    const content = bytes.subarray(index * LARGEST_BLOCK, (index + 1) * LARGEST_BLOCK);
    const header = Buffer.alloc(5);
    header.writeUInt8(index === count - 1 ? 1 : 0, 0);
    header.writeUInt16LE(content.length, 1);
    // The length's complement, by which a reader knows that it reads a length.
    header.writeUInt16LE(content.length ^ 0xffff, 3);
    return Buffer.concat([header, content]);
  });
}
