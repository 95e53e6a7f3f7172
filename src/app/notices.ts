import { createStore } from 'zustand/vanilla';

export interface Notice {
  readonly id: number;
  readonly tone: 'error' | 'warn';
  readonly text: string;
}

/** Messages that stay until they are dismissed. The same text is shown once. */
export function createNotices() {
  const store = createStore<{ readonly notices: readonly Notice[] }>(() => ({ notices: [] }));
  let last = 0;
  return {
    store,
    add(tone: Notice['tone'], text: string) {
      store.setState(({ notices }) => {
        if (notices.some((n) => n.text === text)) return { notices };
        last++;
        return { notices: [...notices, { id: last, tone, text }] };
      });
    },
    dismiss(id: number) {
      store.setState(({ notices }) => ({ notices: notices.filter((n) => n.id !== id) }));
    },
  };
}
