import { buildConnector, Client } from 'undici';

import { isRefusalOfCertificate, originOf, type Address } from './http.ts';

/** An HTTPS endpoint that asks who calls: what is trusted there, and who asks. */
export interface KnownCallerEndpoint extends Address {
  /** Name that the server's TLS certificate must carry, for when `host` is the near end of a port-forward. */
  readonly servername: string;
  /** The only certificates that are trusted, PEM. */
  readonly tlsRoots: string;
  /** TLS certificate and key of the one who asks, PEM; the server accepts those of the CAs that it was given. */
  readonly certificate: string;
  readonly key: string;
  /** How long connecting may take. */
  readonly timeoutMs: number;
}

/** A client that shows its certificate to the server. */
export interface KnownCaller {
  readonly client: Client;
  /** Why the server ended the newest connection, if it did not accept the certificate: in TLS 1.3 that comes after the handshake, and undici drops it. */
  readonly refusal: () => Error | undefined;
}

/** Makes a client of an endpoint that asks who calls. Nothing is sent before the first request. */
export function knownCaller(endpoint: KnownCallerEndpoint): KnownCaller {
  const { servername, tlsRoots, certificate, key, timeoutMs } = endpoint;
  const connect = buildConnector({ ca: tlsRoots, cert: certificate, key, servername, timeout: timeoutMs });
  let refusal: Error | undefined;
  const client = new Client(originOf('https', endpoint), {
    connect: (options, callback) => {
      refusal = undefined;
      connect(options, (...[error, socket]) => {
        socket?.once('error', (reason: Error) => {
          if (isRefusalOfCertificate(reason)) refusal = reason;
        });
        if (error === null) callback(null, socket);
        else callback(error, null);
      });
    },
  });
  return { client, refusal: () => refusal };
}
