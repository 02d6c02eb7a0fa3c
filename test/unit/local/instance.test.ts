import { describe, expect, it } from 'vitest';

import { PlatformError } from '../../../src/local/failure.ts';
import { resolveInstance } from '../../../src/local/instance.ts';

const env = { XDG_DATA_HOME: '/data' };

describe('an instance', () => {
  it('is named weft and lies in the data folder of the user', () => {
    expect(resolveInstance(env)).toMatchObject({
      name: 'weft',
      directory: '/data/weft/weft',
      context: 'weft-local',
      cgroup: '/weft',
    });
  });

  it('takes another name for everything that it makes', () => {
    expect(resolveInstance({ ...env, WEFT_LOCAL_INSTANCE: 'weft-test' })).toMatchObject({
      directory: '/data/weft/weft-test',
      lockFile: '/data/weft/weft-test.lock',
      context: 'weft-local-test',
      cgroup: '/weft-test',
    });
  });

  it('lies in WEFT_DATA, with others beside it', () => {
    expect(resolveInstance({ ...env, WEFT_DATA: '/srv' }).directory).toBe('/srv/weft');
  });

  it('counts empty variables as unset', () => {
    expect(resolveInstance({ ...env, WEFT_DATA: '', WEFT_LOCAL_INSTANCE: '' })).toEqual(resolveInstance(env));
  });

  it('has a link of its own whose name the kernel takes', () => {
    const names = ['weft', 'weft-a', 'weft-b', `weft-${'long'.repeat(8)}`];
    const links = names.map((name) => resolveInstance({ ...env, WEFT_LOCAL_INSTANCE: name }).link);
    expect(new Set(links).size).toBe(names.length);
    expect(links.filter((link) => link.length > 15)).toEqual([]);
  });

  it.each(['docker', 'Weft', 'weft_a', 'weft-', 'weft/../x', `weft-${'long'.repeat(10)}`])(
    'refuses the name %s',
    (name) => {
      expect(() => resolveInstance({ ...env, WEFT_LOCAL_INSTANCE: name })).toThrow(PlatformError);
    },
  );

  it('refuses a relative data folder', () => {
    expect(() => resolveInstance({ WEFT_DATA: 'data' })).toThrow('Set WEFT_DATA to an absolute one.');
  });
});
