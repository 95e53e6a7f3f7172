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

  it('has its settings in the address while it is open, and gets them back when it is opened again', () => {
    const { choice, address } = choiceAt('?panel=probe&probe.sets=4&select.x=1&lang=en');
    expect([...choice.store.getState().settings]).toEqual([['probe.sets', '4']]);
    choice.set('orders', '6');
    expect(address.search).toBe('?lang=en&panel=probe&probe.sets=4&probe.orders=6');
    choice.choose('select');
    choice.set('k', 'a b');
    expect(address.search).toBe('?lang=en&panel=select&select.k=a+b');
    choice.choose('probe');
    choice.set('sets', null);
    expect(address.search).toBe('?lang=en&panel=probe&probe.orders=6');
  });

  it('takes no setting that is longer than one can be', () => {
    expect(choiceAt(`?panel=probe&probe.sets=${'4'.repeat(101)}`).choice.store.getState().settings.size).toBe(0);
  });

  it('leaves an empty address empty', () => {
    const { choice, address } = choiceAt('');
    choice.choose('probe');
    choice.choose('compare');
    expect(address.search).toBe('');
  });
});
