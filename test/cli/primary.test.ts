import { describe, expect, it } from 'vitest';
import { parseArm } from '../../src/cli/arm.ts';
import { primaryOf } from '../../src/cli/primary.ts';

const arms = ['select=random,k=8', 'name=KER,select=ker', 'name=3,select=bm25', 'name=same', 'name=same'].map(parseArm);

describe('--primary', () => {
  it.each([
    ['1,2', 'arm-2'],
    ['2,1', 'arm-2'],
    [' 1 , KER ', 'arm-2'],
    ['1,4', 'arm-4'],
    // A name goes before a number.
    ['1,3', 'arm-3'],
  ])('"%s" names the comparison of %s with the first arm', (text, id) => {
    expect(primaryOf(text, arms)).toBe(id);
  });

  it.each([
    ['1', /two arms/u],
    ['1,1', /two arms/u],
    ['2,3', /first --arm.*1 "select=random,k=8", 2 "KER"/u],
    ['1,2,3', /two arms/u],
    ['1,9', /no arm "9".*2 "KER"/u],
    ['1,0', /no arm "0"/u],
    ['1,ker', /no arm "ker"/u],
    ['1,same', /2 arms are named "same".*number/u],
    ['', /no arm ""/u],
  ])('"%s" is refused with what to do', (text, message) => {
    expect(() => primaryOf(text, arms)).toThrow(message);
  });
});
