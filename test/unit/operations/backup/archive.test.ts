import { describe, expect, test } from 'vitest';

import { archiveOf, filesOf, type ArchiveFile } from '../../../../src/operations/backup/archive.ts';

const FILES: readonly ArchiveFile[] = [
  { path: 'ca-cert.pem', content: Buffer.from('root') },
  { path: 'fabric-ca-server.db', content: Buffer.alloc(100_000, 7) },
  { path: 'msp/keystore/0123_sk', content: Buffer.from('key') },
  { path: 'msp/keystore/empty', content: Buffer.alloc(0) },
];

describe('an archive', () => {
  test('holds the files that it was made of, byte for byte', async () => {
    expect(await filesOf(await archiveOf(FILES))).toEqual(FILES);
  });

  test('of equal files is the same bytes', async () => {
    expect(await archiveOf(FILES)).toEqual(await archiveOf(FILES));
  });

  test('that was cut short is an error, and not fewer files', async () => {
    const archive = await archiveOf(FILES);
    await expect(filesOf(archive.subarray(0, archive.length / 2))).rejects.toThrow();
  });
});
