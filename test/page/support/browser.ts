import { AxeBuilder } from '@axe-core/playwright';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { inject } from 'vitest';

export interface WindowOptions {
  readonly colors?: 'light' | 'dark';
  /** The colours are those of the system alone, as who sees badly has them. */
  readonly areColorsForced?: boolean;
  /** In CSS pixels. */
  readonly width?: number;
  readonly height?: number;
}

/** Whoever launches it closes it. */
export function launchBrowser(): Promise<Browser> {
  // Root, as CI is, has no sandbox of Chromium's.
  return chromium.launch({ executablePath: inject('chromium'), args: ['--no-sandbox'] });
}

/** A window of somebody who has never been here. */
export function newVisitor(browser: Browser, options: WindowOptions = {}): Promise<BrowserContext> {
  const { colors = 'light', areColorsForced = false, width = 1280, height = 800 } = options;
  return browser.newContext({
    colorScheme: colors,
    forcedColors: areColorsForced ? 'active' : 'none',
    viewport: { width, height },
    reducedMotion: 'reduce',
    locale: 'en-GB',
  });
}

/** Notes whatever no visit may do: ask another host, break the policy, or fail. */
export function watch(page: Page, address: string, note: (what: string) => void): void {
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

/** Writes a description into the editor, in place of the one that is there. */
export async function writeDescription(page: Page, text: string): Promise<void> {
  await page.getByLabel('Description, as YAML').click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(text);
}

/** Where a text is replaced that somebody edits, Chromium itself tries to keep its style in an attribute, which the policy forbids. */
export const SAID_BY_EDITORS = /Applying inline style .* style attributes/;
