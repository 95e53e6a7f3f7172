import { describe, expect, it } from 'vitest';
import { createPanelChoice } from '../../src/app/panel-choice.ts';

function choiceAt(search: string) {
  const address = { search };
  const choice = createPanelChoice(['compare', 'select', 'probe'], {
    search: () => address.search,
    replaceSearch: (next) => {
      address.search = next;
    },
  });
  return { choice, address, open: () => choice.store.getState().panel };
}

describe('the open panel', () => {
  it('is the one that the address names, and the first where it names none or one that is not there', () => {
    expect(choiceAt('?panel=probe').open()).toBe('probe');
    expect(choiceAt('').open()).toBe('compare');
    expect(choiceAt('?panel=nothing').open()).toBe('compare');
    expect(choiceAt('?panel=__proto__').open()).toBe('compare');
  });

  it('is written to the address, the first one as none, and leaves other parts of it', () => {
    const { choice, address, open } = choiceAt('?lang=en');
    choice.choose('select');
    expect(address.search).toBe('?lang=en&panel=select');
    expect(open()).toBe('select');
    choice.choose('compare');
    expect(address.search).toBe('?lang=en');
    expect(open()).toBe('compare');
  });

  it('leaves an empty address empty', () => {
    const { choice, address } = choiceAt('');
    choice.choose('probe');
    choice.choose('compare');
    expect(address.search).toBe('');
  });
});
