import type { PluginInfo } from '../../core/options.ts';
import { Badge } from '../../ui/feedback.tsx';

const MEANING: Record<PluginInfo['evidence'], { tone: 'good' | 'warn' | 'plain'; text: string }> = {
  verified: { tone: 'good', text: 'checked against the paper or its code' },
  recalled: { tone: 'warn', text: 'after the paper, not checked against its text' },
  ours: { tone: 'plain', text: 'our own design' },
};

/** How far a method can be trusted to be what it is called, and where it comes from. */
export function Evidence({ plugin }: { plugin: PluginInfo }) {
  const { tone, text } = MEANING[plugin.evidence];
  return (
    <p className="evidence field-help">
      <Badge tone={tone}>{plugin.evidence}</Badge> {text}. Source: {plugin.source}.
    </p>
  );
}
