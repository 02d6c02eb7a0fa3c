import { RuleTester, type Rule } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, it } from 'vitest';

import { awaitPromisesTogether } from '../../../eslint-rules/await-promises-together.ts';

RuleTester.describe = describe;
RuleTester.it = it;

const tester = new RuleTester({
  languageOptions: {
    parser: tseslint.parser,
    parserOptions: { projectService: { allowDefaultProject: ['*.ts'] }, tsconfigRootDir: import.meta.dirname },
  },
});

// ESLint and typescript-eslint declare the same rules by different types.
const rule = awaitPromisesTogether as unknown as Rule.RuleModule;

/** A function with this body, in a file that has something to wait for. */
function code(body: string): string {
  return `
declare function read(name: string): Promise<string>;
declare function names(): string[];
declare function take(...values: unknown[]): unknown;
declare function lines(): AsyncIterable<string>;
export async function work(): Promise<unknown> {
  ${body}
}
`;
}

function allowed(name: string, body: string): RuleTester.ValidTestCase {
  return { name, code: code(body) };
}

function refused(name: string, body: string, messageId = 'variable'): RuleTester.InvalidTestCase {
  return { name, code: code(body), errors: [{ messageId }] };
}

tester.run('a promise that is made before an await', rule, {
  valid: [
    allowed('is awaited before anything else', `const one = read('1'); return await one;`),
    allowed('is awaited with its siblings', `const [a, b] = [read('1'), read('2')]; return await Promise.all([a, b]);`),
    allowed('is one of a list that is awaited', `const all = names().map(read); return await Promise.all(all);`),
    allowed('is given to that await', `const one = read('1'); return await Promise.race([one, read('2')]);`),
    allowed(
      'is used in a function that the await is given',
      `const one = read('1'); return await Promise.all(names().map(async () => await one));`,
    ),
    allowed('has its rejection handled', `const one = read('1'); one.catch(() => ''); await read('2'); return one;`),
    allowed('is made with a handler', `const a = read('1').catch(() => ''); await read('2'); return await a;`),
    allowed('is settled', `const a = Promise.allSettled([read('1')]); await read('2'); return await a;`),
    allowed('is returned', `const one = read('1'); return one;`),
    allowed('is made after it', `await read('1'); const other = read('2'); return await other;`),
    allowed(
      'is of another function',
      `const later = async () => { const one = read('1'); return await one; }; await read('2'); return later;`,
    ),
    allowed('is in a list without an await', `return await Promise.all([read('1'), read('2')]);`),
    allowed('stands after the await in a list', `return [await read('1'), read('2')];`),
    allowed('is none, but its value', `const one = await read('1'); await read('2'); return one;`),
  ],
  invalid: [
    refused('is awaited after it', `const one = read('1'); await read('2'); return await one;`),
    refused('is one of a list', `const all = names().map(read); await read('2'); return await Promise.all(all);`),
    refused('may be none', `const one = names()[0] ? read('1') : undefined; await read('2'); return await one;`),
    refused('is in an object', `const made = { one: read('1') }; await read('2'); return await made.one;`),
    refused('is used later, if ever', `const one = read('1'); const it = () => one; await read('2'); return it();`),
    refused('is awaited in a finally', `const a = read('1'); try { await read('2'); } finally { await a; } return 1;`),
    refused(
      'lasts while a stream is read',
      `const a = read('1'); for await (const b of lines()) take(b); return await a;`,
    ),
    refused('stands before it in a list', `return await Promise.all([read('1'), await read('2')]);`, 'element'),
    refused('stands before it in an object', `return { one: read('1'), other: await read('2') };`, 'element'),
    refused('stands before it in a call', `return take(read('1'), await read('2'));`, 'element'),
  ],
});
