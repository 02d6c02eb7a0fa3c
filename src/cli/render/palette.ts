import { styleText } from 'node:util';

type Paint = (text: string) => string;

/** Colours and symbols of what people read. Every state differs by its symbol too, never by colour alone. */
export interface Palette {
  readonly good: Paint;
  readonly bad: Paint;
  readonly attention: Paint;
  readonly faint: Paint;
  readonly strong: Paint;
  readonly symbols: Symbols;
}

export interface Symbols {
  readonly done: string;
  readonly failed: string;
  readonly running: string;
  readonly waiting: string;
  readonly cancelled: string;
  readonly reached: string;
  readonly finish: string;
}

const UNICODE: Symbols = {
  done: '✔',
  failed: '✖',
  running: '▸',
  waiting: '↻',
  cancelled: '◌',
  reached: '✅',
  finish: '🏁',
};

const ASCII: Symbols = {
  done: 'v',
  failed: 'x',
  running: '>',
  waiting: '~',
  cancelled: 'o',
  reached: '[ok]',
  finish: '[ready]',
};

export const COLOR_MODES = ['auto', 'always', 'never'] as const;

/**
 * @param color - `--color`; with `auto`, NO_COLOR wins over FORCE_COLOR, and without either a terminal is coloured.
 * @param ascii - `--ascii`; a locale that names another character set than UTF-8 counts as well.
 */
export function paletteFor(
  choice: { readonly color: (typeof COLOR_MODES)[number]; readonly ascii: boolean },
  env: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): Palette {
  const colored = choice.color === 'always' || (choice.color === 'auto' && wantsColor(env, isTerminal));
  const paint = (format: Parameters<typeof styleText>[0]): Paint =>
    colored ? (text) => styleText(format, text, { validateStream: false }) : (text) => text;
  return {
    good: paint('green'),
    bad: paint('red'),
    attention: paint('yellow'),
    faint: paint('dim'),
    strong: paint('bold'),
    symbols: choice.ascii || !speaksUnicode(env) ? ASCII : UNICODE,
  };
}

function wantsColor(env: Readonly<Record<string, string | undefined>>, isTerminal: boolean): boolean {
  if (env['NO_COLOR']) return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined && forced !== '') return forced !== '0';
  return isTerminal && env['TERM'] !== 'dumb';
}

/** No locale, or the plain `C`, says nothing about the terminal: today that means UTF-8. */
function speaksUnicode(env: Readonly<Record<string, string | undefined>>): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || 'C';
  return locale === 'C' || locale === 'POSIX' || /utf-?8/i.test(locale);
}
