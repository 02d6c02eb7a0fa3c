import { AxeBuilder } from '@axe-core/playwright';
import type { FastifyInstance } from 'fastify';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';

import { createApi } from '../../../src/api/index.ts';
import type { Database } from '../../../src/database/index.ts';
import { FakeTemporal } from '../../unit/client/fake-temporal.ts';
import { openTestDatabase, type TestDatabase } from '../../unit/database/test-database.ts';

export interface VisitOptions {
  readonly colors?: 'light' | 'dark';
  /** In CSS pixels. */
  readonly width?: number;
  readonly height?: number;
}

/** A browser and a real server with a database of its own, for the tests of a file. */
export interface Site {
  readonly database: Database;
  readonly temporal: FakeTemporal;
  readonly api: FastifyInstance;
  readonly address: string;
  /** Opens a path of the page in a new window; what goes wrong in it fails the test at its end. */
  readonly visit: (path: string, options?: VisitOptions) => Promise<Page>;
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
    // Root, as CI is, has no sandbox of Chromium's.
    browser = await chromium.launch({ executablePath: inject('chromium'), args: ['--no-sandbox'] });
    const visit = async (path: string, options: VisitOptions = {}): Promise<Page> => {
      const { colors = 'light', width = 1280, height = 800 } = options;
      const context = await browser?.newContext({
        colorScheme: colors,
        viewport: { width, height },
        reducedMotion: 'reduce',
        locale: 'en-GB',
      });
      if (context === undefined) throw new Error('the browser is not there');
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

/** Notes whatever no visit may do: ask another host, break the policy, or fail. */
function watch(page: Page, address: string, note: (what: string) => void): void {
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(address) && !url.startsWith('data:') && !url.startsWith('blob:')) note(`asks ${url}`);
  });
  page.on('pageerror', (error) => {
    note(`fails: ${error.message}`);
  });
  page.on('console', (message) => {
    const text = message.text();
    // Chromium writes a line for every answer that is a problem; those are for the page to show.
    if (message.type() === 'error' && !text.startsWith('Failed to load resource')) note(`says: ${text}`);
  });
}

/** What axe finds against the rules of WCAG 2.2 AA and its own advice. */
export async function barriers(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}

/** Whether the page is no wider than its window. */
export async function fitsItsWindow(page: Page): Promise<boolean> {
  return page.evaluate('document.documentElement.scrollWidth <= window.innerWidth');
}
