import { isIP } from 'node:net';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';

import type { TlsFault } from './temporal.ts';

/** What a client of Temporal says of TLS, as its configuration has it; undefined means that it speaks none. */
export interface TlsSettings {
  readonly serverNameOverride?: string | undefined;
  readonly serverRootCACertificate?: Uint8Array | undefined;
  readonly clientCertPair?: { readonly crt: Uint8Array; readonly key: Uint8Array } | undefined;
}

/** A server that answers at all shakes hands within a second, and then begins to speak HTTP/2. */
const PATIENCE_MS = 2_000;

/**
 * Finds out by a TLS handshake why a server does not let a client connect: gRPC says no more of it than that it failed, or OpenSSL's own words.
 *
 * @param address `host:port`
 * @returns undefined if it is not for TLS
 */
export async function tlsFaultAt(address: string, tls: TlsSettings | undefined): Promise<TlsFault | undefined> {
  const end = await handshake(address, tls);
  return tls === undefined ? faultOfPlainClient(end) : faultOfTlsClient(end);
}

/** How a handshake ended. */
export type HandshakeEnd =
  /** The server began to speak, or neither spoke nor ended the connection within the time. */
  | { readonly kind: 'connected' }
  /** The server ended the connection after the handshake, without a word. */
  | { readonly kind: 'closed' }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }
  | { readonly kind: 'silent' };

/** The server takes a handshake, refuses it in words of TLS, or shows a certificate. */
export function faultOfPlainClient(end: HandshakeEnd): TlsFault | undefined {
  const isShown = end.kind === 'failed' && (isAlert(end.code) || isOfCertificate(end.code));
  return isShown || end.kind === 'connected' || end.kind === 'closed' ? { kind: 'server wants TLS' } : undefined;
}

/** Errors of OpenSSL and of Node.js: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
export function faultOfTlsClient(end: HandshakeEnd): TlsFault | undefined {
  if (end.kind === 'closed') return { kind: 'client certificate refused' };
  if (end.kind !== 'failed') return undefined;
  const { code, message } = end;
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|RECORD_LENGTH/.test(code)) return { kind: 'server without TLS' };
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return { kind: 'other name', words: message };
  if (isAlert(code)) return { kind: 'client certificate refused' };
  return isOfCertificate(code) ? { kind: 'server not trusted', words: code } : undefined;
}

function isAlert(code: string): boolean {
  return /^ERR_SSL_.*ALERT/.test(code);
}

function isOfCertificate(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_/.test(code);
}

async function handshake(address: string, tls: TlsSettings | undefined): Promise<HandshakeEnd> {
  const socket = connect(optionsFor(address, tls));
  try {
    return await endOf(socket);
  } finally {
    socket.destroy();
  }
}

function optionsFor(address: string, tls: TlsSettings = {}): ConnectionOptions {
  const { hostname, port } = new URL(`tcp://${address}`);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const { serverNameOverride, serverRootCACertificate: ca, clientCertPair } = tls;
  // An address is no server name (RFC 6066); the certificate is compared with it all the same.
  const servername = serverNameOverride ?? (isIP(host) === 0 ? host : '');
  return {
    ...{ host, port: Number(port), servername, ALPNProtocols: ['h2'] },
    ...(ca === undefined ? {} : { ca: Buffer.from(ca) }),
    ...(clientCertPair === undefined
      ? {}
      : { cert: Buffer.from(clientCertPair.crt), key: Buffer.from(clientCertPair.key) }),
  };
}

function endOf(socket: TLSSocket): Promise<HandshakeEnd> {
  return new Promise((resolve) => {
    let isSecure = false;
    socket.once('secureConnect', () => {
      isSecure = true;
    });
    socket.once('data', () => {
      resolve({ kind: 'connected' });
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      resolve({ kind: 'failed', code: error.code ?? '', message: error.message });
    });
    socket.once('close', () => {
      resolve({ kind: isSecure ? 'closed' : 'silent' });
    });
    socket.setTimeout(PATIENCE_MS, () => {
      resolve({ kind: isSecure ? 'connected' : 'silent' });
    });
  });
}
