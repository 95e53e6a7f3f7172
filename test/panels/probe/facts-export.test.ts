import { describe, expect, it } from 'vitest';
import type { ModelIdentity } from '../../../src/core/model/language-model.ts';
import type { FactFigure } from '../../../src/core/probe/fact-probe.ts';
import { factsCsv, factsJson } from '../../../src/panels/probe/facts-export.ts';

const figures: FactFigure[] = [
  { set: 'untrained', reader: null, wording: null, right: 1, n: 4, interval: { low: 0.05, high: 0.7 } },
  { set: 'untrained', reader: 'mini', wording: 'other', right: 3, n: 4, interval: { low: 0.3, high: 0.95 } },
];

describe('the figures of the fact probe as a file', () => {
  it('are a table of shares with intervals, in which the control names no model and no wording', () => {
    expect(factsCsv(figures).split('\r\n')).toEqual([
      'facts,model,wording,first,n,share,low,high',
      'untrained,commonest tail,,1,4,0.25,0.05,0.7',
      'untrained,mini,other,3,4,0.75,0.3,0.95',
      '',
    ]);
  });

  it('say what was asked of which models, and whether all of it was', () => {
    const models = [{ engine: 'embedded', id: 'mini', revision: 'r' }] as unknown as ModelIdentity[];
    const document = JSON.parse(factsJson({ knowledge: 'digest', limit: 4, models, figures }, false));
    expect(document).toMatchObject({
      probe: 'facts',
      settings: { limit: 4 },
      knowledge: 'digest',
      models,
      complete: false,
    });
    expect(document.figures).toEqual(figures);
  });
});
