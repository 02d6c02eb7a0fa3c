import { crc32 } from 'node:zlib';

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
