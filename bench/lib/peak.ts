/** Prints the largest resident size of this process in MB, after scoring full contexts or after nothing. */
import { publicDir } from '../../src/cli/resources.ts';
import { loadEmbeddedInNode } from '../../src/engines/embedded/node.ts';

if (process.argv[2] === 'full') {
  const model = await loadEmbeddedInNode({ modelId: 'knowshot-mini', publicDir });
  const words = 'the river runs past the old mill and the quiet town before it meets the grey sea';
  for (const start of ['One', 'Two', 'Three', 'Four']) {
    let prompt = start;
    while (prompt.length < 7400) prompt += ` ${words}`;
    await model.score([{ prompt, continuations: [' yes', ' no'] }]);
  }
  model.dispose();
}
console.log(Math.round(process.resourceUsage().maxRSS / 1024));
