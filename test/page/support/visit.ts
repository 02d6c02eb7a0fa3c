import type { FastifyInstance } from 'fastify';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';

import { createApi } from '../../../src/api/index.ts';
import type { Database } from '../../../src/database/index.ts';
import { FakeTemporal } from '../../unit/client/fake-temporal.ts';
import { openTestDatabase, type TestDatabase } from '../../unit/database/test-database.ts';
import { launchBrowser, newVisitor, watch, type WindowOptions } from './browser.ts';

/** A browser and a real server with a database of its own, for the tests of a file. */
export interface Site {
  readonly database: Database;
  readonly temporal: FakeTemporal;
  readonly api: FastifyInstance;
  readonly address: string;
  /** Opens a path of the page in a new window; what goes wrong in it fails the test at its end. */
  readonly visit: (path: string, options?: WindowOptions) => Promise<Page>;
}

export interface SiteOptions {
  readonly allowAnonymous?: boolean;
  /** What the browser may say all the same. */
  readonly unimportant?: RegExp;
  readonly seed?: (database: Database) => Promise<void>;
}

/**
 * Serves the built page with a real API and a real, embedded database; Temporal, which would carry runs out, is a fake.
 *
 * @returns the site, which is there once tests begin
 */
export function site({ allowAnonymous = true, unimportant, seed }: SiteOptions = {}): () => Site {
  let opened: TestDatabase | undefined;
  let browser: Browser | undefined;
  let current: Site | undefined;
  const contexts: BrowserContext[] = [];
  const wrong: string[] = [];

  beforeAll(async () => {
    opened = await openTestDatabase();
    const { database } = opened;
    await seed?.(database);
    const temporal = new FakeTemporal().withWorkers('local');
    const api = await createApi(
      { database, temporal, cluster: 'local', now: () => new Date() },
      { allowAnonymous, version: '1.2.3', logger: false, page: inject('builtPage') },
    );
    const address = await api.listen({ host: '127.0.0.1', port: 0 });
    const launched = await launchBrowser();
    browser = launched;
    const visit = async (path: string, options: WindowOptions = {}): Promise<Page> => {
      const context = await newVisitor(launched, options);
      contexts.push(context);
      const page = await context.newPage();
      watch(page, address, (what) => {
        if (unimportant?.test(what) !== true) wrong.push(what);
      });
      await page.goto(`${address}${path}`);
      return page;
    };
    current = { database, temporal, api, address, visit };
  }, 120_000);

  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close();
    expect(wrong.splice(0)).toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
    await current?.api.close();
    await opened?.remove();
  });

  return () => {
    if (current === undefined) throw new Error('the site is there once tests begin');
    return current;
  };
}
