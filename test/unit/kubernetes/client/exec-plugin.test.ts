import { mkdtempSync, rmSync } from 'node:fs';
import type { OutgoingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { KubeConfig } from '@kubernetes/client-node';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { KubernetesError } from '../../../../src/kubernetes/errors/errors.ts';
import { pluginCredentials, runPlugins } from '../../../../src/kubernetes/client/exec-plugin.ts';

/** A plugin whose program is a line of shell. */
function shell(script: string): object {
  return {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: '/bin/sh',
    args: ['-c', script],
    env: [{ name: 'GIVEN', value: 'by the kubeconfig' }],
  };
}

const PROGRAM = 'The program /bin/sh, with which the kubeconfig signs in to the context prod,';

describe('a credential plugin of a kubeconfig', () => {
  test('gives its credentials, and is told that nobody can be asked', async () => {
    const script = `printf '{"status":{"token":"%s %s"}}' "$GIVEN" "$(printf %s "$KUBERNETES_EXEC_INFO" | tr -d '"{}')"; cat >&2`;
    expect(await pluginCredentials(shell(script), 'prod')).toEqual({
      token: 'by the kubeconfig apiVersion:client.authentication.k8s.io/v1,kind:ExecCredential,spec:interactive:false',
    });
  });

  test.each([
    [
      'is missing',
      { command: '/nowhere/aws' },
      /^The program \/nowhere\/aws, .* is not there: install it, or correct users\[\]\.user\.exec\.command\.$/,
    ],
    [
      'is missing, whose makers say how to get it',
      { command: '/nowhere/aws', installHint: 'Get it at aws.example.com\nsoon' },
      /is not there: .* Get it at aws\.example\.com$/,
    ],
    [
      'fails',
      shell('echo "you are not signed in." >&2; exit 3'),
      `${PROGRAM} failed with exit code 3: you are not signed in.`,
    ],
    ['gives something else', shell('echo hello'), `${PROGRAM} gives no ExecCredential with a status.`],
    ['has no name', {}, 'The user of the context prod names no program in users[].user.exec.command.'],
  ])('that %s is told by its name and its words', async (_, plugin, message) => {
    const failure: unknown = await pluginCredentials(plugin, 'prod').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(KubernetesError);
    expect(failure).toMatchObject({
      kind: 'misconfigured',
      message: typeof message === 'string' ? message : (expect.stringMatching(message) as string),
    });
  });

  test.each([
    ['hangs', 'exec sleep 600'],
    ['hangs in a program that it has started', 'sleep 600; echo over'],
    ['hangs and does not let itself be ended', 'trap "" TERM; while :; do sleep 1; done'],
  ])('that %s is ended after some time, and it passes', async (_, script) => {
    const began = performance.now();
    await expect(pluginCredentials(shell(script), 'prod', 300)).rejects.toMatchObject({
      kind: 'unreachable',
      message: `${PROGRAM} has given no credentials within 0.3 s, and was ended. Run it by hand to see what it waits for.`,
    });
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

describe('the credentials of a plugin', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'weft-plugin-'));
    vi.useFakeTimers({ toFake: ['Date'] });
  });

  afterEach(() => {
    vi.useRealTimers();
    rmSync(folder, { recursive: true });
  });

  /** Gives `token 1` the first time, then `token 2`. @param end when each ends, RFC 3339 */
  function signIn(end?: string): () => Promise<unknown> {
    const expiry = end === undefined ? '' : `,"expirationTimestamp":"${end}"`;
    const runs = join(folder, 'runs');
    const script = `echo >>${runs}; printf '{"status":{"token":"token %s"${expiry}}}' $(wc -l <${runs})`;
    const kubeConfig = new KubeConfig();
    kubeConfig.loadFromClusterAndUser(
      { name: 'prod', server: 'https://prod.example.com', skipTLSVerify: false },
      { name: 'ana', exec: shell(script) },
    );
    runPlugins(kubeConfig);
    return async () => {
      const headers: OutgoingHttpHeaders = {};
      await kubeConfig.applyToHTTPSOptions({ headers });
      return headers['Authorization'];
    };
  }

  test('are those of one run for all requests of a minute, and of another one after it', async () => {
    const ask = signIn();
    expect(await Promise.all([ask(), ask()])).toEqual(['Bearer token 1', 'Bearer token 1']);
    vi.setSystemTime(Date.now() + 59_000);
    expect(await ask()).toBe('Bearer token 1');
    vi.setSystemTime(Date.now() + 2_000);
    expect(await Promise.all([ask(), ask()])).toEqual(['Bearer token 2', 'Bearer token 2']);
    expect(await ask()).toBe('Bearer token 2');
  });

  test('are asked for anew when they have ended', async () => {
    const ask = signIn(new Date(Date.now() + 10_000).toISOString());
    expect(await ask()).toBe('Bearer token 1');
    vi.setSystemTime(Date.now() + 11_000);
    expect(await ask()).toBe('Bearer token 2');
  });
});
