import { readFileSync } from 'node:fs';
import { get as getPlain } from 'node:http';
import { get as getSecure } from 'node:https';
import { connect } from 'node:net';

import type { Probe } from './configuration.ts';

const timeoutMs = 2_000;

/** @returns whether what the probe looks at answers as it should; every failure is a no */
export function isAnswering(probe: Probe): Promise<boolean> {
  switch (probe.type) {
    case 'socket':
      return accepts(probe.path);
    case 'http':
    case 'https':
      return answersWell(probe);
  }
}

function accepts(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.setTimeout(timeoutMs, () => socket.destroy());
    socket.once('connect', () => {
      resolve(true);
      socket.destroy();
    });
    socket.once('error', () => {
      resolve(false);
    });
    socket.once('close', () => {
      resolve(false);
    });
  });
}

function answersWell(probe: Exclude<Probe, { type: 'socket' }>): Promise<boolean> {
  return new Promise((resolve) => {
    const request =
      probe.type === 'http'
        ? getPlain(probe.url, { agent: false })
        : getSecure(probe.url, {
            agent: false,
            ca: readFileSync(probe.authority),
            cert: readFileSync(probe.certificate),
            key: readFileSync(probe.key),
          });
    request.setTimeout(timeoutMs, () => request.destroy());
    request.once('response', (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.once('error', () => {
      resolve(false);
    });
  });
}
